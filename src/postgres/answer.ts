import { JsonError, readString, type Reader, readJson } from '../archive/json-reader.ts'
import { BackupError } from '../errors.ts'
import { runSql, type Query, type Session } from './psql.ts'

export { readJson, readName, readText } from '../archive/json-reader.ts'

/** `server_version` without the packager's remarks, as in `15.18`, `19beta1` or `11.2-YB-2.20.0.0-b0`. */
export const readVersion = readString(/^\d[\w.+~-]{0,63}$/, 'a version')

/**
 * Runs a query that gives one JSON value, and reads it: what a server says is only what it should be if somebody looked.
 * @throws BackupError as runSql does, and PGB_CONNECT where the answer is none that PostgreSQL gives
 */
export async function askJson<T>(session: Session, query: Query, reader: Reader<T>): Promise<T> {
  const text = await runSql(session, query)
  try {
    return readJson(text, reader)
  } catch (error) {
    if (error instanceof JsonError) throw refuseAnswer(query.failing, error)
    throw error
  }
}

/** The error for an answer that PostgreSQL does not give. */
export function refuseAnswer(failing: string, cause: JsonError): BackupError {
  const explanation = {
    what: failing,
    why: `the server gave an answer that PostgreSQL does not give (${cause.message})`,
    whatToDo: 'Check that the url leads to the PostgreSQL server that you mean, and that it can be trusted',
  }
  return new BackupError('PGB_CONNECT', explanation, { cause })
}
