import { devNull } from 'node:os'
import { makePsqlCommand } from '../postgres/psql.ts'
import { makeRestoreArguments, type RestoreRequest } from '../postgres/restore-arguments.ts'
import { runPipeline } from '../process/pipeline.ts'
import type { Command } from '../process/command.ts'
import type { CheckedFile } from '../restore/check.ts'
import { provideSqlFilter } from '../postgres/sql/filter-program.ts'
import { explainRestoreFailure } from './restore-failure.ts'
import type { OmittedStatements } from '../postgres/sql/omitted-statements.ts'
import { listReaders } from '../archive/reading/readers.ts'
import { isParallel } from '../restore/plan.ts'
import type { SqlFilterRules } from '../postgres/sql/sql-filter.ts'
import type { RestoreSetting } from './restore-setting.ts'
import { unpackDirectory } from './unpack.ts'

/** Where a database's file is restored to. */
export interface Destination {
  readonly database: string
  /** The name that messages use. */
  readonly target: string
  /** All in one transaction; otherwise several workers may share the work, and a failure leaves a part behind. */
  readonly oneTransaction: boolean
}

/**
 * Restores the file of one database into a database that is empty.
 * @throws BackupError PGB_RESTORE, or the code that fits what the tools say; the run's reason when it is cancelled
 */
export async function restoreDatabaseFile(
  file: CheckedFile,
  to: Destination,
  setting: RestoreSetting,
): Promise<void> {
  if (!isArchive(file)) await restorePlain(file, to, setting)
  else if (file.format === 'directory') await restoreDirectory(file, to, setting)
  else await restoreArchive(file, to, setting)
}

/** A file that pg_restore reads. */
type Archive = CheckedFile & Pick<RestoreRequest, 'format'>

function isArchive(file: CheckedFile): file is Archive {
  return file.format !== 'plain'
}

async function restorePlain(file: CheckedFile, to: Destination, setting: RestoreSetting): Promise<void> {
  await restoreSql(file, to, setting, {
    completionMarker: '-- PostgreSQL database dump complete',
    oneTransaction: true,
    omit: { owners: setting.noOwner, existingRoles: [], existingTablespaces: [], ownRole: undefined },
  })
}

/**
 * Restores a file of pg_dumpall by psql, which stops at the first error. It is not undone by an error, since
 * neither databases nor tablespaces can be created in a transaction.
 */
export async function restoreClusterFile(
  file: CheckedFile,
  omit: OmittedStatements,
  setting: RestoreSetting,
  database: string,
): Promise<void> {
  const to = { database, target: file.kind, oneTransaction: false }
  const completionMarker = '-- PostgreSQL database cluster dump complete'
  await restoreSql(file, to, setting, { completionMarker, oneTransaction: false, omit })
}

async function restoreSql(
  file: CheckedFile,
  to: Destination,
  setting: RestoreSetting,
  rules: SqlFilterRules,
): Promise<void> {
  const filter = await provideSqlFilter(rules, setting.run.privateDirectory)
  const psql = makePsqlCommand(setting.server, to.database, 'session', '--file=-', `--output=${devNull}`)
  const stages = [...listReaders(file, setting.readers), filter, psql]
  await runStages(stages, { file, to, setting, inputFile: file.path })
}

async function restoreDirectory(file: Archive, to: Destination, setting: RestoreSetting): Promise<void> {
  const unpacked = await unpackDirectory(file, setting)
  const stages = [makeRestoreCommand(file, to, setting, unpacked.path)]
  await runStages(stages, { file, to, setting, inputFile: undefined }).finally(unpacked.remove)
}

/** An archive that nothing wraps is opened by pg_restore itself, which can then jump about in it. */
async function restoreArchive(file: Archive, to: Destination, setting: RestoreSetting): Promise<void> {
  const readers = listReaders(file, setting.readers)
  const source = readers.length === 0 ? file.path : undefined
  const stages = [...readers, makeRestoreCommand(file, to, setting, source)]
  // Behind the last data of a tar archive stand zeros that pg_restore does not read, and their writer loses its reader.
  const inputFile = source === undefined ? file.path : undefined
  await runStages(stages, { file, to, setting, inputFile, onlyLastStageCounts: true })
}

function makeRestoreCommand(
  file: Archive,
  to: Destination,
  { server, tableJobs, noOwner, options }: RestoreSetting,
  source: string | undefined,
): Command {
  const inParallel = !to.oneTransaction && tableJobs > 1 && isParallel(file)
  const args = makeRestoreArguments({
    database: to.database,
    format: file.format,
    source,
    tableJobs,
    oneTransaction: !inParallel,
    noOwner,
    noPrivileges: false,
    options,
  })
  return { path: server.client.pgRestore, args }
}

interface Work {
  readonly file: CheckedFile
  readonly to: Destination
  readonly setting: RestoreSetting
  readonly inputFile: string | undefined
  /** The last stage notices by itself when its input is cut, and may stop reading before the end. */
  readonly onlyLastStageCounts?: boolean
}

async function runStages(stages: readonly Command[], work: Work): Promise<void> {
  const { file, to, setting, inputFile, onlyLastStageCounts = false } = work
  const { environment, parameters } = setting.server.connection
  const input = inputFile === undefined ? {} : { inputFile }
  const options = { environment, signal: setting.signal, onlyLastStageCounts, ...input }
  const result = await runPipeline(stages as [Command, ...Command[]], options)
  if (result.failure === undefined) return
  const subject = file.kind === 'database' ? `The database "${to.target}"` : `The file of the ${file.kind}`
  throw explainRestoreFailure(result.failure, result.stderr, {
    parameters,
    database: to.target,
    action: `${subject} was not restored`,
  })
}
