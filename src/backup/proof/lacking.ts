import { readArray, readObject, readText } from '../../archive/json-reader.ts'
import { fingerprintFacts, makeFingerprint } from '../../fingerprint/fingerprint-facts.ts'
import type { Fingerprint } from '../../fingerprint/fingerprint.ts'
import { askJson, readName } from '../../postgres/answer.ts'
import type { Session } from '../../postgres/psql.ts'
import { quoteLiteral } from '../../postgres/sql/quote.ts'
import { describeSubject } from '../subject.ts'
import type { PlannedFile } from '../plan.ts'
import type { Log } from '../../github/log.ts'
import type { ScratchServer } from '../../drill/scratch/scratch-server.ts'

/** What a scratch server cannot be given, since it lacks extensions of the source: they, and all that hangs on them. */
export interface Lacking {
  readonly extensions: readonly string[]
  /** By schema and name as the headings of a dump have them; the schema is empty for what lies in none. */
  readonly entries: readonly { readonly schema: string; readonly name: string }[]
  /** As a fingerprint names objects. */
  readonly objects: readonly string[]
  /** Tables and sequences, as a fingerprint names them. */
  readonly relations: readonly string[]
  /** Tables of the user's among them. */
  readonly tables: readonly string[]
}

/**
 * Finds what of a database cannot be restored for want of extensions.
 * @returns undefined where nothing is lacking
 */
export async function findLacking(
  source: Session,
  database: string,
  extensions: readonly string[],
  { session, maintenance }: ScratchServer,
): Promise<Lacking | undefined> {
  const failing = 'The scratch server was not asked for its extensions'
  const sql = "select coalesce(json_agg(name), '[]') from pg_catalog.pg_available_extensions"
  const available = await askJson(session, { database: maintenance, sql, failing }, readArray(readName))
  const missing = extensions.filter((name) => !available.includes(name))
  if (missing.length === 0) return undefined
  const query = {
    database,
    sql: makeDependentsQuery(missing),
    failing: `The database "${database}" was not dumped`,
  }
  return { extensions: missing, ...(await askJson(source, query, readDependents)) }
}

const readDependents = readObject({
  entries: readArray(readObject({ schema: readText, name: readText })),
  objects: readArray(readText),
  relations: readArray(readText),
  tables: readArray(readText),
})

/** What the headings of a dump call each object. */
const headings = `on_relation(classid, id, relation, name) as (
  select 'pg_constraint'::regclass::oid, oid, conrelid, conname from pg_constraint
  union all select 'pg_trigger'::regclass, oid, tgrelid, tgname from pg_trigger
  union all select 'pg_policy'::regclass, oid, polrelid, polname from pg_policy
  union all select 'pg_rewrite'::regclass, oid, ev_class, rulename from pg_rewrite
  union all select 'pg_attrdef'::regclass, d.oid, adrelid, attname from pg_attrdef d
    join pg_attribute a on attrelid = adrelid and a.attnum = adnum
), named(classid, id, space, name) as (
  select 'pg_class'::regclass::oid, oid, relnamespace, relname::text from pg_class
  union all select 'pg_type'::regclass, oid, typnamespace, typname from pg_type
  union all select 'pg_proc'::regclass, oid, pronamespace, format('%s(%s)', proname, oidvectortypes(proargtypes)) from pg_proc
  union all select 'pg_operator'::regclass, oid, oprnamespace, oprname from pg_operator
  union all select 'pg_opclass'::regclass, oid, opcnamespace, opcname from pg_opclass
  union all select 'pg_opfamily'::regclass, oid, opfnamespace, opfname from pg_opfamily
  union all select 'pg_collation'::regclass, oid, collnamespace, collname from pg_collation
  union all select 'pg_ts_config'::regclass, oid, cfgnamespace, cfgname from pg_ts_config
  union all select 'pg_ts_dict'::regclass, oid, dictnamespace, dictname from pg_ts_dict
  union all select 'pg_statistic_ext'::regclass, oid, stxnamespace, stxname from pg_statistic_ext
  union all select 'pg_namespace'::regclass, oid, null, nspname from pg_namespace
  union all select 'pg_event_trigger'::regclass, oid, null, evtname from pg_event_trigger
  union all select 'pg_foreign_data_wrapper'::regclass, oid, null, fdwname from pg_foreign_data_wrapper
  union all select 'pg_foreign_server'::regclass, oid, null, srvname from pg_foreign_server
  union all select 'pg_language'::regclass, oid, null, lanname from pg_language
  union all select 'pg_extension'::regclass, oid, null, extname from pg_extension
  union all select 'pg_cast'::regclass, oid, null,
    format('CAST (%s AS %s)', format_type(castsource, null), format_type(casttarget, null)) from pg_cast
  union all select o.classid, o.id, relnamespace, relname || ' ' || o.name from on_relation o
    join pg_class c on c.oid = o.relation
  union all select 'pg_publication_rel'::regclass, r.oid, relnamespace, pubname || ' ' || relname from pg_publication_rel r
    join pg_publication p on p.oid = prpubid join pg_class c on c.oid = prrelid
)`

