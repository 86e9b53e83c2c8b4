import { readArray, readBoolean, readNullable, readObject, type ReadBy } from '../../archive/json-reader.ts'
import { readName } from '../../postgres/answer.ts'
import { quoteIdentifier } from '../../postgres/sql/quote.ts'

/** A role with what it may do; passwords, limits and settings aside, which no restore needs. */
const readRole = readObject({
  name: readName,
  superuser: readBoolean,
  inherit: readBoolean,
  createRole: readBoolean,
  createDatabase: readBoolean,
  replication: readBoolean,
  bypassRowSecurity: readBoolean,
})

/** Who is a member of what; servers before 16 do not tell `inherit` and `set`. */
const readMembership = readObject({
  role: readName,
  member: readName,
  admin: readBoolean,
  inherit: readNullable(readBoolean),
  set: readNullable(readBoolean),
})

export const readRoles = readArray(readRole)
export const readMemberships = readArray(readMembership)

export type SourceRole = ReadBy<typeof readRole>
export type Membership = ReadBy<typeof readMembership>

/** Fields of {@link SourceRole} and {@link Membership} as a query finds them, for json_build_object. */
export const roleFields = `'name', rolname, 'superuser', rolsuper, 'inherit', rolinherit, 'createRole', rolcreaterole,
  'createDatabase', rolcreatedb, 'replication', rolreplication, 'bypassRowSecurity', rolbypassrls`

export const membershipQuery = `select coalesce(json_agg(json_build_object('role', role, 'member', member,
    'admin', admin, 'inherit', inherit, 'set', "set")), '[]') from (
  select r.rolname as role, m.rolname as member, bool_or(admin_option) as admin,
    bool_or((to_jsonb(a)->>'inherit_option')::bool) as inherit, bool_or((to_jsonb(a)->>'set_option')::bool) as "set"
  from pg_catalog.pg_auth_members a join pg_catalog.pg_roles r on r.oid = a.roleid
    join pg_catalog.pg_roles m on m.oid = a.member and m.rolname !~ '^pg_'
  group by 1, 2) memberships`

/**
 * PURE. Makes a role of the source: with the rights that it has there, so that code which runs as it can do no more
 * than there, or with none.
 */
export function makeRole(role: SourceRole, keepsRights: boolean): string {
  const attributes = keepsRights ? listAttributes(role) : []
  return `CREATE ROLE ${quoteIdentifier(role.name)} ${['NOLOGIN', ...attributes].join(' ')};`
}

function listAttributes(role: SourceRole): string[] {
  const { superuser, inherit, createRole, createDatabase, replication, bypassRowSecurity } = role
  const attributes: Record<string, boolean> = {
    SUPERUSER: superuser,
    CREATEROLE: createRole,
    CREATEDB: createDatabase,
    REPLICATION: replication,
    BYPASSRLS: bypassRowSecurity,
  }
  const given = Object.entries(attributes).flatMap(([name, isGiven]) => (isGiven ? [name] : []))
  return [...given, ...(inherit ? [] : ['NOINHERIT'])]
}

/** PURE. Makes a membership of the source on a server of this major version; 16 brought the finer options. */
export function makeMembership({ role, member, admin, inherit, set }: Membership, major: number): string {
  const grant = `GRANT ${quoteIdentifier(role)} TO ${quoteIdentifier(member)}`
  if (major < 16 || inherit === null || set === null) return `${grant}${admin ? ' WITH ADMIN OPTION' : ''};`
  const options = { ADMIN: admin, INHERIT: inherit, SET: set }
  return `${grant} WITH ${Object.entries(options)
    .map(([name, value]) => `${name} ${value ? 'TRUE' : 'FALSE'}`)
    .join(', ')};`
}
