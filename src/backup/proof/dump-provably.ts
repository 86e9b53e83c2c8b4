import type { Run } from '../../step/run.ts'
import { decodeFile } from './decode.ts'
import { dumpFile } from '../dump/dump.ts'
import type { DumpSetting } from '../dump/dump-command.ts'
import type { VerifyMethod } from '../inputs.ts'
import { isAboutDumps, type PlannedFile } from '../plan.ts'
import { unread, type Proof, type ProvableDump } from '../finish.ts'
import { dumpForRestore } from './prove-by-restore.ts'
import { dumpClusterForRestore } from './prove-cluster.ts'
import type { Scratch } from './open-scratch.ts'

/** Dumps a file in the way that its verification needs. */
export async function dumpProvably(
  planned: PlannedFile,
  setting: DumpSetting,
  { method, scratch, run }: { method: VerifyMethod; scratch: Scratch | undefined; run: Run },
): Promise<ProvableDump> {
  if (scratch !== undefined && planned.kind === 'database' && scratch.shared !== undefined) {
    return dumpForRestore(planned, setting, scratch.shared, run)
  }
  if (scratch?.startFresh !== undefined && !isAboutDumps(planned)) {
    return dumpClusterForRestore(planned, setting, scratch.startFresh, run)
  }
  const dumped = await dumpFile(planned, setting)
  if (method === 'none') return { dumped, prove: () => Promise.resolve(unread) }
  const remarks = method === 'restore' && planned.kind === 'globals' ? [unrestoredGlobals] : []
  return { dumped, prove: async (setting) => addRemarks(await decodeFile(dumped, setting), remarks) }
}

const unrestoredGlobals =
  'Roles and tablespaces were not restored: that takes a cluster of our own in a sandbox, which cannot be had here, and a server of "verify-url" is not to be changed'

function addRemarks(proof: Proof, remarks: readonly string[]): Proof {
  const { verification } = proof
  return {
    ...proof,
    verification: { ...verification, notCompared: [...verification.notCompared, ...remarks] },
  }
}
