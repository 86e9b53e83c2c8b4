import { openDrillServer } from '../../drill/scratch/open-drill-server.ts'
import type { Copy } from '../../catalogue/problems.ts'
import type { Client } from '../../postgres/client/find-clients.ts'
import type { Run } from '../../step/run.ts'
import type { ProofInputs } from '../inputs.ts'
import type { DrillSetting } from './restore-copy.ts'
import { findNewest, toVersionNumber } from './versions.ts'

/**
 * Runs a task with the scratch server on which these copies can be restored one by one.
 * @throws BackupError PGB_VERIFY, PGB_ENCRYPT, PGB_DISK, or what connecting to `verify-url` throws
 */
export async function withDrill(
  copies: readonly Copy[],
  { client, inputs, run }: { client: Client | undefined; inputs: ProofInputs; run: Run },
  task: (drill: DrillSetting | undefined) => Promise<void>,
): Promise<void> {
  const version = findNewest(copies.map(({ backup }) => backup.manifest.server.version))
  if (inputs.method !== 'restore' || version === undefined || client === undefined) return task(undefined)
  const source = { version, versionNumber: toVersionNumber(version) }
  const isEncrypted = copies.some(({ file }) => file.encryption !== 'none')
  const bytes = Math.max(...copies.map(({ file }) => measure(file)))
  const scratch = await openDrillServer({ client, source, isEncrypted, bytes }, inputs, run)
  try {
    await task({ scratch, server: scratch.restorer, jobs: inputs.jobs ?? run.cores, run })
  } finally {
    await scratch.stop()
  }
}

/** Bytes that a database may take: its SQL and as much again for its indexes; where nobody counted it, by its file. */
function measure({ size, uncompressedSize }: Copy['file']): number {
  return 2 * (uncompressedSize ?? 5 * size)
}
