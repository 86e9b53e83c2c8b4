import type { BackupFile } from '../archive/backup-file.ts'
import type { ManifestFile } from '../archive/manifest.ts'
import type { ClusterPart } from '../postgres/sql/filter/filter-rules.ts'

/** A file on this machine that can be restored. */
export type LocalFile = BackupFile &
  Pick<ManifestFile, 'size' | 'uncompressedSize'> & {
    /** What of a file of pg_dumpall is meant; undefined for all of a file. */
    readonly part?: ClusterPart | undefined
    /** Absolute. */
    readonly path: string
  }

/** A file whose size and SHA-256 are those of the manifest. */
export type CheckedFile = ManifestFile & LocalFile
