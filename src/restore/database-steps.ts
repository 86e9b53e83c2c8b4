import { BackupError } from '../errors.ts'
import type { Log } from '../github/log.ts'
import { majorOfVersionNumber } from '../postgres/client/version.ts'
import { dropDatabase } from '../postgres/drop-database.ts'
import type { OpenServer } from '../postgres/open-server.ts'
import { runSql, type Query } from '../postgres/psql.ts'
import { quoteIdentifier, quoteLiteral } from '../postgres/sql/quote.ts'
import { mayEndSession } from '../postgres/sql/sessions.ts'
import type { DatabaseProperties } from '../archive/properties.ts'
import { listCreateStatements } from '../restoring/properties/create-statements.ts'
import { makeCreateQuery, makeHandOverBlock } from '../restoring/database-properties.ts'
import { dropRetired } from './drop-databases.ts'
import type { PlannedDatabase } from './plan.ts'

/** How often a database is renamed again when a client came back in between. */
const renameAttempts = 5

/** Where and how a database is created. */
export interface CreationSetting {
  readonly server: OpenServer
  readonly maintenance: string
  readonly log: Log
  /** What a database that does not exist yet is to be like. */
  readonly like: DatabaseProperties | undefined
}

/**
 * Creates the database into which is restored: encoding, locale and tablespace are those of the old one that it is
 * to replace, else of the one that was backed up, else the server's own.
 */
export async function createWorkDatabase(planned: PlannedDatabase, setting: CreationSetting): Promise<void> {
  const { server, maintenance, log, like } = setting
  const failing = `The database "${planned.target}" was not restored, because a new one could not be created`
  const patient = ignoreCancellation(server)
  const query = { database: maintenance, failing }
  if (planned.way !== 'replace') {
    const major = majorOfVersionNumber(server.facts.versionNumber)
    const statements = listCreateStatements(planned.workName, like, major)
    await createFirst(statements, { server: patient, query, log, target: planned.target })
    return
  }
  const sql = await runSql(patient, { ...query, sql: makeCreateQuery(planned.target, planned.workName) })
  await runSql(patient, { ...query, sql, kind: 'alone' })
  // Undone at once: what cannot be handed over is better known before hours of restoring than after them.
  await runSql(server, {
    ...query,
    sql: `BEGIN;\n${makeHandOverBlock(planned.target, planned.workName)}\nROLLBACK;`,
  })
}

/** Creates it once more, for a second try. */
export async function renewWorkDatabase(planned: PlannedDatabase, setting: CreationSetting): Promise<void> {
  const { server, maintenance } = setting
  const major = majorOfVersionNumber(server.facts.versionNumber)
  const failing = `The database "${planned.target}" was not restored, because what a first try began could not be dropped`
  await dropDatabase(server, { name: planned.workName, maintenance, major, subscriptions: 'all', failing })
  await createWorkDatabase(planned, setting)
}

/** Takes the first statement that the server accepts, and warns of what is otherwise then. */
async function createFirst(
  [sql, ...others]: readonly string[],
  setting: { server: OpenServer; query: Omit<Query, 'sql'>; log: Log; target: string },
): Promise<void> {
  const { server, query, log, target } = setting
  try {
    await runSql(server, { ...query, sql: sql ?? '', kind: 'alone' })
  } catch (error) {
    if (others.length === 0 || !(error instanceof BackupError)) throw error
    const what = others.length === 2 ? 'its tablespace' : 'its own encoding and locale'
    log.warning(
      `The database "${target}" could not be created with ${what}, and gets those of the server: ${error.explanation.why}.`,
      'Properties left out',
    )
    await createFirst(others, setting)
  }
}

/**
 * Gives all finished databases their names, in one transaction with the old ones' loss of them, and then drops the old
 * ones.
 * @throws BackupError PGB_RESTORE when another session holds on to an old one; all are then as before
 */
