import { listReaders } from '../archive/reading/readers.ts'
import { majorOfVersionNumber } from '../postgres/client/version.ts'
import { makeRestoreArguments, type RestoreRequest } from '../postgres/restore-arguments.ts'
import { isOfSeveralWorkers } from '../postgres/failure/restoring.ts'
import { losesTransactionTimeout } from '../postgres/sql/filter/omitted-statements.ts'
import type { Command } from '../process/command.ts'
import { readToEnd } from '../process/read-to-end.ts'
import type { LocalFile } from './checked-file.ts'
import { isArchive, isParallel, type Archive } from './archive-file.ts'
import { judgeArchive, type ListedArchive } from './left-out/judge-archive.ts'
import type { DumpReport } from './left-out/dump-report.ts'
import type { RestoreSetting } from './restore-setting.ts'
import { restoreDump, restorePlain } from './restore-sql.ts'
import { tryStages, type Destination } from './stages.ts'
import { unpackDirectory } from './unpack.ts'
import { unwrapArchive } from './unwrap.ts'

/**
 * Restores the file of one database into a database that is empty, or that the transaction empties.
 * @returns what the file holds, and what of it was left out
 * @throws BackupError PGB_RESTORE, or the code that fits what the tools say; the run's reason when it is cancelled
 */
export async function restoreDatabaseFile(
  file: LocalFile,
  to: Destination,
  setting: RestoreSetting,
): Promise<DumpReport> {
  if (!isArchive(file)) return restorePlain(file, to, setting)
  if (file.format === 'directory') return restoreDirectory(file, to, setting)
  return restoreArchive(file, to, setting, {
    readers: listReaders(file, setting.readers),
    path: file.path,
  })
}

async function restoreDirectory(
  file: Archive,
  to: Destination,
  setting: RestoreSetting,
): Promise<DumpReport> {
  const unpacked = await unpackDirectory(file, setting)
  return restoreArchive(file, to, setting, { readers: [], path: unpacked.path }).finally(unpacked.remove)
}

/** Where an archive lies, and what must read it before pg_restore can. */
interface ArchiveSource {
  readonly readers: readonly Command[]
  readonly path: string
}

/**
 * By several workers of pg_restore where the archive can be a file that they jump about in, and nothing of it has to be
 * changed; by one where several stood in each other's way.
 */
async function restoreArchive(
  file: Archive,
  to: Destination,
  setting: RestoreSetting,
  source: ArchiveSource,
): Promise<DumpReport> {
  if (!mayShareWork(file, to, setting)) return restoreByOne(file, to, setting, source)
  const { readers, path } = source
  if (readers.length > 0) {
    const unwrapped = await unwrapArchive(file, setting)
    if (unwrapped === undefined) return restoreByOne(file, to, setting, source)
    const bare = { readers: [], path: unwrapped.path }
    return restoreArchive(file, to, setting, bare).finally(unwrapped.remove)
  }
  const listed = await judgeArchive(file, { path, to, setting })
  if (listed === undefined) return restoreByOne(file, to, setting, source)
  const isDone = await restoreInParallel(file, to, setting, { path, listed })
  return isDone ? listed.report : restoreByOne(file, to, setting, source)
}

/** pg_restore prints the SQL, which passes the filter on its way to psql. */
async function restoreByOne(
  file: Archive,
  to: Destination,
  setting: RestoreSetting,
  { readers, path }: ArchiveSource,
): Promise<DumpReport> {
  const isPiped = readers.length > 0
  const { options } = setting
  const source = isPiped ? undefined : path
  // Owners are left out behind it, since the judge needs their names.
  const request = { format: file.format, source, tableJobs: 1, noOwner: false, options }
  const command = makeRestoreCommand(setting, { ...request, database: undefined })
  // Behind the last data of a tar archive stand zeros that pg_restore does not read, and their writer loses its reader.
  const writer = isPiped ? readToEnd(command) : command
  const work = { file, to, setting, inputFile: isPiped ? path : undefined }
  return restoreDump([...readers, writer], work)
}

/** An archive can hold a COMMIT, and what an older server does not know only the filter leaves out. */
function mayShareWork(file: Archive, to: Destination, { server, tableJobs }: RestoreSetting): boolean {
  const serverMajor = majorOfVersionNumber(server.facts.versionNumber)
  const isWhole = to.transaction === undefined && to.lacking === undefined
  const isFit = isWhole && !losesTransactionTimeout(server.client.major, serverMajor)
  return isFit && tableJobs > 1 && isParallel(file)
}

/** @returns false where its workers stood in each other's way, and the database is new again */
async function restoreInParallel(
  file: Archive,
  to: Destination,
  setting: RestoreSetting,
  { path, listed }: { path: string; listed: ListedArchive },
): Promise<boolean> {
  const { tableJobs } = setting
  const options = [
    ...setting.options,
    ...(listed.listPath === undefined ? [] : [`--use-list=${listed.listPath}`]),
  ]
  const noOwner = setting.noOwner || listed.noOwner
  const command = makeRestoreCommand(setting, {
    ...{ format: file.format, source: path, tableJobs, noOwner, options },
    database: to.database,
  })
  const { stderr, error } = await tryStages([command], { file, to, setting, inputFile: undefined })
  if (error === undefined) return true
  if (to.renew === undefined || !isOfSeveralWorkers(stderr)) throw error
  const why = `${tableJobs} workers of pg_restore stood in each other's way. With \`jobs: 1\` there is but one`
  setting.run.log.warning(`"${to.target}" is restored again by one worker: ${why}.`, 'Restored again')
  await to.renew()
  return false
}

function makeRestoreCommand(
  { server }: RestoreSetting,
  request: Omit<RestoreRequest, 'noPrivileges'>,
): Command {
  return { path: server.client.pgRestore, args: makeRestoreArguments({ ...request, noPrivileges: false }) }
}
