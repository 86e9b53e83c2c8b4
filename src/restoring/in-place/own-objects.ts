import { quoteLiteral } from '../../postgres/sql/quote.ts'

/**
 * SQL for the functions that came with a type, as those that make a range of its bounds: they go with it, and belong to
 * the first superuser, whoever made the type (typecmds.c: makeRangeConstructors).
 */
export const functionsOfTypes = `select objid from pg_catalog.pg_depend where deptype = 'i'
    and classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass`

/**
 * PURE. The first expressions of a query about a database, for an empty search path: `own_role` (roles whose
 * privileges the connecting role has), `kept_schema` (schemas of the service or the system, in which nothing is
 * dropped), `member` (what belongs to extensions), `standing_schema` (schemas of the role that stay, since an extension
 * or somebody else has something in them, or the role could not make them again), `own_schema` (those that go with all
 * that is in them).
 */
export function makeOwnObjects(serviceSchemas: readonly string[]): string {
  return `own_role as (select oid from pg_catalog.pg_roles where pg_catalog.pg_has_role(oid, 'USAGE')),
kept_schema as (select oid, nspname from pg_catalog.pg_namespace
  where nspname ~ '^pg_' or nspname = 'information_schema' or nspname in (${listLiterals(serviceSchemas)})),
member as (select classid, objid from pg_catalog.pg_depend where deptype = 'e'),
in_schema as (
  select 'pg_catalog.pg_class'::pg_catalog.regclass as catalog, oid as id, relnamespace as space, relowner as owner from pg_catalog.pg_class
  union all select 'pg_catalog.pg_proc'::pg_catalog.regclass, oid, pronamespace, proowner from pg_catalog.pg_proc
    where oid not in (${functionsOfTypes})
  union all select 'pg_catalog.pg_type'::pg_catalog.regclass, oid, typnamespace, typowner from pg_catalog.pg_type
  union all select 'pg_catalog.pg_operator'::pg_catalog.regclass, oid, oprnamespace, oprowner from pg_catalog.pg_operator
  union all select 'pg_catalog.pg_opclass'::pg_catalog.regclass, oid, opcnamespace, opcowner from pg_catalog.pg_opclass
  union all select 'pg_catalog.pg_opfamily'::pg_catalog.regclass, oid, opfnamespace, opfowner from pg_catalog.pg_opfamily
  union all select 'pg_catalog.pg_collation'::pg_catalog.regclass, oid, collnamespace, collowner from pg_catalog.pg_collation
  union all select 'pg_catalog.pg_conversion'::pg_catalog.regclass, oid, connamespace, conowner from pg_catalog.pg_conversion
  union all select 'pg_catalog.pg_ts_config'::pg_catalog.regclass, oid, cfgnamespace, cfgowner from pg_catalog.pg_ts_config
  union all select 'pg_catalog.pg_ts_dict'::pg_catalog.regclass, oid, dictnamespace, dictowner from pg_catalog.pg_ts_dict
  union all select 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, oid, stxnamespace, stxowner from pg_catalog.pg_statistic_ext
),
standing_schema as (select oid from pg_catalog.pg_namespace n
  where not pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE') or exists (
  select from pg_catalog.pg_extension where extnamespace = n.oid)
  or exists (select from in_schema i where i.space = n.oid and (i.owner not in (select oid from own_role)
    or (i.catalog, i.id) in (select classid, objid from member)))),
own_schema as (select oid, nspname from pg_catalog.pg_namespace
  where nspowner in (select oid from own_role) and nspname <> 'public'
    and oid not in (select oid from kept_schema) and oid not in (select oid from standing_schema)
    and ('pg_catalog.pg_namespace'::pg_catalog.regclass, oid) not in (select classid, objid from member)),
single as (select catalog, id from in_schema where id >= 16384 and owner in (select oid from own_role)
  and space not in (select oid from kept_schema) and space not in (select oid from own_schema)
  and (catalog, id) not in (select classid, objid from member))`
}

function listLiterals(names: readonly string[]): string {
  return names.length === 0 ? 'null' : names.map(quoteLiteral).join(', ')
}
