import type { CompressionMethod } from '../archive/compression/compression-methods.ts'
import type { ArchiveFormat, FileCompression } from '../archive/backup-file.ts'
import { escapeConninfoValue, formatDatabaseArgument } from './connection/connection-string.ts'
import { quoteIdentifier } from './sql/quote.ts'

/** What decides the arguments of one pg_dump. */
export interface DumpRequest {
  readonly database: string
  readonly format: ArchiveFormat
  /** Compression inside the archive; `none` where another program compresses, or nothing does. */
  /** Inside the archive. */
  readonly compression: Pick<FileCompression, 'method' | 'level'>
  readonly clientMajor: number
  /** As PostgreSQL writes durations: `60s`. */
  readonly lockWaitTimeout: string
  /** Tables dumped at once, for the directory format. */
  readonly tableJobs: number
  /** Directory to create, for the directory format; otherwise pg_dump writes to its standard output. */
  readonly directory: string | undefined
  /** Snapshot to dump, from `pg_export_snapshot()`. */
  readonly snapshot: string | undefined
  /** Further arguments from the user. */
  readonly options: readonly string[]
}

/** PURE. The argument vector of pg_dump; it names no host, user or password. */
export function makeDumpArguments(request: DumpRequest): string[] {
  const { database, format, directory, snapshot } = request
  return [
    '--no-password',
    `--format=${format}`,
    ...(format === 'custom' || format === 'directory' ? [formatCompression(request)] : []),
    `--lock-wait-timeout=${request.lockWaitTimeout}`,
    ...(directory === undefined
      ? []
      : // The files are read at once and then removed, so they need not be synced.
        [`--jobs=${request.tableJobs}`, `--file=${directory}`, '--no-sync']),
    ...(snapshot === undefined ? [] : [`--snapshot=${snapshot}`]),
    formatDatabaseArgument(database),
    // The user's own come last, so that one with its value missing cannot swallow one of ours.
    ...request.options,
  ]
}

/** What decides the arguments of one pg_dumpall. */
export interface DumpAllRequest {
  readonly kind: 'cluster' | 'globals'
  /** As PostgreSQL writes durations: `60s`. */
  readonly lockWaitTimeout: string
  /** The database that is asked for what belongs to the cluster: not every service lets its users into `postgres`. */
  readonly database: string
  /** Databases to leave out. */
  readonly excluded: readonly string[]
  /** Whether the passwords of roles may be read. */
  readonly mayReadPasswords: boolean
  /** Further arguments from the user. */
  readonly options: readonly string[]
}

/** PURE. The argument vector of pg_dumpall, for the whole cluster or its globals. */
export function makeDumpAllArguments(request: DumpAllRequest): string[] {
  const { kind, lockWaitTimeout, database, excluded, mayReadPasswords, options } = request
  const ofCluster = [
    `--lock-wait-timeout=${lockWaitTimeout}`,
    ...excluded.map((name) => `--exclude-database=${quoteIdentifier(name)}`),
  ]
  return [
    '--no-password',
    `--database=dbname=${escapeConninfoValue(database)}`,
    ...(mayReadPasswords ? [] : ['--no-role-passwords']),
    ...(kind === 'globals' ? ['--globals-only'] : ofCluster),
    ...options,
  ]
}

/**
 * PURE. Whether pg_dump compresses inside the archive: gzip in every version, lz4 and zstd from 16 on
 * (PostgreSQL 16 release notes); plain and tar archives it never compresses.
 */
export function canCompressInside(
  format: ArchiveFormat,
  method: CompressionMethod,
  clientMajor: number,
): boolean {
  if (format !== 'custom' && format !== 'directory') return false
  return method === 'gzip' || (clientMajor >= 16 && (method === 'lz4' || method === 'zstd'))
}

function formatCompression({ compression, clientMajor }: DumpRequest): string {
  const { method, level } = compression
  if (level === null) return '--compress=0'
  return clientMajor >= 16 ? `--compress=${method}:${level}` : `--compress=${level}`
}
