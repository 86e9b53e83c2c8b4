import { mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Run } from '../../step/run.ts'
import type { ExaminedBackup, Store } from '../../stores/store.ts'

/** A backup, and the files of it that are wanted, each once. */
export interface StoredBackup {
  readonly backup: ExaminedBackup
  /** Fetches a file into the directory, which exists. @throws what the store throws */
  readonly fetch: (name: string, directory: string) => Promise<void>
}

/**
 * Runs a task with the files of a stored backup. Where the backup comes whole, all that is wanted of it is fetched with the
 * first file, and what is left of it removed at the end; elsewhere each file is fetched for itself, so that the disk needs
 * room for no more.
 * @param names of all files that the task may fetch
 */
export async function withStoredFiles<T>(
  backup: ExaminedBackup,
  store: Store,
  { names, run }: { names: readonly string[]; run: Run },
  task: (stored: StoredBackup) => Promise<T>,
): Promise<T> {
  const { signal } = run
  const fetchAlone = (name: string, directory: string): Promise<void> =>
    store.fetch(backup, [name], directory, signal)
  if (!store.comesWhole) return task({ backup, fetch: fetchAlone })
  const present = names.filter((name) => backup.files.has(name))
  const whole = await mkdtemp(join(run.privateDirectory, 'backup-'))
  let fetching: Promise<void> | undefined
  const fetch = async (name: string, directory: string): Promise<void> => {
    // The store says what is wrong with one that it lacks.
    if (!present.includes(name)) return fetchAlone(name, directory)
    fetching ??= store.fetch(backup, present, whole, signal)
    await fetching
    await rename(join(whole, name), join(directory, name))
  }
  try {
    return await task({ backup, fetch })
  } finally {
    await rm(whole, { recursive: true, force: true })
  }
}
