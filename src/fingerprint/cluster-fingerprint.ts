import { readArray, readObject } from '../archive/json-reader.ts'
import { askJson, readName, readText } from '../postgres/answer.ts'
import type { Session } from '../postgres/psql.ts'
import { quoteIdentifier } from '../postgres/sql/quote.ts'
import { makeFingerprint } from './fingerprint-facts.ts'
import type { Fingerprint, FingerprintEntry, FingerprintKind } from './fingerprint.ts'
import { readFingerprint } from './read-fingerprint.ts'

/**
 * A cluster, and what of its databases is read, rows without a hash; no kinds mean that only roles, tablespaces and
 * names are read.
 */
export interface ClusterPlace {
  readonly session: Session
  readonly maintenance: string
  readonly lockWaitTimeout: string
  readonly kinds: readonly FingerprintKind[]
}

/** Passwords and settings aside, which not every role may see. */
const globalsQuery = `select json_build_object('objects', (select coalesce(json_agg(globals), '[]') from (
  select 'role ' || quote_ident(rolname) as name, concat(rolsuper, rolinherit, rolcreaterole, rolcreatedb,
    rolcanlogin, rolreplication, rolbypassrls, rolconnlimit) as value
  from pg_catalog.pg_roles where rolname !~ '^pg_'
  union all select format('membership of %I in %I', m.rolname, r.rolname), ''
  from (select distinct member, roleid from pg_catalog.pg_auth_members) a
    join pg_catalog.pg_roles m on m.oid = member join pg_catalog.pg_roles r on r.oid = roleid
  union all select 'tablespace ' || quote_ident(spcname), '' from pg_catalog.pg_tablespace where spcname !~ '^pg_'
) globals),
'databases', (select json_agg(datname order by datname) from pg_catalog.pg_database
  where datallowconn and datconnlimit <> -2 and datname <> 'template0'))`

const readGlobals = readObject({
  objects: readArray(readObject({ name: readText, value: readText })),
  databases: readArray(readName),
})

/**
 * Reads a whole cluster, each database in a snapshot of its own. Names of things are followed by their database's.
 * @throws BackupError PGB_VERIFY, or the code that fits what psql says
 */
export async function readClusterFingerprint(place: ClusterPlace): Promise<Fingerprint> {
  const failing = 'The cluster was not read for the comparison'
  const { session, maintenance, lockWaitTimeout, kinds } = place
  const query = { database: maintenance, sql: globalsQuery, failing }
  const { objects, databases } = await askJson(session, query, readGlobals)
  const merged = makeFingerprint(() => new Map<string, FingerprintEntry>())
  for (const { name, value } of objects) merged.object.set(name, { value, rows: undefined })
  if (kinds.length === 0) return merged
  const request = { snapshot: undefined, lockWaitTimeout, kinds, hash: 'none' } as const
  for (const database of databases) {
    merged.object.set(`database ${quoteIdentifier(database)}`, { value: '', rows: undefined })
    const one = await readFingerprint({ session, database }, request)
    for (const kind of kinds) {
      for (const [name, entry] of one[kind])
        merged[kind].set(`${name} in ${quoteIdentifier(database)}`, entry)
    }
  }
  return merged
}
