import type { RestoreRequest } from '../postgres/restore-arguments.ts'
import type { CheckedFile } from '../restore/check.ts'

/** A file that pg_restore reads. */
export type Archive = CheckedFile & Pick<RestoreRequest, 'format'>

export function isArchive(file: CheckedFile): file is Archive {
  return file.format !== 'plain'
}

/** PURE. Whether pg_restore can work at the file with several workers: it must be able to jump about in it. */
export function isParallel({ format, compression, encryption }: CheckedFile): boolean {
  if (format === 'directory') return true
  return format === 'custom' && encryption === 'none' && (compression.inside || compression.method === 'none')
}
