import type { ConnectionParameters } from './connection-keywords.ts'
import { parseConninfoPairs } from './conninfo-pairs.ts'
import { isConninfoUri, parseConninfoUri } from './conninfo-uri.ts'
import { checkPorts } from './hosts.ts'
import { refuseUrl } from './url-error.ts'

export type { ConnectionParameters } from './connection-keywords.ts'
export { type Host, listHosts } from './hosts.ts'

/**
 * PURE. Reads a connection URI or keyword/value string as libpq does (libpq: parse_connection_string). It
 * refuses what libpq refuses, and what libpq accepts but would misunderstand; no error holds a piece of the text.
 * @throws BackupError PGB_URL
 */
export function parseConnectionString(text: string): ConnectionParameters {
  if (text.includes('\0')) throw refuseUrl('it holds a NUL character', 'Remove it')
  if (!isConninfoUri(text)) checkScheme(text)
  const store = isConninfoUri(text) ? parseConninfoUri(text) : parseConninfoPairs(text)
  const parameters = Object.fromEntries(store)
  checkPorts(parameters)
  return parameters
}

function checkScheme(text: string): void {
  if (/^\s*["']?[a-z][a-z0-9+.-]*(?::[a-z]+)?:\/\//i.test(text))
    throw refuseUrl(
      'a URI begins with exactly postgres:// or postgresql://, in lower case',
      'Remove what stands before it, such as a quote, a blank, "jdbc:" or the name of a driver',
    )
}

/** PURE. Whether a text that should be a mere name is a connection URI or holds a password for libpq. */
export function looksLikeAddress(text = ''): boolean {
  return /:\/\/|\bpassword\s*=/i.test(text)
}

/** PURE. Writes a value for a keyword/value string: `'…'` with `\` and `'` escaped (libpq: appendConnStrVal). */
export function escapeConninfoValue(value: string): string {
  return `'${value.replace(/[\\']/g, '\\$&')}'`
}

/**
 * PURE. The only safe way to name a database on a command line: libpq takes a bare name that holds "=" or begins
 * with a URI's scheme for a whole connection string, and would send the password to the host in it.
 */
export function formatDatabaseArgument(database: string): string {
  return `--dbname=dbname=${escapeConninfoValue(database)}`
}
