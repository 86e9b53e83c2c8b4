import { randomBytes } from 'node:crypto'
import { devNull } from 'node:os'
import { listReaders } from '../archive/reading/readers.ts'
import { BackupError } from '../errors.ts'
import type { Client } from '../postgres/client/find-clients.ts'
import { findRestriction } from '../postgres/client/restriction.ts'
import { majorOfVersionNumber } from '../postgres/client/version.ts'
import { makePsqlCommand } from '../postgres/psql.ts'
import { completionMarkers, type SqlFilterRules } from '../postgres/sql/filter/filter-rules.ts'
import { transactionTimeoutSince, type OmittedStatements } from '../postgres/sql/filter/omitted-statements.ts'
import { readLeftOutOfRoles } from '../postgres/sql/role-statements.ts'
import type { Command } from '../process/command.ts'
import type { LocalFile } from './checked-file.ts'
import { provideSqlFilter, type FilterOrder, type SqlFilterProgram } from './filter-program.ts'
import { isCommitted } from './in-place/commit-state.ts'
import type { DumpReport } from './left-out/dump-report.ts'
import { refuseIncomplete } from './left-out/refuse-left-out.ts'
import { readOwnerNotGiven } from './left-out/try-owner.ts'
import { refuseOtherReading } from './restore-failure.ts'
import type { RestoreSetting } from './restore-setting.ts'
import { runStages, tryStages, type Destination, type StagedWork } from './stages.ts'

/** A file, and the database that gets what it holds. */
export interface DatabaseWork extends StagedWork {
  readonly to: Destination
}

/**
 * Restores a plain dump of one database by psql.
 * @throws BackupError PGB_RESTORE, or the code that fits what the tools say; the run's reason when it is cancelled
 */
export async function restorePlain(
  file: LocalFile,
  to: Destination,
  setting: RestoreSetting,
): Promise<DumpReport> {
  const work = { file, to, setting, inputFile: file.path }
  return restoreDump(listReaders(file, setting.readers), work)
}

/**
 * Restores the dump that the writers print.
 * @throws BackupError as {@link restorePlain}, and PGB_PERMISSION where `strict` refuses
 */
export async function restoreDump(writers: readonly Command[], work: DatabaseWork): Promise<DumpReport> {
  const { to, setting } = work
  const rules = makeRules(setting, {
    completionMarker: completionMarkers.database,
    transaction: to.transaction,
    part: work.file.part,
    omit: { ...nothingExists, owners: setting.noOwner },
  })
  const { facts: target, lacking } = to
  const filter = await provideFilter({ rules, target, lacking, isStrict: setting.strict }, work)
  // Without autocommit nothing stays that comes after the end of our transaction, whoever ended it. Without one each
  // statement is its own, and need not wait for the disk: the new name that makes all count will.
  const beginning = to.transaction === undefined ? 'SET synchronous_commit TO off' : '\\set AUTOCOMMIT off'
  const stages = [...writers, filter.command, makePsql(work, [`--command=${beginning}`])]
  const owners = new Map<string, number>()
  const onErrorLine = (line: string): void => {
    const owner = readOwnerNotGiven(line)
    if (owner !== undefined) owners.set(owner, (owners.get(owner) ?? 0) + 1)
  }
  const { stdout, error } = await tryStages(stages, { ...work, onErrorLine })
  const report = await filter.readReport()
  if (error !== undefined && !(await isCommitted(stdout, rules.proof, work))) {
    throw report === undefined ? error : refuseIncomplete(error, report, work)
  }
  if (error === undefined) requireProof(stdout, rules, work.file)
  if (report === undefined) throw refuseOtherReading(work.file)
  const notGiven = [...owners].map(([role, entries]) => ({ role, entries }))
  return { ...report, owners: [...report.owners, ...notGiven] }
}

/**
 * Reads the dump that the writers print, and restores nothing.
 * @returns what it holds, and what of it is not for the target
 * @throws BackupError PGB_RESTORE where it cannot be read
 */
export async function lookThrough(writers: readonly Command[], work: DatabaseWork): Promise<DumpReport> {
  const rules = makeRules(work.setting, {
    ...{ completionMarker: completionMarkers.database, transaction: undefined, part: work.file.part },
    omit: { ...nothingExists, owners: work.setting.noOwner },
  })
  const filter = await provideFilter({ rules, target: work.to.facts, onlyLooks: true }, work)
  await runStages([...writers, filter.command], work)
  const report = await filter.readReport()
  if (report === undefined) throw refuseOtherReading(work.file)
  return report
}

/**
 * Restores a file of pg_dumpall by psql, which stops at the first error. It is not undone by an error, since
 * neither databases nor tablespaces can be created in a transaction.
 * @returns what the role could not restore, in words
 */
export async function restoreClusterFile(
  file: LocalFile,
  omit: Omit<OmittedStatements, 'transactionTimeout'>,
  setting: RestoreSetting,
  database: string,
): Promise<string[]> {
  const work = { file, to: { database, target: file.kind }, setting, inputFile: file.path }
  const rules = makeRules(setting, {
    completionMarker: completionMarkers.cluster,
    transaction: undefined,
    part: file.part,
    omit,
  })
  const { isSuperuser, service } = setting.server.facts
  const rolesAsUser = isSuperuser ? undefined : { service }
  const filter = await provideFilter({ rules, rolesAsUser }, work)
  const stages = [...listReaders(file, setting.readers), filter.command, makePsql(work, [])]
  const { stdout, stderr, error } = await tryStages(stages, work)
  if (error !== undefined) throw error
  requireProof(stdout, rules, file)
  return readLeftOutOfRoles(stderr)
}

const nothingExists = { existingRoles: [], existingTablespaces: [], ownRole: undefined }

function makeRules(
  { server }: RestoreSetting,
  rules: Pick<SqlFilterRules, 'completionMarker' | 'transaction' | 'part'> & {
    omit: Omit<OmittedStatements, 'transactionTimeout'>
  },
): SqlFilterRules {
  const transactionTimeout = majorOfVersionNumber(server.facts.versionNumber) < transactionTimeoutSince
  const restriction = findRestriction(server.client)
  const proof = randomBytes(24).toString('hex')
  return { ...rules, restriction, proof, omit: { ...rules.omit, transactionTimeout } }
}

async function provideFilter(order: FilterOrder, work: StagedWork): Promise<SqlFilterProgram> {
  const { server, run } = work.setting
  // psql puts the name in place of :DBNAME, and reads it like the dump.
  if (order.rules.restriction === 'leaking' && work.to.database.includes('\\')) {
    throw refuseBackslash(work, server.client)
  }
  return provideSqlFilter(order, run.privateDirectory)
}

function makePsql({ setting, to }: StagedWork, beginning: string[]): Command {
  const args = [...beginning, '--file=-', `--output=${devNull}`]
  return makePsqlCommand(setting.server, to.database, 'session', ...args)
}

/** Behind what our own scripts print. */
function requireProof(printed: string, { proof }: SqlFilterRules, file: LocalFile): void {
  if (printed.trimEnd().split('\n').at(-1) !== proof) throw refuseOtherReading(file)
}

function refuseBackslash({ to }: StagedWork, { version }: Client): BackupError {
  return new BackupError('PGB_CLIENT', {
    what: `The database "${to.target}" was not restored`,
    why: `psql ${version} could take the backslash in its name for the beginning of a command`,
    whatToDo: 'Update the PostgreSQL client on this machine to its newest minor release',
  })
}
