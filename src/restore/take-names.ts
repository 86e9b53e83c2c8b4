import { BackupError } from '../errors.ts'
import type { Log } from '../github/log.ts'
import { askPatiently, inProgress, persistence } from '../postgres/ask-patiently.ts'
import type { OpenServer } from '../postgres/open-server.ts'
import { runSql } from '../postgres/psql.ts'
import { quoteIdentifier, quoteLiteral } from '../postgres/sql/quote.ts'
import { mayEndSession } from '../postgres/sql/sessions.ts'
import { makeHandOverBlock } from '../restoring/database-properties.ts'
import { ignoreCancellation } from './database-steps.ts'
import type { PlannedDatabase } from './plan.ts'

/** How often a database is renamed again when a client came back in between. */
const renameAttempts = 5

/** Where databases that are complete take their names. */
export interface NamingSetting {
  readonly server: OpenServer
  readonly maintenance: string
  readonly log: Log
  /** Work databases that are dropped after a failure: none any more where they may have got their names. */
  readonly made: Set<string>
}

/**
 * Gives all finished databases their names, in one transaction with the old ones' loss of them.
 * @throws BackupError PGB_RESTORE when another session holds on to an old one; all are then as before. PGB_CONNECT, or
 *   what else the server fails by, where it is not known whether it has done so: the message then says how to find out
 */
export async function takeNames(
  databases: readonly PlannedDatabase[],
  setting: NamingSetting,
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
  await swapNames({ ...setting, databases, sql: steps.join('\n') }, renameAttempts)
  setting.made.clear()
}

interface Swap extends NamingSetting {
  readonly databases: readonly PlannedDatabase[]
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
 * Whether the server has done it though it seemed to fail, as when the connection was lost while it committed. It may
 * still be at it, and then holds or awaits the locks of a rename.
 * @throws BackupError where it is not known; nothing is dropped then
 */
async function isSwapped(swap: Swap): Promise<boolean> {
  const { databases, server, maintenance, log, made } = swap
  const names = databases.map(({ workName }) => quoteLiteral(workName)).join(', ')
  const sql = `select case when pg_catalog.count(*) = 0 then 'yes'
    when pg_catalog.bool_or(exists (select from pg_catalog.pg_locks where locktype = 'object' and objid = d.oid
      and classid = 'pg_catalog.pg_database'::pg_catalog.regclass and mode = 'AccessExclusiveLock')) then '${inProgress}'
    else 'no' end from pg_catalog.pg_database d where datname in (${names})`
  const failing = `${nameAll(databases)} restored, but it is not known whether the server renamed ${databases.length === 1 ? 'it' : 'them'}`
  const query = { database: maintenance, failing, sql }
  const until = server.signal
  try {
    return (await askPatiently(ignoreCancellation(server), query, { ...persistence, until })) === 'yes'
  } catch (error) {
    if (!(error instanceof BackupError)) throw error
    made.clear()
    const whatToDo = explainNames(databases)
    // What is thrown is not shown where the run was cancelled.
    if (until.aborted) log.warning(`${failing}. ${whatToDo}.`, 'Names unknown')
    throw new BackupError(error.code, { ...error.explanation, whatToDo }, { cause: error })
  }
}

/** PURE. How somebody finds out whether the databases have got their names, and what is then to be dropped. */
function explainNames(databases: readonly PlannedDatabase[]): string {
  const isOne = databases.length === 1
  const [work, targets] = [nameEach(databases, 'workName'), nameEach(databases, 'target')]
  const replaced = databases.filter(({ retiredName }) => retiredName !== undefined)
  const old =
    replaced.length === 0
      ? ''
      : `, and ${nameEach(replaced, 'retiredName')} what was replaced: drop it by hand`
  return (
    `List the databases of the server: if it has ${work}, nothing was renamed: drop ${isOne ? 'that' : 'those'} by ` +
    `hand, and run the job again; if not, ${targets} ${isOne ? 'is the new one' : 'are the new ones'}${old}`
  )
}

function nameEach(databases: readonly PlannedDatabase[], key: 'target' | 'workName' | 'retiredName'): string {
  return databases.map((database) => `"${database[key] ?? ''}"`).join(', ')
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
  const names = nameEach(databases, 'target')
  return databases.length === 1 ? `The database ${names} was` : `The databases ${names} were`
}

function makeRename(from: string, to: string): string {
  return `ALTER DATABASE ${quoteIdentifier(from)} RENAME TO ${quoteIdentifier(to)};`
}

/** RENAME itself ends autovacuum in it. */
function makeEndSessions(name: string): string {
  return `SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
  WHERE datname = ${quoteLiteral(name)} AND ${mayEndSession};`
}
