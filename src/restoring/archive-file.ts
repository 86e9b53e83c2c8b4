import type { RestoreRequest } from '../postgres/restore-arguments.ts'
import type { CheckedFile } from './checked-file.ts'

/** A file that pg_restore reads. */
export type Archive = CheckedFile & Pick<RestoreRequest, 'format'>

export function isArchive(file: CheckedFile): file is Archive {
  return file.format !== 'plain'
}

/** PURE. Whether pg_restore can work at the archive with several workers, be it unpacked first. */
export function isParallel({ format }: CheckedFile): boolean {
  return format === 'directory' || format === 'custom'
}
