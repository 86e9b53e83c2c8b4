import { BackupError } from '../errors.ts'
import type { Log } from '../github/log.ts'
import { majorOfVersionNumber } from '../postgres/client/version.ts'
import { makeDropDatabase } from '../postgres/sql/drop-database.ts'
import type { OpenServer } from '../postgres/open-server.ts'
import { runSql, type Query } from '../postgres/psql.ts'
import { quoteIdentifier, quoteLiteral } from '../postgres/sql/quote.ts'
import { makeCreateQuery, makeHandOverBlock } from './database-properties.ts'
import type { PlannedDatabase } from '../restore/plan.ts'

/** Milliseconds for clearing up after a failure; when a job is cancelled the runner grants ten seconds in all. */
const dropTimeout = 6_000

/** How often a database is renamed again when a client came back in between. */
const renameAttempts = 5

/**
 * Creates the database into which is restored: encoding, locale and tablespace are those of the old one that it is
 * to replace, else the server's own. Always from template0, so that nothing collides with the dump.
 */
export async function createWorkDatabase(
  planned: PlannedDatabase,
  server: OpenServer,
  maintenance: string,
): Promise<void> {
  const failing = `The database "${planned.target}" was not restored, because a new one could not be created`
  const patient = ignoreCancellation(server)
  const query = { database: maintenance, failing }
  const sql =
    planned.way === 'replace'
      ? await runSql(patient, { ...query, sql: makeCreateQuery(planned.target, planned.workName) })
      : `CREATE DATABASE ${quoteIdentifier(planned.workName)} TEMPLATE template0`
  await runSql(patient, { ...query, sql, kind: 'alone' })
  if (planned.way !== 'replace') return
  // Undone at once: what cannot be handed over is better known before hours of restoring than after them.
  await runSql(server, {
    ...query,
    sql: `BEGIN;\n${makeHandOverBlock(planned.target, planned.workName)}\nROLLBACK;`,
  })
}

/**
 * Gives the finished database its name, in one transaction with the old one's loss of it, and then drops the old one.
 * @throws BackupError PGB_RESTORE when another session holds on to the old one; both are then as before
 */
export async function takeName(
  planned: PlannedDatabase,
  server: OpenServer,
  maintenance: string,
  log: Log,
): Promise<void> {
  const { target, workName, retiredName } = planned
  const failing = `The database "${target}" was restored but could not take its name, and the server was left as it was`
  const query = { database: maintenance, failing }
  const patient = ignoreCancellation(server)
  if (retiredName === undefined) {
    await runSql(patient, { ...query, sql: makeRename(workName, target), kind: 'work' })
    return
  }
  const steps = [
    makeHandOverBlock(target, workName),
    ...(planned.endsSessions ? [makeEndSessions(target)] : []),
    makeRename(target, retiredName),
    makeRename(workName, target),
  ]
  await swap(server, { ...query, sql: steps.join('\n'), kind: 'work' }, renameAttempts)
  await dropRetired(retiredName, patient, maintenance, log)
}

/** A session that comes back between its end and the rename makes the rename fail, so it is tried again. */
async function swap(server: OpenServer, query: Query, attempts: number): Promise<void> {
  server.signal.throwIfAborted()
  const failure = await runSql(ignoreCancellation(server), query).then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
  if (failure === undefined) return
  if (!String(failure.error).includes('being accessed by other users')) throw failure.error
  if (attempts > 1) {
    await swap(server, query, attempts - 1)
    return
  }
  throw new BackupError('PGB_RESTORE', {
    what: query.failing,
    why: 'other sessions are connected to the old database',
    whatToDo:
      'Stop the programs that use it, and run the job again; with `clean: true` their sessions are ended',
  })
}

/** For short statements: a killed psql leaves it open whether the server has done them, or is still about to. */
function ignoreCancellation(server: OpenServer): OpenServer {
  return { ...server, signal: new AbortController().signal }
}

function makeRename(from: string, to: string): string {
  return `ALTER DATABASE ${quoteIdentifier(from)} RENAME TO ${quoteIdentifier(to)};`
}

function makeEndSessions(name: string): string {
  return `SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE datname = ${quoteLiteral(name)};`
}

/** The new database is complete and in place, so an old one that stays behind is no failure. */
async function dropRetired(name: string, server: OpenServer, maintenance: string, log: Log): Promise<void> {
  const remains = await dropDatabase(name, server, maintenance)
  if (remains === undefined) return
  log.warning(`The database that was replaced is still there as "${name}": ${remains}. Drop it by hand.`)
}

/**
 * Removes what a failed restore began. It has a time limit of its own, because the run may have been cancelled.
 */
export async function dropWorkDatabase(
  name: string,
  server: OpenServer,
  maintenance: string,
  log: Log,
): Promise<void> {
  const limited = { ...server, signal: AbortSignal.timeout(dropTimeout) }
  const remains = await dropDatabase(name, limited, maintenance)
  if (remains === undefined) return
  log.warning(`A half-restored database was left behind as "${name}": ${remains}. Drop it by hand.`)
}

/** @returns why it was not dropped */
async function dropDatabase(
  name: string,
  server: OpenServer,
  maintenance: string,
): Promise<string | undefined> {
  const sql = makeDropDatabase(name, majorOfVersionNumber(server.facts.versionNumber))
  return runSql(server, { database: maintenance, sql, failing: 'It was not dropped', kind: 'alone' }).then(
    () => undefined,
    (error: unknown) => (error instanceof BackupError ? error.explanation.why : String(error)),
  )
}
