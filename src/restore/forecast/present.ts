import {
  readArray,
  readCount,
  readName,
  readObject,
  readText,
  type ReadBy,
} from '../../archive/json-reader.ts'
import { makeOwnObjects } from '../../restoring/in-place/own-objects.ts'

/** Reads the answer to {@link makePresentQuery}. */
export const readPresent = readObject({
  tables: readArray(readObject({ schema: readName, name: readName })),
  /** In pg_dump's words, with an empty schema for what lies in none; of a routine with its arguments. */
  objects: readArray(readObject({ type: readText, schema: readText, name: readText })),
  largeObjects: readCount,
})

export type Present = ReadBy<typeof readPresent>
export type PresentObject = Present['objects'][number]

/** What is asked beside tables and large objects. */
interface PresentRequest {
  /** Whether other objects are asked for, as a backup of a part may lack them. */
  readonly withObjects: boolean
  /** Whether a new database takes the place, by which all in the old one goes. */
  readonly isReplaced: boolean
}

/**
 * PURE. Asks a database what of it a restore drops: what is the role's own, members of extensions aside. The names are
 * those that a dump gives its entries.
 */
export function makePresentQuery(
  serviceSchemas: readonly string[],
  { withObjects, isReplaced }: PresentRequest,
): string {
  return `with ${makeOwnObjects(serviceSchemas)},
gone as (select catalog, id, nspname from in_schema i join pg_namespace n on n.oid = i.space
  where owner in (select oid from own_role)
    and (space in (select oid from own_schema) or (catalog, id) in (select catalog, id from single)))
select json_build_object(
  'tables', (select coalesce(json_agg(json_build_object('schema', nspname, 'name', relname) order by nspname, relname), '[]')
    from gone join pg_class c on c.oid = id and catalog = 'pg_class'::regclass where relkind = 'r'),
  'objects', ${withObjects ? makeObjects(isReplaced) : `json_build_array()`},
  'largeObjects', (select count(*) from pg_largeobject_metadata where pg_has_role(lomowner, 'USAGE')))`
}

/** Sequences of columns, arrays, and what a range type brings along hang on something else that is named. */
function makeObjects(isReplaced: boolean): string {
  return `(select coalesce(json_agg(json_build_object('type', type, 'schema', space, 'name', name) order by space, name, type), '[]')
    from (
      select case when typtype = 'd' then 'DOMAIN' when typtype is not null then 'TYPE'
          else upper((pg_identify_object(catalog, id, 0)).type) end as type,
        nspname as space, coalesce(typname, relname, oprname, opcname, collname, conname, cfgname, dictname)::text as name
      from gone ${named} where catalog <> 'pg_proc'::regclass and not exists (select from pg_depend
        where classid = catalog and objid = id and (deptype = 'i' or (deptype = 'a' and relkind = 'S' and refobjsubid > 0)))
        and coalesce(typname, relname, oprname, opcname, collname, conname, cfgname, dictname) is not null
      union all select upper((pg_identify_object(catalog, id, 0)).type), nspname, format('%s(%s)', proname,
          case when pronargs = 0 and exists (select from pg_aggregate where aggfnoid = id) then '*' else oidvectortypes(proargtypes) end)
      from gone join pg_proc p on p.oid = id and catalog = 'pg_proc'::regclass
      where not exists (select from pg_depend where classid = catalog and objid = id and deptype = 'i')
      union all select 'SERVER', '', srvname from pg_foreign_server s where srvowner in (select oid from own_role)
        and ('pg_foreign_server'::regclass, s.oid) not in (select classid, objid from member)
      ${isReplaced ? ofDatabase : ''}
    ) object(type, space, name))`
}

const named = [
  ['pg_class', `relkind in ('p', 'v', 'm', 'S', 'f')`],
  ['pg_type', 'true'],
  ['pg_operator', 'true'],
  ['pg_opclass', 'true'],
  ['pg_collation', 'true'],
  ['pg_conversion', 'true'],
  ['pg_ts_config', 'true'],
  ['pg_ts_dict', 'true'],
]
  .map(
    ([catalog = '', isNamed = '']) =>
      `left join ${catalog} on ${catalog}.oid = id and catalog = '${catalog}'::regclass and ${isNamed}`,
  )
  .join('\n        ')

/** In place these stay. */
const ofDatabase = `union all select 'EXTENSION', '', extname from pg_extension where oid >= 16384
      union all select 'PUBLICATION', '', pubname from pg_publication
      union all select 'EVENT TRIGGER', '', evtname from pg_event_trigger e
        where ('pg_event_trigger'::regclass, e.oid) not in (select classid, objid from member)`
