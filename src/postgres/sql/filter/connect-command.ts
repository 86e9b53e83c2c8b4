import { escapeConninfoValue } from '../../connection/connection-string.ts'

/** The three forms that pg_dumpall writes (string_utils.c: appendPsqlMetaConnect); a name has no line break. */
const connect =
  /^\\connect (?:([a-z_][a-z0-9_]*)|"([A-Za-z0-9_.]+)"|-reuse-previous=on "dbname='((?:[^'"\\\r\n]|""|\\['\\])+)'")[ \t\r]*\n?$/

/**
 * PURE. The database to which a line of pg_dumpall connects; undefined where it is no such line.
 * @param line one character for each byte
 */
export function parseConnect(line: string): string | undefined {
  const [, plain, quoted, complex] = connect.exec(line) ?? []
  return plain ?? quoted ?? complex?.replaceAll('""', '"').replace(/\\(['\\])/g, '$1')
}

/** PURE. The line by which psql connects to that database, on the same server as the same user. */
export function formatConnect(database: string): string {
  const conninfo = `dbname=${escapeConninfoValue(database)}`
  return `\\connect -reuse-previous=on "${conninfo.replaceAll('"', '""')}"\n`
}

/** PURE. Whether pg_dump or pg_dumpall writes such a line for psql's own safety; it changes nothing of what the dump says. */
export function isOwnCommand(line: string): boolean {
  return /^\\(?:(?:un)?restrict [A-Za-z0-9]+|encoding SQL_ASCII)\s*$/.test(line)
}
