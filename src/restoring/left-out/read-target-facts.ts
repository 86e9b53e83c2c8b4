import { readArray, readBoolean, readName, readObject, readText } from '../../archive/json-reader.ts'
import type { ReadBy } from '../../archive/json-reader.ts'
import { isServiceRole, type HostingService } from '../../postgres/hosting/services.ts'
import { quoteLiteral } from '../../postgres/sql/quote.ts'
import { makeOwnObjects } from '../in-place/own-objects.ts'
import { nameOnTable, qualify, type TargetFacts } from './target-facts.ts'

/**
 * PURE. Asks a database, with an empty search path, what decides about a dump that is to be restored into it.
 * @param replaces whether what is the role's own goes before, as {@link makeBeginScript} does it
 */
export function makeTargetFactsQuery(service: HostingService | undefined, replaces: boolean): string {
  const serviceSchemas = service?.schemas ?? []
  return `with ${makeOwnObjects(serviceSchemas)},
on_table as (
  select relnamespace, relname, polname as name, ${replaces ? mayReplacePolicy : 'false'} as goes
    from pg_catalog.pg_policy join pg_catalog.pg_class c on c.oid = polrelid
  union all select c.relnamespace, relname, tgname, ${replaces ? 'pronamespace not in (select oid from kept_schema)' : 'false'}
    from pg_catalog.pg_trigger join pg_catalog.pg_class c on c.oid = tgrelid join pg_catalog.pg_proc p on p.oid = tgfoid
    where not tgisinternal
)
select json_build_object(
  'role', current_user,
  'isSuperuser', (select rolsuper from pg_catalog.pg_roles where rolname = current_user),
  'roles', (select json_agg(rolname) from pg_catalog.pg_roles),
  'ownRoles', (select json_agg(rolname) from pg_catalog.pg_roles where oid in (select oid from own_role)),
  'mayCreate', pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE'),
  'schemas', (select json_agg(json_build_object('name', nspname, 'isOwn', nspowner in (select oid from own_role),
      'owner', ${makeOwner('nspowner')}, 'mayCreate', pg_catalog.has_schema_privilege(oid, 'CREATE')))
    from pg_catalog.pg_namespace n where nspname !~ '^pg_(toast|temp)'
      ${replaces ? 'and oid not in (select oid from own_schema)' : ''}),
  'extensions', (select json_agg(json_build_object('name', extname, 'isOwn', extowner in (select oid from own_role)))
    from pg_catalog.pg_extension),
  'creatable', (select coalesce(json_agg(name), '[]') from (${makeCreatableQuery(service)}) creatable),
  'publications', (select coalesce(json_agg(json_build_object('name', pubname, 'isOwn', pubowner in (select oid from own_role))), '[]')
    from pg_catalog.pg_publication),
  'servers', (select coalesce(json_agg(json_build_object('name', srvname, 'owner', ${makeOwner('srvowner')},
      'takesMapping', pg_catalog.has_server_privilege(s.oid, 'USAGE')${replaces ? '' : ` and not ${isMapped}`})), '[]')
    from pg_catalog.pg_foreign_server s where srvowner not in (select oid from own_role)),
  'others', ${othersQuery},
  'eventTriggers', (select coalesce(json_agg(evtname), '[]') from pg_catalog.pg_event_trigger),
  'standing', (select coalesce(json_agg(json_build_object('schema', nspname, 'table', relname, 'name', name)), '[]')
    from on_table join kept_schema k on k.oid = relnamespace where not goes),
  'fillable', ${makeFillableQuery(service, replaces)})`
}

/** PURE. A query for the names of the extensions that the connecting role can create. */
export function makeCreatableQuery(service: HostingService | undefined): string {
  return `select distinct name from pg_catalog.pg_available_extension_versions
    where not superuser or trusted or ${service?.createsExtensions === true}
      or (select rolsuper from pg_catalog.pg_roles where rolname = current_user)`
}

/**
 * Tables of the service that are empty, and their sequences: the user expects their rows back. A replacement leaves
 * them alone.
 */
function makeFillableQuery(service: HostingService | undefined, replaces: boolean): string {
  const migrations = (service?.migrationTables ?? []).map(quoteLiteral)
  if (replaces || service === undefined) return `json_build_array()`
  return `(with empty as (
    select c.oid, nspname, relname from pg_catalog.pg_class c join kept_schema k on k.oid = relnamespace
    where relkind in ('r', 'p') and nspname !~ '^pg_' and nspname <> 'information_schema'
      and pg_catalog.concat(nspname, '.', relname) <> all(array[${migrations.join(', ')}]::text[])
      and case when pg_catalog.has_schema_privilege(relnamespace, 'USAGE') and pg_catalog.has_table_privilege(c.oid, 'SELECT')
        and pg_catalog.has_table_privilege(c.oid, 'INSERT') then pg_catalog.query_to_xml(
          pg_catalog.format('select 1 from %s limit 1', c.oid::pg_catalog.regclass), false, true, '')::text !~ '<row' end
  ), fillable as (
    select nspname, relname from empty
    union all select k.nspname, c.relname from pg_catalog.pg_depend d join pg_catalog.pg_class c on c.oid = d.objid
      join kept_schema k on k.oid = relnamespace
      where d.refobjid in (select oid from empty) and deptype in ('a', 'i')
        and case relkind when 'S' then pg_catalog.has_sequence_privilege(c.oid, 'UPDATE') end
  ) select coalesce(json_agg(json_build_object('schema', nspname, 'name', relname)), '[]') from fillable)`
}