export async function takeNames(
  databases: readonly PlannedDatabase[],
  server: OpenServer,
  maintenance: string,
  log: Log,
): Promise<void> {
  if (databases.length === 0) return
  const replaced = databases.filter(({ way }) => way === 'replace')
  const steps = [
    ...replaced.filter(({ endsSessions }) => endsSessions).map(({ target }) => makeEndSessions(target)),
    ...replaced.map(({ target, workName }) => makeHandOverBlock(target, workName)),
    ...databases.flatMap(({ target, workName, retiredName }) => [
      ...(retiredName === undefined ? [] : [makeRename(target, retiredName)]),
      makeRename(workName, target),
    ]),
  ]
  const swap = { databases, server, maintenance, sql: steps.join('\n') }
  await swapNames(swap, renameAttempts)
  for (const { retiredName } of replaced) {
    if (retiredName !== undefined)
      await dropRetired(retiredName, ignoreCancellation(server), maintenance, log)
  }
}

interface Swap {
  readonly databases: readonly PlannedDatabase[]
  readonly server: OpenServer
  readonly maintenance: string
  readonly sql: string
}

/** A session that comes back between its end and the rename makes the rename fail, so it is tried again. */
async function swapNames(swap: Swap, attempts: number): Promise<void> {
  const { databases, server, maintenance, sql } = swap
  server.signal.throwIfAborted()
  const failing = `${nameAll(databases)} restored but not renamed, and the server was left as it was`
  const patient = ignoreCancellation(server)
  const failure = await runSql(patient, { database: maintenance, failing, sql, kind: 'work' }).then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
  if (failure === undefined) return
  const [, name] = /database ("[^]*?") is being accessed by other users/.exec(String(failure.error)) ?? []
  if (name === undefined) {
    if (await isSwapped(swap)) return
    throw explainRefusal(failure.error, failing)
  }
  if (attempts > 1) {
    await swapNames(swap, attempts - 1)
    return
  }
  throw new BackupError('PGB_RESTORE', {
    what: failing,
    why: `other sessions are connected to the old database ${name}`,
    whatToDo:
      'Stop the programs that use it, and run the job again; with `clean: true` their sessions are ended',
  })
}

/**
 * Whether the server has done it though it seemed to fail, as when the connection was lost while it committed.
 * @throws BackupError PGB_CONNECT where it cannot be asked
 */
async function isSwapped({ databases, server, maintenance }: Swap): Promise<boolean> {
  const names = databases.map(({ workName }) => quoteLiteral(workName)).join(', ')
  const sql = `select pg_catalog.count(*) from pg_catalog.pg_database where datname in (${names})`
  const failing = `${nameAll(databases)} restored, but it is not known whether the server renamed them`
  return (await runSql(ignoreCancellation(server), { database: maintenance, failing, sql })) === '0'
}

/** What the server answered is no failure to reach it. */
function explainRefusal(error: unknown, what: string): unknown {
  const why = error instanceof BackupError && error.code === 'PGB_CONNECT' ? error.explanation.why : ''
  if (!why.includes('ERROR: ')) return error
  const whatToDo = 'Look whether somebody changed the databases meanwhile, and run the job again'
  return new BackupError('PGB_RESTORE', { what, why, whatToDo }, { cause: error })
}

/** As in `The database "shop" was`. */
function nameAll(databases: readonly PlannedDatabase[]): string {
  const names = databases.map(({ target }) => `"${target}"`).join(', ')
  return databases.length === 1 ? `The database ${names} was` : `The databases ${names} were`
}

/** For short statements: a killed psql leaves it open whether the server has done them, or is still about to. */
function ignoreCancellation(server: OpenServer): OpenServer {
  return { ...server, signal: new AbortController().signal }
}

function makeRename(from: string, to: string): string {
  return `ALTER DATABASE ${quoteIdentifier(from)} RENAME TO ${quoteIdentifier(to)};`
}

/** RENAME itself ends autovacuum in it. */
function makeEndSessions(name: string): string {
  return `SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
  WHERE datname = ${quoteLiteral(name)} AND ${mayEndSession};`
}
