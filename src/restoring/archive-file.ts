import type { RestoreRequest } from '../postgres/restore-arguments.ts'
import type { LocalFile } from './checked-file.ts'

/** A file that pg_restore reads. */
export type Archive = LocalFile & Pick<RestoreRequest, 'format'>

export function isArchive(file: LocalFile): file is Archive {
  return file.format !== 'plain'
}

/** PURE. Whether pg_restore can work at the archive with several workers, be it unpacked first. */
export function isParallel({ format }: LocalFile): boolean {
  return format === 'directory' || format === 'custom'
}
