import { quoteIdentifier } from './quote.ts'

/** PURE. Drops a database if it is there, and ends its sessions where the server can: those of a failure may linger. */
export function makeDropDatabase(name: string, major: number): string {
  return `DROP DATABASE IF EXISTS ${quoteIdentifier(name)}${major >= 13 ? ' WITH (FORCE)' : ''}`
}
