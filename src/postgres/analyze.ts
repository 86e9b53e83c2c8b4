import { dirname } from 'node:path'
import { findExecutable } from '../process/find-executable.ts'
import { runPipeline } from '../process/pipeline.ts'
import { escapeConninfoValue, formatDatabaseArgument } from './connection/connection-string.ts'
import type { OpenServer } from './open-server.ts'
import { explainPsqlFailure, runSql, whileServerAnswers } from './psql.ts'

/** A role or a database may have limits that end the work; a user's own settings stand before them, and count no more. */
const withoutLimits = '-c statement_timeout=0 -c lock_timeout=0'

/**
 * Has the server gather statistics of all tables of a database, several at once.
 *
 * vacuumdb begins each of its connections by an empty search path, as pg_dump does (session-settings.ts), and PostgreSQL
 * evaluates the expressions of indexes as the tables' owners (commands/analyze.c: do_analyze_rel). Where vacuumdb is missing,
 * and behind a pooler, which may take no startup options, psql does it, one table after the other.
 * @param jobs tables at once
 * @throws BackupError with the code that fits what the tool says; the reason of the server's signal
 */
export async function analyzeDatabase(server: OpenServer, database: string, jobs: number): Promise<void> {
  const failing = `No statistics were gathered in the database "${database}"`
  const analyzeByPsql = (): Promise<string> =>
    runSql(server, { database, sql: 'ANALYZE', failing, kind: 'alone' })
  const vacuumdb = findExecutable('vacuumdb', dirname(server.client.psql))
  const { freeConnections } = server.facts
  if (vacuumdb === undefined || freeConnections === undefined) {
    await analyzeByPsql()
    return
  }
  const options = [server.connection.parameters['options'], withoutLimits].filter(
    (text) => text !== undefined,
  )
  const place = `${formatDatabaseArgument(database)} options=${escapeConninfoValue(options.join(' '))}`
  const atOnce = Math.max(1, Math.min(jobs, freeConnections))
  const args = ['--analyze-only', '--quiet', '--no-password', `--jobs=${atOnce}`, place]
  const { environment } = server.connection
  const { failure, stderr } = await whileServerAnswers(server, { database, failing }, (signal) =>
    runPipeline([{ path: vacuumdb, args }], { environment, signal }),
  )
  if (failure === undefined) return
  // PgBouncer has no name or port of its own by which it is known before.
  if (stderr.includes('unsupported startup parameter')) {
    await analyzeByPsql()
    return
  }
  const whatToDo = "Look into the server's log, and run ANALYZE by hand"
  throw explainPsqlFailure(stderr, server, { database, failing }, { code: 'PGB_RESTORE', whatToDo })
}
