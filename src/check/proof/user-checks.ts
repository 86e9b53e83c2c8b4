import type { Problem } from '../../catalogue/problems.ts'
import { refuseInput } from '../../inputs/read-inputs.ts'
import { makePsqlCommand, quoteTool, whileServerAnswers, type Session } from '../../postgres/psql.ts'
import { runPipeline } from '../../process/pipeline.ts'

/** A question of the user to a restored copy. */
export interface UserCheck {
  readonly database: string
  /** SQL that gives one boolean. */
  readonly query: string
}

/**
 * PURE. Reads the input `checks`: `database: query` on each line, the name as a JSON string where it holds a colon.
 * @throws BackupError PGB_INPUT
 */
export function parseChecks(text: string): UserCheck[] {
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.trim())
  return lines.filter((line) => line !== '').map((line) => parseCheck(line, lines.indexOf(line) + 1))
}

function parseCheck(line: string, number: number): UserCheck {
  const [, quoted, plain, query = ''] =
    /^(?:("(?:[^"\\]|\\.)*")|([^":][^:]*)):\s*(.*?)[\s;]*$/.exec(line) ?? []
  const database = quoted === undefined ? plain?.trim() : readQuoted(quoted)
  if (database !== undefined && database !== '' && query !== '') return { database, query }
  throw refuseInput(
    'checks',
    `line ${number} is no name of a database, a colon and a query`,
    'Write one check a line, as in "shop: select count(*) > 0 from orders"',
  )
}

function readQuoted(text: string): string | undefined {
  try {
    const name: unknown = JSON.parse(text)
    return typeof name === 'string' ? name : undefined
  } catch {
    return undefined
  }
}

/**
 * Asks the restored copy, in which names are found in the schema `public` as most clients find them.
 * @param database of the scratch server
 * @returns what is wrong; undefined where the query gave one true value
 */
export async function askCheck(
  { database: name, query }: UserCheck,
  session: Session,
  database: string,
): Promise<Problem | undefined> {
  const settings = ['--set=VERBOSITY=verbose', '--no-align', '--tuples-only']
  // The end of the line ends a comment of the user's, and the cast refuses all but one boolean.
  const sql = `SELECT ((\n${query}\n)) IS TRUE`
  const commands = ['SET search_path TO public, pg_temp', sql].map((command) => `--command=${command}`)
  const psql = makePsqlCommand(session, database, 'session', ...settings, ...commands)
  const { environment } = session.connection
  const failing = `The checks of "${name}" were not made`
  const { failure, stdout, stderr } = await whileServerAnswers(session, { database, failing }, (signal) =>
    runPipeline([psql], { environment, signal }),
  )
  if (failure !== undefined) return refuseCheck(name, query, `it could not be asked: ${explain(stderr)}`)
  return stdout.trim() === 't' ? undefined : refuseCheck(name, query, 'it is not true of the restored copy')
}

/** What a server says of a query's text and names; all else may quote rows, so it is known by its code alone. */
function explain(stderr: string): string {
  const [, state, message] = /(?:ERROR|FATAL): {2}([0-9A-Z]{5}): (.*)/.exec(stderr) ?? []
  if (state === undefined)
    return quoteTool(stderr.replace(/^.*(?:DETAIL|CONTEXT): .*$/gm, '')) ?? 'without a message'
  return state.startsWith('42') ? `${message ?? ''} (SQLSTATE ${state})` : `SQLSTATE ${state}`
}

/** The error for a check that did not come out true. */
export function refuseCheck(database: string, query: string, why: string): Problem {
  return {
    code: 'PGB_CHECK',
    what: `A check of "${database}" failed`,
    why: `${why} (${query.slice(0, 200)})`,
    whatToDo: 'Look into the data of that backup, or correct the line of "checks"',
  }
}
