import { sumRows } from '../../archive/manifest.ts'
import type { Log } from '../../github/log.ts'
import type { Run } from '../../step/run.ts'
import { dumpFile, type DumpedFile } from '../dump/dump.ts'
import { unread, type Proof } from '../finish.ts'
import { isAboutDumps, type PlannedData } from '../plan.ts'
import type { PreparedBackup } from '../prepare.ts'
import { decodeFile } from './decode.ts'
import type { Scratch } from './open-scratch.ts'
import { dumpForRestore, proveDatabase, type DatabaseEvidence } from './prove-by-restore.ts'
import { dumpClusterForRestore, proveCluster, type ClusterEvidence } from './prove-cluster.ts'

/** What a file is to be proved by: its own bytes, or what was read of its source while it was dumped. */
export type Evidence = typeof ofBytes | DatabaseEvidence | ClusterEvidence

/** The evidence of a file of which no source was read. */
export const ofBytes = { kind: 'bytes' } as const

/** A dump, and what proves that its file is good. */
export interface ProvableDump {
  readonly dumped: DumpedFile
  readonly evidence: Evidence
}

/** Dumps a file in the way that its verification needs. */
export async function dumpProvably(
  planned: PlannedData,
  backup: PreparedBackup,
  scratch: Scratch | undefined,
  log: Log,
  signal: AbortSignal,
): Promise<ProvableDump> {
  if (planned.kind === 'database' && scratch?.shared !== undefined) {
    return dumpForRestore(planned, backup, scratch.shared, log, signal)
  }
  if (!isAboutDumps(planned) && scratch?.startFresh !== undefined) {
    return dumpClusterForRestore(planned, backup, scratch.startFresh, log, signal)
  }
  return { dumped: await dumpFile(planned, backup, log, signal), evidence: ofBytes }
}

/**
 * Verifies a dump as the user asks for it.
 * @throws BackupError PGB_VERIFY, PGB_DISK
 */
export async function prove(
  { dumped, evidence }: ProvableDump,
  backup: PreparedBackup,
  run: Run,
  signal: AbortSignal,
): Promise<Proof> {
  const { verify } = backup.inputs
  if (verify === 'none') return unread
  const decoded = await decodeFile(dumped, backup, signal)
  if (evidence.kind === 'bytes') {
    const isShort = verify === 'restore' && dumped.planned.kind === 'globals'
    return isShort ? addRemark(decoded, unrestoredGlobals) : decoded
  }
  const work = { dumped, uncompressedSize: decoded.uncompressedSize, backup, run, signal }
  const verification =
    evidence.kind === 'database' ? await proveDatabase(work, evidence) : await proveCluster(work, evidence)
  return { ...decoded, rows: sumRows(verification.rowCounts), verification }
}

const unrestoredGlobals =
  'Roles and tablespaces were not restored: that takes a cluster of our own in a sandbox, which cannot be had here, and a server of "verify-url" is not to be changed'

function addRemark(proof: Proof, remark: string): Proof {
  const { verification } = proof
  return { ...proof, verification: { ...verification, notCompared: [...verification.notCompared, remark] } }
}