/**
 * What depends on the extensions, by pg_depend. A view goes with its rule, and a table with a default or check within
 * its definition.
 */
function makeDependentsQuery(extensions: readonly string[]): string {
  return `with recursive gone(classid, objid) as (
  select 'pg_extension'::regclass::oid, oid from pg_extension where extname in (${extensions.map(quoteLiteral).join(', ')})
  union
  select next.classid, next.objid from gone g, lateral (
    select d.classid, d.objid from pg_depend d where d.refclassid = g.classid and d.refobjid = g.objid
    union all
    select d.refclassid, d.refobjid from pg_depend d where d.classid = g.classid and d.objid = g.objid and case g.classid
      when 'pg_rewrite'::regclass then d.deptype = 'i'
      when 'pg_attrdef'::regclass then d.deptype = 'a'
      when 'pg_constraint'::regclass then d.deptype = 'a' and exists (select from pg_constraint c where c.oid = g.objid and contype = 'c')
      else false end
  ) next
), relation as (
  select c.oid, nspname, relname, relkind from gone join pg_class c on c.oid = objid and classid = 'pg_class'::regclass
    join pg_namespace n on n.oid = relnamespace
), ${headings}
select json_build_object(
  'entries', (select json_agg(json_build_object('schema', coalesce(nspname, ''), 'name', n.name)) from gone g
    join named n on n.classid = g.classid and n.id = g.objid left join pg_namespace s on s.oid = n.space),
  'objects', (select coalesce(json_agg(i.type || ' ' || i.identity), '[]') from gone,
    lateral pg_identify_object(classid, objid, 0) i where i.identity is not null),
  'relations', (select coalesce(json_agg(format('%I.%I', nspname, relname)), '[]') from relation),
  'tables', (select coalesce(json_agg(format('%I.%I', nspname, relname)), '[]') from relation r where relkind = 'r'
    and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = r.oid and deptype = 'e')))`
}

/** PURE. The fingerprint of what the scratch server can be given. */
export function withoutLacking(fingerprint: Fingerprint, lacking: Lacking | undefined): Fingerprint {
  if (lacking === undefined) return fingerprint
  const gone = { relation: new Set(lacking.relations), object: new Set(lacking.objects), all: new Set() }
  return makeFingerprint((kind) => {
    const names = gone[fingerprintFacts[kind].naming]
    return new Map([...fingerprint[kind]].filter(([name]) => !names.has(name)))
  })
}

/** Says what is not proved: a warning where rows are among it, since nobody would look for that in the log. */
export function announceLacking(planned: PlannedFile, { extensions, tables }: Lacking, log: Log): void {
  const names = extensions.map((name) => `"${name}"`).join(', ')
  const lacks = `${describeSubject(planned)} is compared without what hangs on extensions that the scratch server lacks: ${names}`
  if (tables.length === 0) {
    log.info(lacks)
    return
  }
  const shown = tables.slice(0, 3).join(', ')
  const rest = tables.length > 3 ? ` and ${tables.length - 3} more` : ''
  log.warning(
    `${lacks}. The tables ${shown}${rest} are among it: name a scratch server that has the extensions in "verify-url" to prove them.`,
    'Not proved',
  )
}
