import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { checkKey } from '../../archive/reading/check-key.ts'
import { findDamage } from '../../archive/reading/find-damage.ts'
import { provideReaders, type Readers } from '../../archive/reading/readers.ts'
import type { Decryption } from '../../archive/age/encryption.ts'
import type { ManifestFile } from '../../archive/manifest.ts'
import { BackupError } from '../../errors.ts'
import { readFreeBytes } from '../../free-space.ts'
import type { CheckedFile } from '../../restoring/checked-file.ts'
import type { Run } from '../../step/run.ts'
import type { ExaminedBackup } from '../../stores/store.ts'
import { formatBytes } from '../../units.ts'
import type { StoredBackup } from './stored-files.ts'

/** A file as the store gave it, which is the one of the manifest and opens to the keys. */
export interface FetchedFile {
  readonly file: CheckedFile
  readonly readers: Readers
  /** Private, of this file alone. */
  readonly directory: string
}

/**
 * Runs a task with a file that is fetched from where it is stored, and removes the file however the task ends.
 * @throws BackupError PGB_UNKNOWN where it cannot be fetched, PGB_DISK, PGB_VERIFY, PGB_ENCRYPT, PGB_INPUT
 */
export async function withFetchedFile<T>(
  file: ManifestFile,
  { backup, fetch }: StoredBackup,
  { decryption, run }: { decryption: Decryption | undefined; run: Run },
  task: (fetched: FetchedFile) => Promise<T>,
): Promise<T> {
  const { signal } = run
  const directory = await mkdtemp(join(run.privateDirectory, 'copy-'))
  try {
    await requireSpace(file, directory)
    await fetch(file.name, directory).catch((error: unknown) => {
      signal.throwIfAborted()
      throw error instanceof BackupError ? refuseFetch(file, backup, error) : error
    })
    const path = join(directory, file.name)
    const damage = await findDamage(file, path, signal)
    if (damage !== undefined) throw refuseCopy(file, backup, damage)
    await checkKey({ ...file, path }, decryption)
    const readers = await provideReaders([file], decryption, { ...run, privateDirectory: directory })
    return await task({ file: { ...file, path }, readers, directory })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function requireSpace({ name, size }: ManifestFile, directory: string): Promise<void> {
  const free = (await readFreeBytes(directory)) ?? Infinity
  if (size <= free) return
  throw new BackupError('PGB_DISK', {
    what: `The file ${name} was not fetched`,
    why: `it has ${formatBytes(size)}, and the disk of RUNNER_TEMP has ${formatBytes(free)} left`,
    whatToDo: 'Free space on the runner, or use `verify: manifest`',
  })
}

function refuseFetch(
  { name }: ManifestFile,
  { address }: ExaminedBackup,
  { explanation }: BackupError,
): BackupError {
  return new BackupError('PGB_UNKNOWN', {
    what: `The file ${name} could not be fetched from ${address}`,
    why: `${explanation.what}: ${explanation.why}`,
    whatToDo: explanation.whatToDo,
  })
}

/** The error for a stored file that is not good. */
export function refuseCopy({ name }: ManifestFile, { address }: ExaminedBackup, why: string): BackupError {
  return new BackupError('PGB_VERIFY', {
    what: `The file ${name} in ${address} is not good`,
    why,
    whatToDo: 'Back up again at once, and look for what changed or damaged the stored copy',
  })
}
