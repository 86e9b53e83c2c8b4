import type { FinishedFile } from '../archive/finished-file.ts'
import { refuseByStore } from './store-error.ts'

/**
 * PURE. Looks whether files of a copy still lie where they were put, perhaps hours ago.
 * @param sizes of what lies there now
 * @param address of the place, for the message
 * @throws BackupError PGB_STORE naming the first that does not
 */
export function checkThere(
  files: readonly FinishedFile[],
  sizes: ReadonlyMap<string, number>,
  address: string,
): void {
  const lost = files.find(({ name, size }) => sizes.get(name) !== size)
  if (lost === undefined) return
  throw refuseByStore(
    `The backup was not copied to ${address}`,
    `${lost.name} was there and is not any more, or has another size`,
    'Look for what removes files there, as a lifecycle rule of a bucket does, and run the job again',
  )
}
