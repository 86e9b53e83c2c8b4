import { mkdir, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { BackupError } from '../../errors.ts'
import type { Run } from '../../step/run.ts'
import { formatBytes } from '../../units.ts'
import type { PlannedBackup } from '../plan.ts'
import { memoryDirectory, readFreeMemory } from '../../free-space.ts'

/**
 * Where a directory archive stands until it is one tar file, since pg_dump can write it only in the clear to files:
 * beside the other private files, and in memory when the backup is encrypted, so that no plaintext reaches a disk.
 * @throws BackupError PGB_ENCRYPT when there is no such memory, PGB_DISK when it is too small
 */
export async function chooseStagingDirectory({ inputs, plan }: PlannedBackup, run: Run): Promise<string> {
  if (inputs.encryption === undefined || inputs.format !== 'directory') {
    const directory = join(run.privateDirectory, 'staging')
    await mkdir(directory, { mode: 0o700 })
    return directory
  }
  const free = await readFreeMemory()
  if (free === undefined) {
    throw new BackupError('PGB_ENCRYPT', {
      what: 'A directory archive cannot be encrypted here',
      why: 'pg_dump writes it to files in the clear, and this system has no memory file system to hold them',
      whatToDo: 'Use `format: custom`, which is encrypted as it streams',
    })
  }
  const needed = plan.files.reduce((sum, { sizeOnServer }) => sum + (sizeOnServer ?? 0), 0)
  if (needed > free) {
    throw new BackupError('PGB_DISK', {
      what: 'A directory archive cannot be encrypted here',
      why: `its plaintext must stay in memory, where ${formatBytes(free)} are free, and the databases take ${formatBytes(needed)}`,
      whatToDo: 'Use `format: custom`, which is encrypted as it streams',
    })
  }
  const directory = await mkdtemp(join(memoryDirectory, 'postgres-backup-'))
  run.discardAtEnd(directory)
  return directory
}
