import type { ArchiveFormat } from '../archive/backup-file.ts'
import { formatDatabaseArgument } from './connection/connection-string.ts'

/** What decides the arguments of one pg_restore. */
export interface RestoreRequest {
  /** Undefined to print the SQL instead of running it. */
  readonly database: string | undefined
  readonly format: Exclude<ArchiveFormat, 'plain'>
  /** Absolute path of the archive; undefined reads standard input. */
  readonly source: string | undefined
  /** Tables restored at once; more than 1 takes a source that pg_restore can jump about in. */
  readonly tableJobs: number
  readonly noOwner: boolean
  readonly noPrivileges: boolean
  /** Further arguments from the user. */
  readonly options: readonly string[]
}

/** PURE. The argument vector of pg_restore; it names no host, user or password, and stops at the first error. */
export function makeRestoreArguments(request: RestoreRequest): string[] {
  const { source, tableJobs, format, database } = request
  const inParallel = database !== undefined && tableJobs > 1 && source !== undefined && format !== 'tar'
  return [
    ...(database === undefined ? ['--file=-'] : ['--no-password', '--exit-on-error']),
    `--format=${format}`,
    ...(inParallel ? [`--jobs=${tableJobs}`] : []),
    ...(request.noOwner ? ['--no-owner'] : []),
    ...(request.noPrivileges ? ['--no-privileges'] : []),
    ...(database === undefined ? [] : [formatDatabaseArgument(database)]),
    ...request.options,
    // An absolute path, so never taken for an option.
    ...(source === undefined ? [] : [source]),
  ]
}
