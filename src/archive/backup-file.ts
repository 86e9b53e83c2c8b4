import type { CompressionMethod } from './compression/compression-methods.ts'

export type ArchiveFormat = 'plain' | 'custom' | 'directory' | 'tar'

/** How the files are encrypted: not, with age to public keys, or with age by a passphrase. */
export type EncryptionKind = 'none' | 'age-recipients' | 'age-passphrase'

/**
 * What a file is of; only a database has a name. `properties`: what belongs to databases and stands in no dump of theirs.
 * `contents`: what the manifest of an encrypted backup does not tell of its files.
 */
export type FileSubject =
  | { readonly kind: 'database'; readonly database: string }
  | { readonly kind: 'cluster' | 'globals'; readonly database: null }
  | { readonly kind: 'properties'; readonly database: null }
  | { readonly kind: 'contents'; readonly database: null }

export type FileKind = FileSubject['kind']

/** One file of a backup, be it planned, finished, or found in a manifest: what decides how it is made and restored. */
export type BackupFile = FileSubject & {
  /** Plain file name, in the folder of the manifest. */
  readonly name: string
  readonly format: ArchiveFormat
  readonly compression: FileCompression
  readonly encryption: EncryptionKind
}

/** PURE. What a file is of, without all else. */
export function pickSubject(file: FileSubject): FileSubject {
  return file.kind === 'database'
    ? { database: file.database, kind: file.kind }
    : { database: null, kind: file.kind }
}

export interface FileCompression {
  readonly method: CompressionMethod
  /** Null for `none`. */
  readonly level: number | null
  /** Compressed inside the archive by pg_dump, so that the file name has no suffix for it. */
  readonly inside: boolean
}
