import { makeOwnObjects } from './own-objects.ts'

/**
 * PURE. A statement that notes in a temporary table what must outlive the replacement: all that is not the connecting
 * role's own, each with a hash of its definition, and by name. What the dump replaces on tables of a service, policies
 * and triggers whose function is not the service's, is not among it.
 */
export function makeOthersQuery(table: string, serviceSchemas: readonly string[]): string {
  return `create temporary table ${table} on commit drop as
with ${makeOwnObjects(serviceSchemas)},
other_relation as (select c.oid, relnamespace, relacl, relkind from pg_catalog.pg_class c where c.oid >= 16384
  and relkind in ('r', 'p', 'v', 'm', 'S', 'f', 'c') and relnamespace not in (select oid from pg_catalog.pg_namespace where nspname ~ '^pg_')
  and (relowner not in (select oid from own_role) or relnamespace in (select oid from kept_schema))
  and ('pg_catalog.pg_class'::pg_catalog.regclass, c.oid) not in (select classid, objid from member)),
other(catalog, id, detail) as (
  select 'pg_catalog.pg_class'::pg_catalog.regclass, r.oid, pg_catalog.concat(relacl,
    case when relkind in ('v', 'm') then pg_catalog.pg_get_viewdef(r.oid) end, (select pg_catalog.string_agg(pg_catalog.format('%I %s %s', attname,
      pg_catalog.format_type(atttypid, atttypmod), attnotnull), ', ' order by attnum)
    from pg_catalog.pg_attribute where attrelid = r.oid and attnum > 0 and not attisdropped)) from other_relation r
  union all select 'pg_catalog.pg_constraint'::pg_catalog.regclass, c.oid, pg_catalog.pg_get_constraintdef(c.oid)
    from pg_catalog.pg_constraint c where conrelid in (select oid from other_relation)
  union all select 'pg_catalog.pg_class'::pg_catalog.regclass, indexrelid, pg_catalog.pg_get_indexdef(indexrelid)
    from pg_catalog.pg_index where indrelid in (select oid from other_relation)
  union all select 'pg_catalog.pg_attrdef'::pg_catalog.regclass, d.oid, pg_catalog.pg_get_expr(adbin, adrelid)
    from pg_catalog.pg_attrdef d where adrelid in (select oid from other_relation)
  union all select 'pg_catalog.pg_trigger'::pg_catalog.regclass, t.oid, pg_catalog.pg_get_triggerdef(t.oid)
    from pg_catalog.pg_trigger t join pg_catalog.pg_proc p on p.oid = tgfoid where tgrelid in (select oid from other_relation)
      and not tgisinternal and (pronamespace in (select oid from kept_schema) or proowner not in (select oid from own_role))
  union all select 'pg_catalog.pg_policy'::pg_catalog.regclass, p.oid, pg_catalog.concat(polcmd, polroles, pg_catalog.pg_get_expr(polqual, polrelid))
    from pg_catalog.pg_policy p join other_relation r on r.oid = polrelid where relnamespace not in (select oid from kept_schema)
  union all select 'pg_catalog.pg_rewrite'::pg_catalog.regclass, w.oid, pg_catalog.pg_get_ruledef(w.oid)
    from pg_catalog.pg_rewrite w where ev_class in (select oid from other_relation) and rulename <> '_RETURN'
  union all select catalog, id, case when catalog = 'pg_catalog.pg_proc'::pg_catalog.regclass then (select prosrc || coalesce(proacl::text, '')
      from pg_catalog.pg_proc where oid = id) end
    from in_schema where catalog <> 'pg_catalog.pg_class'::pg_catalog.regclass and id >= 16384
      and (owner not in (select oid from own_role) or space in (select oid from kept_schema))
      and space not in (select oid from pg_catalog.pg_namespace where nspname ~ '^pg_(toast|temp)')
      and (catalog, id) not in (select classid, objid from member)
      and not (catalog = 'pg_catalog.pg_type'::pg_catalog.regclass and exists (select from pg_catalog.pg_type t
        where t.oid = id and (typrelid <> 0 or exists (select from pg_catalog.pg_type e where e.typarray = t.oid))))
  union all select 'pg_catalog.pg_namespace'::pg_catalog.regclass, n.oid, nspacl::text from pg_catalog.pg_namespace n
    where n.oid >= 16384 and nspname !~ '^pg_' and nspowner not in (select oid from own_role)
  union all select 'pg_catalog.pg_extension'::pg_catalog.regclass, e.oid, extversion from pg_catalog.pg_extension e
  union all select 'pg_catalog.pg_event_trigger'::pg_catalog.regclass, e.oid, pg_catalog.concat(evtevent, evtenabled) from pg_catalog.pg_event_trigger e
  union all select 'pg_catalog.pg_foreign_server'::pg_catalog.regclass, s.oid, pg_catalog.concat(srvversion, srvacl, srvoptions)
    from pg_catalog.pg_foreign_server s where srvowner not in (select oid from own_role)
  union all select 'pg_catalog.pg_publication'::pg_catalog.regclass, p.oid, '' from pg_catalog.pg_publication p
)
select i.type || ' ' || i.identity as name, pg_catalog.md5(pg_catalog.string_agg(coalesce(detail, ''), ' ' order by detail)) as detail
from other, lateral pg_catalog.pg_identify_object(catalog, id, 0) i where i.identity is not null group by 1;`
}
