import { writeFile, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readArray, readObject, type Reader } from '../../archive/json-reader.ts'
import { askJson, readName } from '../../postgres/answer.ts'
import type { OpenServer } from '../../postgres/open-server.ts'
import { makePsqlCommand, quoteTool } from '../../postgres/psql.ts'
import { quoteIdentifier, quoteLiteral } from '../../postgres/sql/quote.ts'
import { runPipeline } from '../../process/pipeline.ts'
import type { Run } from '../../step/run.ts'
import type { ScratchServer } from './scratch-server.ts'

/** What dumps of single databases refer to and do not hold. */
export interface ClusterFacts {
  /** The role that initdb made. */
  readonly superuser: string
  /** All other roles, without the system's own. */
  readonly roles: readonly string[]
  readonly tablespaces: readonly string[]
}

/** 10 is the oid of the role that initdb makes (catalog/pg_authid.dat). */
const factsQuery = `select json_build_object(
  'superuser', (select rolname from pg_catalog.pg_roles where oid = 10),
  'roles', (select coalesce(json_agg(rolname), '[]') from pg_catalog.pg_roles where oid <> 10 and rolname !~ '^pg_'),
  'tablespaces', (select coalesce(json_agg(spcname), '[]') from pg_catalog.pg_tablespace where spcname !~ '^pg_'))`

const readFacts: Reader<ClusterFacts> = readObject({
  superuser: readName,
  roles: readArray(readName),
  tablespaces: readArray(readName),
})

/** Asks the source for its roles and tablespaces, which every role may see. */
export async function readClusterFacts(server: OpenServer): Promise<ClusterFacts> {
  const failing = 'The server was not asked for its roles'
  return askJson(server, { database: server.facts.database, sql: factsQuery, failing }, readFacts)
}

/**
 * Makes the source's roles known on the scratch server, without their passwords, and its tablespaces where the server
 * is ours. Where it is not, a role that cannot be made is left to the restore to miss.
 */
export async function createRoles(scratch: ScratchServer, facts: ClusterFacts, run: Run): Promise<void> {
  const { session, maintenance: database, isThrowAway } = scratch
  // Only superusers may own event triggers and the like, and on a cluster of our own it does no harm.
  const attributes = isThrowAway ? 'SUPERUSER NOLOGIN' : 'NOLOGIN'
  const sql = "select coalesce(json_agg(rolname), '[]') from pg_catalog.pg_roles"
  const failing = 'The scratch server was not asked for its roles'
  const existing = await askJson(session, { database, sql, failing }, readArray(readName))
  const missing = [facts.superuser, ...facts.roles].filter((role) => !existing.includes(role))
  const statements = [
    ...missing.map((role) => `CREATE ROLE ${quoteIdentifier(role)} ${attributes};`),
    ...listTablespaceStatements(scratch),
  ]
  const words = await runStatements(statements, scratch, run)
  if (words !== undefined)
    run.log.warning(`Roles of the source could not be made on the scratch server: ${words}.`)
  else if (!isThrowAway && missing.length > 0) {
    run.log.info(
      `The scratch server got ${missing.length} roles of the source, without login; they stay there`,
    )
  }
}

/** PURE. Statements that make the source's tablespaces on a cluster of our own. */
export function listTablespaceStatements({ tablespaceDirectories }: ScratchServer): string[] {
  return [...tablespaceDirectories].map(
    ([name, place]) => `CREATE TABLESPACE ${quoteIdentifier(name)} LOCATION ${quoteLiteral(place)};`,
  )
}

/**
 * Runs statements one by one, by psql.
 * @returns what it says when one fails
 */
export async function runStatements(
  statements: readonly string[],
  { session, maintenance }: ScratchServer,
  run: Run,
): Promise<string | undefined> {
  if (statements.length === 0) return undefined
  const directory = await mkdtemp(join(run.privateDirectory, 'statements-'))
  try {
    const script = join(directory, 'script.sql')
    await writeFile(script, `${statements.join('\n')}\n`, { mode: 0o600, flag: 'wx' })
    const psql = makePsqlCommand(session, maintenance, 'session', `--file=${script}`)
    const { environment } = session.connection
    const { failure, stderr } = await runPipeline([psql], { environment, signal: session.signal })
    return failure === undefined ? undefined : (quoteTool(stderr) ?? 'psql ended without a word')
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
