import { basename } from 'node:path'
import { markFinished, type FinishedFile } from '../../src/archive/finished-file.ts'

/** A file that is on the disk, as who has finished it would call it. */
export function makeFinished(path: string, { size = 0, sha256 = '' } = {}): FinishedFile {
  return markFinished({ name: basename(path), path, size, sha256 })
}
