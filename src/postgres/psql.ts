import { BackupError, type ErrorCode } from '../errors.ts'
import { runPipeline } from '../process/pipeline.ts'
import type { Command } from '../process/command.ts'
import type { Client } from './client/find-clients.ts'
import type { Connection } from './connection/open-connection.ts'
import { formatDatabaseArgument } from './connection/connection-string.ts'
import { explainFailure } from './failure/explain-failure.ts'

/** A server, and the tools that talk to it. */
export interface Session {
  readonly connection: Connection
  readonly client: Client
  readonly signal: AbortSignal
}

/** What a query is for: the first sentence of the error when it fails, as in `The server was not asked for x`. */
export interface Query {
  readonly database: string
  readonly sql: string
  readonly failing: string
}

/** psql with settings of its own, where neither ~/.psqlrc nor a prompt for a password can interfere. */
export function makePsqlCommand(
  { client }: Pick<Session, 'client'>,
  database: string,
  ...args: string[]
): Command {
  const fixed = ['--no-psqlrc', '--no-password', '--quiet', '--set=ON_ERROR_STOP=1']
  return { path: client.psql, args: [...fixed, formatDatabaseArgument(database), ...args] }
}

/**
 * Runs SQL by psql, and so through libpq with every setting of the connection.
 * @returns what it printed, without alignment and headers
 * @throws BackupError with the code that fits what psql says, else PGB_CONNECT
 */
export async function runSql(session: Session, { database, sql, failing }: Query): Promise<string> {
  const command = makePsqlCommand(session, database, '--no-align', '--tuples-only', `--command=${sql}`)
  const environment = { ...session.connection.environment, PGCLIENTENCODING: 'UTF8' }
  const { failure, stdout, stderr } = await runPipeline([command], { environment, signal: session.signal })
  if (failure === undefined) return stdout.trimEnd()
  const whatToDo = 'Check the url, and whether this runner may reach the server'
  throw explainPsqlFailure(stderr, session, { database, failing }, { code: 'PGB_CONNECT', whatToDo })
}

/** Says why psql failed; `unknown` serves where nothing that it printed is recognised. */
export function explainPsqlFailure(
  stderr: string,
  { connection }: Session,
  { database, failing }: Pick<Query, 'database' | 'failing'>,
  unknown: { readonly code: ErrorCode; readonly whatToDo: string },
): BackupError {
  const { code, whatToDo } = unknown
  const context = { parameters: connection.parameters, database, action: failing }
  const why = quoteTool(stderr) ?? 'psql ended without a word'
  return explainFailure(stderr, context) ?? new BackupError(code, { what: failing, why, whatToDo })
}

/** The last lines that a tool printed, as one line for an annotation; undefined when there are none. */
export function quoteTool(stderr: string): string | undefined {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  const text = lines
    .slice(-4)
    .join('; ')
    .replace(/\s+/g, ' ')
    .replace(/[.;\s]+$/, '')
  return text === '' ? undefined : text.slice(-600)
}
