/** Relations that a dump holds: neither the system's nor an extension's own. */
export const relations = `relation as (
  select c.oid, c.relkind, c.relnamespace, c.relpersistence, format('%I.%I', n.nspname, c.relname) as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname !~ '^pg_(toast|temp)' and n.nspname not in ('pg_catalog', 'information_schema')
    and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype = 'e')
)`

/** Catalogs whose objects count as they are, beside those of relations. */
const plainCatalogs = [
  ...['pg_namespace', 'pg_extension', 'pg_opclass', 'pg_opfamily', 'pg_cast', 'pg_collation'],
  ...['pg_conversion', 'pg_language', 'pg_ts_config', 'pg_ts_dict', 'pg_ts_parser', 'pg_ts_template'],
  ...['pg_foreign_data_wrapper', 'pg_foreign_server', 'pg_event_trigger', 'pg_am', 'pg_transform'],
  ...['pg_publication', 'pg_statistic_ext'],
]

/** Attributes and definitions are kept to what no version writes otherwise. */
const columns = `(select string_agg(format('%I %s%s', attname, format_type(atttypid, atttypmod),
    case when attnotnull then ' not null' else '' end), ', ' order by attname collate "C")
  from pg_attribute where attrelid = r.oid and attnum > 0 and not attisdropped)
  || (select coalesce(string_agg(inhparent::regclass::text, ', ' order by inhparent::regclass::text), '')
  from pg_inherits where inhrelid = r.oid)`

/**
 * PURE. Prints every object with its kind and name, in the form of a fingerprint's lines. Oids from 16384 on are those
 * of objects made after initdb (access/transam.h: FirstNormalObjectId). An operator without a function is a shell, to
 * which another one refers as its negator or commutator, and in no dump (pg_dump.c: dumpOpr).
 */
export const objectScript = `with ${relations}, object(catalog, id, detail) as (
  select 'pg_class'::regclass, r.oid, ${columns} from relation r where relkind in ('r', 'p', 'v', 'm', 'S', 'f', 'c')
  union all select 'pg_class'::regclass, indexrelid, concat(indisunique, indisprimary) from pg_index x
    join relation r on r.oid = indrelid where indisvalid and indisready
  union all select 'pg_constraint'::regclass, c.oid, contype::text from pg_constraint c
    where contype <> 'n' and coalesce(to_jsonb(c)->>'conparentid', '0') = '0'
    and (contypid <> 0 or conrelid in (select oid from relation))
  union all select 'pg_trigger'::regclass, t.oid, tgenabled::text from pg_trigger t join relation r on r.oid = tgrelid
    where not tgisinternal and coalesce(to_jsonb(t)->>'tgparentid', '0') = '0'
  union all select 'pg_policy'::regclass, p.oid, polcmd::text from pg_policy p join relation r on r.oid = polrelid
  union all select 'pg_rewrite'::regclass, w.oid, ev_type::text from pg_rewrite w join relation r on r.oid = ev_class
  union all select 'pg_proc'::regclass, oid, prosrc from pg_proc
  union all select 'pg_type'::regclass, oid, typtype::text || (select coalesce(string_agg(enumlabel, ','
    order by enumsortorder), '') from pg_enum where enumtypid = t.oid) from pg_type t where typrelid = 0
    and not exists (select from pg_type e where e.typarray = t.oid)
  union all select 'pg_operator'::regclass, oid, '' from pg_operator where oprcode <> 0
${plainCatalogs.map((name) => `  union all select '${name}'::regclass, oid, '' from ${name}`).join('\n')}
)
select json_build_object('kind', 'object', 'name', i.type || ' ' || i.identity, 'value', md5(coalesce(detail, '')), 'rows', null)
from object o, lateral pg_identify_object(catalog, id, 0) i
where id >= 16384 and i.identity is not null
  and coalesce(i.schema, '') !~ '^(pg_(catalog|toast|temp).*|information_schema)$'
  and not (i.type = 'schema' and (i.identity = 'public' or i.identity ~ '^pg_(toast|temp)'))
  and not (i.type = 'extension' and i.identity = 'plpgsql')
  and not exists (select from pg_depend d where d.classid = catalog and d.objid = id and d.deptype = 'e');`
