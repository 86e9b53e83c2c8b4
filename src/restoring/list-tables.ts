import { listReaders } from '../archive/reading/readers.ts'
import { makeRestoreArguments } from '../postgres/restore-arguments.ts'
import { readToEnd } from '../process/read-to-end.ts'
import type { CheckedFile } from '../restore/check.ts'
import type { DumpedTable } from './left-out/dump-report.ts'
import { listEntries, lookThroughArchive } from './left-out/judge-archive.ts'
import { isArchive, type Archive } from './archive-file.ts'
import { lookThrough } from './restore-sql.ts'
import type { RestoreSetting } from './restore-setting.ts'
import { unpackDirectory } from './unpack.ts'

/**
 * The tables that the file of a database holds, and whether their rows are among it.
 * @throws BackupError PGB_RESTORE, PGB_DISK, and others where it cannot be read
 */
export async function listTables(
  file: CheckedFile,
  target: string,
  setting: RestoreSetting,
): Promise<readonly DumpedTable[]> {
  const to = { database: target, target, transaction: undefined, facts: undefined }
  const readers = listReaders(file, setting.readers)
  if (!isArchive(file)) {
    return (await lookThrough(readers, { file, to, setting, inputFile: file.path })).tables
  }
  if (file.format === 'directory') {
    const unpacked = await unpackDirectory(file, setting)
    return listTablesOfArchive(file, { path: unpacked.path, to, setting }).finally(unpacked.remove)
  }
  if (readers.length === 0) return listTablesOfArchive(file, { path: file.path, to, setting })
  const { options, server } = setting
  const request = { database: undefined, format: file.format, source: undefined, tableJobs: 1 }
  const args = makeRestoreArguments({ ...request, noOwner: false, noPrivileges: false, options })
  const writers = [...readers, readToEnd({ path: server.client.pgRestore, args })]
  return (await lookThrough(writers, { file, to, setting, inputFile: file.path })).tables
}

/** Without reading the rows: the entry of a table's rows has the oid of the table. */
async function listTablesOfArchive(
  file: Archive,
  source: Parameters<typeof lookThroughArchive>[1],
): Promise<readonly DumpedTable[]> {
  const [{ tables }, entries] = [await lookThroughArchive(file, source), await listEntries(file, source)]
  const withRows = new Set(
    entries.filter(({ line }) => /^\d+; \d+ \d+ TABLE DATA /.test(line)).map(({ oid }) => oid),
  )
  return tables.map((table) => ({ ...table, hasRows: table.oid !== null && withRows.has(table.oid) }))
}
