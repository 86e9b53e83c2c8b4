import { constants } from 'node:fs'
import { access, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { refuseByStore } from '../store-error.ts'
import { explainDiskFailure } from './disk-failure.ts'

/**
 * A directory that is missing is not made: a disk that is not mounted would not be noticed.
 * @throws BackupError PGB_STORE where nothing could be stored there
 */
export async function checkDirectory(directory: string): Promise<void> {
  const what = `Nothing can be stored in ${directory}`
  const found = await stat(directory).catch((error: unknown) => {
    throw explainDiskFailure(what, error)
  })
  if (!found.isDirectory()) {
    throw refuseByStore(what, 'it is not a directory', 'Name a directory that exists')
  }
  await access(directory, constants.W_OK | constants.X_OK).catch((error: unknown) => {
    throw explainDiskFailure(what, error)
  })
}

/**
 * The sizes of the files in a directory.
 * @throws Node's error
 */
export async function listFiles(directory: string): Promise<Map<string, number>> {
  const entries = await readdir(directory, { withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = files.map(async ({ name }) => [name, (await stat(join(directory, name))).size] as const)
  return new Map(await Promise.all(sizes))
}
