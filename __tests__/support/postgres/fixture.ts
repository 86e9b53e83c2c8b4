import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { quoteIdentifier } from './cluster.ts'
import type { Cluster } from './cluster.ts'

export { compareDatabases } from './compare.ts'
export type { CompareOptions, Place } from './compare.ts'

/** What stands in a filled database. */
export interface Fixture {
  /** The extensions that this server has; plpgsql alone on the poorest. */
  extensions: string[]
}

/**
 * Fills a database, made if need be, with what breaks dumps; always the same.
 * `scale` multiplies the rows of the table `bulk`: 1, the default, is some 5 MB, 100 some 400 MB.
 */
export async function fillDatabase(
  cluster: Cluster,
  database: string,
  options: { scale?: number } = {},
): Promise<Fixture> {
  await createDatabase(cluster, database)
  const script = await readFile(join(import.meta.dirname, 'fixture.sql'), 'utf8')
  await cluster.psql(database, script, { scale: String(options.scale ?? 1) })
  const extensions = await cluster.psql(database, 'SELECT extname FROM pg_extension ORDER BY extname')
  return { extensions: extensions.split('\n') }
}

/** Creates a database unless it is there. */
export async function createDatabase(cluster: Cluster, database: string): Promise<void> {
  const literal = `'${database.replaceAll("'", "''")}'`
  const exists = await cluster.psql('postgres', `SELECT FROM pg_database WHERE datname = ${literal}`)
  // Zero columns: a database that exists is an empty line, and psql prints nothing at all otherwise.
  if (exists === '')
    await cluster.psql('postgres', `CREATE DATABASE ${quoteIdentifier(database)} TEMPLATE template0`)
}
