import { randomBytes } from 'node:crypto'
import { devNull } from 'node:os'
import { listReaders } from '../archive/reading/readers.ts'
import { BackupError } from '../errors.ts'
import type { Client } from '../postgres/client/find-clients.ts'
import { majorOfVersionNumber } from '../postgres/client/version.ts'
import { makePsqlCommand } from '../postgres/psql.ts'
import { provideSqlFilter } from '../postgres/sql/filter-program.ts'
import { transactionTimeoutSince, type OmittedStatements } from '../postgres/sql/omitted-statements.ts'
import type { Command } from '../process/command.ts'
import type { CheckedFile } from '../restore/check.ts'
import { findRestriction } from '../postgres/client/restriction.ts'
import { refuseOtherReading } from './restore-failure.ts'
import type { RestoreSetting } from './restore-setting.ts'
import { runStages, type Destination, type StagedWork } from './stages.ts'

/** The comment lines by which complete dumps of pg_dump and pg_dumpall are known. */
export const completionMarkers = {
  database: '-- PostgreSQL database dump complete',
  cluster: '-- PostgreSQL database cluster dump complete',
} as const

/**
 * Restores a plain dump of one database by psql, in one transaction.
 * @throws BackupError PGB_RESTORE, or the code that fits what the tools say; the run's reason when it is cancelled
 */
export async function restorePlain(
  file: CheckedFile,
  to: Destination,
  setting: RestoreSetting,
): Promise<void> {
  const work = { file, to, setting, inputFile: file.path }
  await restoreDump(listReaders(file, setting.readers), work, setting.noOwner)
}

/**
 * Restores the dump that the writers print, in one transaction.
 * @throws BackupError as {@link restorePlain}
 */
export async function restoreDump(
  writers: readonly Command[],
  work: StagedWork,
  omitsOwners: boolean,
): Promise<void> {
  await restoreSql(writers, work, {
    completionMarker: completionMarkers.database,
    oneTransaction: true,
    omit: { owners: omitsOwners, existingRoles: [], existingTablespaces: [], ownRole: undefined },
  })
}

/**
 * Restores a file of pg_dumpall by psql, which stops at the first error. It is not undone by an error, since
 * neither databases nor tablespaces can be created in a transaction.
 */
export async function restoreClusterFile(
  file: CheckedFile,
  omit: Omit<OmittedStatements, 'transactionTimeout'>,
  setting: RestoreSetting,
  database: string,
): Promise<void> {
  const to = { database, target: file.kind, oneTransaction: false }
  const work = { file, to, setting, inputFile: file.path }
  await restoreSql(listReaders(file, setting.readers), work, {
    completionMarker: completionMarkers.cluster,
    oneTransaction: false,
    omit,
  })
}

interface DumpRules {
  readonly completionMarker: string
  readonly oneTransaction: boolean
  readonly omit: Omit<OmittedStatements, 'transactionTimeout'>
}

async function restoreSql(writers: readonly Command[], work: StagedWork, rules: DumpRules): Promise<void> {
  const { server, run } = work.setting
  const proof = randomBytes(24).toString('hex')
  const serverMajor = majorOfVersionNumber(server.facts.versionNumber)
  const omit = { ...rules.omit, transactionTimeout: serverMajor < transactionTimeoutSince }
  const restriction = findRestriction(server.client)
  // psql puts the name in place of :DBNAME, and reads it like the dump.
  if (restriction === 'leaking' && work.to.database.includes('\\')) throw refuseBackslash(work, server.client)
  const filter = await provideSqlFilter({ ...rules, omit, restriction, proof }, run.privateDirectory)
  // Without autocommit nothing stays that comes after the end of our transaction, whoever ended it.
  const autocommit = rules.oneTransaction ? ['--command=\\set AUTOCOMMIT off'] : []
  const args = [...autocommit, '--file=-', `--output=${devNull}`]
  const psql = makePsqlCommand(server, work.to.database, 'session', ...args)
  const printed = await runStages([...writers, filter, psql], work)
  if (printed.trim() !== proof) throw refuseOtherReading(work.file)
}

function refuseBackslash({ to }: StagedWork, { version }: Client): BackupError {
  return new BackupError('PGB_CLIENT', {
    what: `The database "${to.target}" was not restored`,
    why: `psql ${version} could take the backslash in its name for the beginning of a command`,
    whatToDo: 'Update the PostgreSQL client on this machine to its newest minor release',
  })
}
