import { readArray, readObject, type ReadBy } from '../../archive/json-reader.ts'
import { askJson, readName } from '../../postgres/answer.ts'
import type { OpenServer } from '../../postgres/open-server.ts'
import { withPrivateScript } from '../../postgres/private-script.ts'
import { makePsqlCommand, quoteTool } from '../../postgres/psql.ts'
import { quoteIdentifier, quoteLiteral } from '../../postgres/sql/quote.ts'
import { runPipeline } from '../../process/pipeline.ts'
import type { Run } from '../../step/run.ts'
import { formatCount } from '../../units.ts'
import { makeMembership, makeRole, membershipQuery, readMemberships, readRoles, roleFields } from './roles.ts'
import { isUncontained, type ScratchServer } from './scratch-server.ts'

const readFacts = readObject({
  /** The role that initdb made. */
  superuser: readName,
  /** All roles, without the system's own. */
  roles: readRoles,
  memberships: readMemberships,
  tablespaces: readArray(readName),
})

/** What dumps of single databases refer to and do not hold. */
export type ClusterFacts = ReadBy<typeof readFacts>

/** 10 is the oid of the role that initdb makes (catalog/pg_authid.dat). */
const factsQuery = `select json_build_object(
  'superuser', (select rolname from pg_catalog.pg_roles where oid = 10),
  'roles', (select json_agg(json_build_object(${roleFields})) from pg_catalog.pg_roles where rolname !~ '^pg_'),
  'memberships', (${membershipQuery}),
  'tablespaces', (select coalesce(json_agg(spcname), '[]') from pg_catalog.pg_tablespace where spcname !~ '^pg_'))`

/** Asks the source for its roles and tablespaces, which every role may see. */
export async function readClusterFacts(server: OpenServer): Promise<ClusterFacts> {
  const failing = 'The server was not asked for its roles'
  return askJson(server, { database: server.facts.database, sql: factsQuery, failing }, readFacts)
}

/**
 * Makes the source's roles known on the scratch server, without their passwords, and its tablespaces where the server
 * is ours. They have their rights only inside a sandbox. On a server that is not ours, a role that cannot be made is
 * left to the restore to miss.
 */
export async function createRoles(scratch: ScratchServer, facts: ClusterFacts, run: Run): Promise<void> {
  const { session, maintenance: database, isThrowAway, isContained } = scratch
  const sql = "select coalesce(json_agg(rolname), '[]') from pg_catalog.pg_roles"
  const failing = 'The scratch server was not asked for its roles'
  const existing = await askJson(session, { database, sql, failing }, readArray(readName))
  const missing = facts.roles.filter(({ name }) => !existing.includes(name))
  const statements = [
    ...missing.map((role) => makeRole(role, isContained)),
    ...listTablespaceStatements(scratch),
    ...(isContained ? facts.memberships.map((membership) => makeMembership(membership, scratch.major)) : []),
    ...(isUncontained(scratch) ? listRestorerStatements(scratch, facts) : []),
  ]
  const words = await runStatements(statements, scratch, run)
  if (words !== undefined)
    run.log.warning(`Roles of the source could not be made on the scratch server: ${words}.`)
  else if (!isThrowAway && missing.length > 0) {
    run.log.info(
      `The scratch server got ${formatCount(missing.length, 'role')} of the source, without login, to stay there`,
    )
  }
}

/** What the role that restores without being a superuser needs: to act as the source's roles, which have no rights. */
function listRestorerStatements(
  { restorer, tablespaceDirectories }: ScratchServer,
  facts: ClusterFacts,
): string[] {
  const name = quoteIdentifier(restorer.connection.parameters['user'] ?? '')
  return [
    ...facts.roles.map((role) => `GRANT ${quoteIdentifier(role.name)} TO ${name};`),
    ...[...tablespaceDirectories.keys()].map(
      (tablespace) => `GRANT CREATE ON TABLESPACE ${quoteIdentifier(tablespace)} TO ${name};`,
    ),
  ]
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
  return withPrivateScript(run.privateDirectory, statements.join('\n'), async (script) => {
    const psql = makePsqlCommand(session, maintenance, 'session', `--file=${script}`)
    const { environment } = session.connection
    const { failure, stderr } = await runPipeline([psql], { environment, signal: session.signal })
    return failure === undefined ? undefined : (quoteTool(stderr) ?? 'psql ended without a message')
  })
}