/** SQL for a role of that oid; one that is gone is no superuser. */
function makeOwner(oid: string): string {
  return `json_build_object('name', pg_catalog.pg_get_userbyid(${oid}),
    'isSuperuser', exists (select from pg_catalog.pg_roles r where r.oid = ${oid} and rolsuper))`
}

/** What others have in schemas that stay, by the names that a dump gives it. */
const othersQuery = `(select coalesce(json_agg(json_build_object('schema', nspname, 'name', name,
    'owner', ${makeOwner('i.owner')})), '[]') from in_schema i
    join pg_catalog.pg_namespace n on n.oid = i.space, lateral (
      select relname as name from pg_catalog.pg_class where catalog = 'pg_catalog.pg_class'::pg_catalog.regclass and oid = i.id
      union all select typname from pg_catalog.pg_type where catalog = 'pg_catalog.pg_type'::pg_catalog.regclass and oid = i.id
        and typcategory <> 'A'
      union all select pg_catalog.format('%s(%s)', proname, pg_catalog.oidvectortypes(proargtypes)) from pg_catalog.pg_proc
        where catalog = 'pg_catalog.pg_proc'::pg_catalog.regclass and oid = i.id) named
    where i.id >= 16384 and owner not in (select oid from own_role) and nspname !~ '^pg_'
      and space not in (select oid from own_schema) and (catalog, id) not in (select classid, objid from member))`

/** The table's owner, or one of the roles to whom Supabase's library gives it (setting supautils.policy_grants). */
const mayReplacePolicy = `(relowner in (select oid from own_role) or coalesce(pg_catalog.jsonb_exists(
  nullif(pg_catalog.current_setting('supautils.policy_grants', true), '')::jsonb -> current_user::text,
  relnamespace::pg_catalog.regnamespace || '.' || relname), false))`

const isMapped = `exists (select from pg_catalog.pg_user_mappings m where m.srvid = s.oid
        and umuser = (select oid from pg_catalog.pg_roles where rolname = current_user))`

const readOwner = readObject({ name: readText, isSuperuser: readBoolean })

/** The answer to {@link makeTargetFactsQuery}. */
export const readTargetAnswer = readObject({
  role: readName,
  isSuperuser: readBoolean,
  roles: readArray(readName),
  ownRoles: readArray(readName),
  mayCreate: readBoolean,
  schemas: readArray(
    readObject({ name: readName, isOwn: readBoolean, owner: readOwner, mayCreate: readBoolean }),
  ),
  extensions: readArray(readObject({ name: readName, isOwn: readBoolean })),
  creatable: readArray(readName),
  publications: readArray(readObject({ name: readName, isOwn: readBoolean })),
  servers: readArray(readObject({ name: readName, owner: readOwner, takesMapping: readBoolean })),
  others: readArray(readObject({ schema: readName, name: readText, owner: readOwner })),
  eventTriggers: readArray(readName),
  standing: readArray(readObject({ schema: readName, table: readName, name: readName })),
  fillable: readArray(readObject({ schema: readName, name: readName })),
})

/** What a target says of itself, and the service that it belongs to. */
export interface Target {
  readonly answer: ReadBy<typeof readTargetAnswer>
  readonly service: HostingService | undefined
}

/** PURE. The facts, in the shape in which the rules ask for them. */
export function toTargetFacts({ answer, service }: Target): TargetFacts {
  const { role, isSuperuser, mayCreate } = answer
  const isManaged = ({ owner }: { readonly owner: ReadBy<typeof readOwner> }): boolean =>
    owner.isSuperuser || isServiceRole(owner.name, service)
  return {
    ...{ role, isSuperuser, mayCreate, service },
    roles: new Set(answer.roles),
    ownRoles: new Set(answer.ownRoles),
    schemas: new Map(
      answer.schemas.map((schema) => [schema.name, { ...schema, isManaged: isManaged(schema) }]),
    ),
    extensions: new Map(answer.extensions.map((extension) => [extension.name, extension])),
    creatable: new Set(answer.creatable),
    publications: new Map(answer.publications.map((publication) => [publication.name, publication])),
    servers: new Map(answer.servers.filter(isManaged).map((server) => [server.name, server])),
    others: new Set(answer.others.filter(isManaged).map(({ schema, name }) => qualify(schema, name))),
    eventTriggers: new Set(answer.eventTriggers),
    standing: new Set(answer.standing.map(({ schema, table, name }) => nameOnTable(schema, table, name))),
    fillable: new Set(answer.fillable.map(({ schema, name }) => qualify(schema, name))),
  }
}
