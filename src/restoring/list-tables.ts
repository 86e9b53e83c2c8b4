import { listReaders } from '../archive/reading/readers.ts'
import { makeRestoreArguments } from '../postgres/restore-arguments.ts'
import { readToEnd } from '../process/read-to-end.ts'
import type { LocalFile } from './checked-file.ts'
import type { DumpReport } from './left-out/dump-report.ts'
import { listEntries, lookThroughArchive } from './left-out/judge-archive.ts'
import { isArchive, type Archive } from './archive-file.ts'
import { lookThrough } from './restore-sql.ts'
import type { RestoreSetting } from './restore-setting.ts'
import { unpackDirectory } from './unpack.ts'

/** What the file of a database holds: its tables, whether their rows are among it, and what else there is. */
export type Holdings = Pick<DumpReport, 'tables' | 'relations' | 'objects' | 'hasLargeObjects'>

/**
 * Reads what the file of a database holds, to its end where it is no archive that pg_restore can open.
 * @throws BackupError PGB_RESTORE, PGB_DISK, and others where it cannot be read
 */
export async function readHoldings(
  file: LocalFile,
  target: string,
  setting: RestoreSetting,
): Promise<Holdings> {
  const to = { database: target, target, transaction: undefined, facts: undefined }
  const readers = listReaders(file, setting.readers)
  if (!isArchive(file)) {
    return lookThrough(readers, { file, to, setting, inputFile: file.path })
  }
  if (file.format === 'directory') {
    const unpacked = await unpackDirectory(file, setting)
    return readArchive(file, { path: unpacked.path, to, setting }).finally(unpacked.remove)
  }
  if (readers.length === 0) return readArchive(file, { path: file.path, to, setting })
  const { options, server } = setting
  const request = { database: undefined, format: file.format, source: undefined, tableJobs: 1 }
  const args = makeRestoreArguments({ ...request, noOwner: false, noPrivileges: false, options })
  const writers = [...readers, readToEnd({ path: server.client.pgRestore, args })]
  return lookThrough(writers, { file, to, setting, inputFile: file.path })
}

/** Bytes of a dump, before compression, that are read in a second or so. */
const quickSize = 256 * 1024 * 1024
/** How many times as large a compressed dump may be, where nobody counted. */
const usualRatio = 8

/** PURE. Whether {@link readHoldings} takes no time worth speaking of, beside a restore. */
export function isQuickToRead(file: LocalFile): boolean {
  const { format, compression, encryption, size } = file
  const isCompressed = compression.method !== 'none'
  const isWrapped = encryption !== 'none' || (isCompressed && !compression.inside)
  if (format === 'custom' && !isWrapped) return true
  return (file.uncompressedSize ?? size * (isCompressed ? usualRatio : 1)) <= quickSize
}

/**
 * Without reading the rows: the entry of a table's rows has the oid of the table. Nor is anything of large objects read
 * then (pg_backup_archiver.c: _tocEntryRequired).
 */
async function readArchive(
  file: Archive,
  source: Parameters<typeof lookThroughArchive>[1],
): Promise<Holdings> {
  const [report, entries] = [await lookThroughArchive(file, source), await listEntries(file, source)]
  const withRows = new Set(
    entries.filter(({ line }) => /^\d+; \d+ \d+ TABLE DATA /.test(line)).map(({ oid }) => oid),
  )
  const tables = report.tables.map((table) => ({
    ...table,
    hasRows: table.oid !== null && withRows.has(table.oid),
  }))
  const hasLargeObjects = entries.some(({ line }) => /^\d+; \d+ \d+ BLOB/.test(line))
  return { ...report, tables, hasLargeObjects }
}
