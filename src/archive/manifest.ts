import type { CompressionMethod } from './compression/compression-methods.ts'
import type { Partition } from '../postgres/sql/rows/dump-rows.ts'
import type { ArchiveFormat, BackupFile, EncryptionKind } from './backup-file.ts'

/** Number of the schema that is written; a restore reads every earlier one as well. */
export const manifestSchema = 4

/** Name of the manifest beside the files that it describes. */
export const manifestName = 'manifest.json'

export type BackupStatus = 'complete' | 'partial' | 'failed'

/**
 * What a backup says about itself, documented in schema/manifest.schema.json.
 *
 * It holds no host, no user and no secret: there is no field for them.
 */
export interface Manifest {
  readonly schema: typeof manifestSchema
  /** The action that wrote the backup. */
  readonly action: { readonly name: string; readonly version: string }
  /** RFC 3339 in UTC, as in `2026-11-04T02:00:00.000Z`. */
  readonly startedAt: string
  readonly finishedAt: string
  readonly status: BackupStatus
  /** Version as the server reports it, as in `15.18`. */
  readonly server: { readonly version: string }
  readonly client: { readonly version: string }
  readonly plan: ManifestPlan
  readonly files: readonly ManifestFile[]
  readonly failures: readonly ManifestFailure[]
  /** What the tools warned of; empty in an encrypted backup, since it can hold names. */
  readonly warnings: readonly string[]
  /** What tells backups of the same things from others; null in one that was made before schema 3, or by no workflow. */
  readonly series: ManifestSeries | null
  /** Databases that lost more than "max-shrink" allows, by their names; `cluster` where all are in one file. */
  readonly alarm: readonly string[]
}

/** Where a backup comes from. Two backups that differ in it never stand in for each other. */
export interface ManifestSeries {
  /** `owner/name`. */
  readonly repository: string
  /** Path of the workflow's file, as in `.github/workflows/backup.yml`, or its name where the runner tells no path. */
  readonly workflow: string
  /** Id of the job in the workflow; the jobs of a matrix share one. */
  readonly job: string
  /** Stands for the server, and tells nothing of it: 32 hex digits. */
  readonly server: string
}

/** What was asked for. */
export interface ManifestPlan {
  /** Of a whole cluster those that it holds; none where an option of pg_dumpall chooses. */
  readonly databases: readonly string[]
  /** The whole cluster in one file. */
  readonly all: boolean
  readonly globals: boolean
  readonly format: ArchiveFormat
  readonly compression: { readonly method: CompressionMethod; readonly level: number | null }
  readonly encryption: EncryptionKind
  /** Further arguments of pg_dump, by {@link hideRoles}. */
  readonly options: readonly string[]
  /** Databases dumped at once. */
  readonly jobs: number
}

/** One finished file. */
export type ManifestFile = BackupFile & {
  /** Bytes of the file as it lies there. */
  readonly size: number
  /** Bytes before compression and encryption; null where they were not counted. */
  readonly uncompressedSize: number | null
  /** 64 lower-case hex digits, of the file as it lies there. */
  readonly sha256: string
  readonly durationSeconds: number
  readonly verification: Verification
  /** Shell commands that restore the file by hand; they are for people, a restore never runs them. */
  readonly restoreCommands: readonly string[]
  /** Rows of all its tables, in an encrypted file too; null where they are not known. */
  readonly rows: number | null
  /** Of the tables in `verification.rowCounts`. */
  readonly partitions: readonly Partition[]
}

/** What was proved about a file before it got its name. */
export interface Verification {
  readonly method: 'none' | 'decode' | 'restore'
  /** What was compared, in sentences without final stop. */
  readonly compared: readonly string[]
  /** What was not compared, and why. */
  readonly notCompared: readonly string[]
  /** Rows of each table, counted in the file or in the restored copy; null where they are not known, or are not told. */
  readonly rowCounts: readonly RowCount[] | null
}

export interface RowCount {
  /** Qualified and quoted as in SQL, as in `public."Order"`. */
  readonly table: string
  readonly rows: number
}

/** A part of the plan that has no file. */
export interface ManifestFailure {
  /** Null for the cluster and the globals. */
  readonly database: string | null
  /** One of the codes in docs/errors.md, as in `PGB_DUMP`. */
  readonly code: string
  readonly reason: string
}

/** The text of `manifest.json`. */
export function serializeManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, undefined, 2)}\n`
}

/** Rows of all tables together; null where they are not known. */
export function sumRows(counts: readonly RowCount[] | null): number | null {
  return counts === null ? null : counts.reduce((sum, { rows }) => sum + rows, 0)
}

/** The arguments of pg_dump as a manifest may show them: `--role` names a user, so its value is left out. */
export function hideRoles(options: readonly string[]): string[] {
  return options.map((option, index) => {
    if (options[index - 1] === '--role') return '…'
    return option.startsWith('--role=') ? '--role=…' : option
  })
}
