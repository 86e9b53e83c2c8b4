import {
  readArray,
  readBoolean,
  readCount,
  readNullable,
  readObject,
  type ReadBy,
} from '../archive/json-reader.ts'
import { relations } from '../fingerprint/object-query.ts'
import { askJson, readText } from '../postgres/answer.ts'
import type { Session } from '../postgres/psql.ts'

/** A column that takes its numbers from a sequence. */
const readFeed = readObject({
  /** Qualified and quoted, as the table. */
  sequence: readText,
  table: readText,
  column: readText,
  /** A partitioned table, whose rows lie in its partitions. */
  isParent: readBoolean,
  isDescending: readBoolean,
  /** It begins anew at its end, so that no row is too far ahead of it. */
  cycles: readBoolean,
  /** Whether the role may read both. */
  isReadable: readBoolean,
})

const readCatalogs = readObject({
  feeds: readArray(readFeed),
  /** Qualified and quoted. */
  invalidIndexes: readArray(readText),
  locale: readObject({
    /** LC_COLLATE and LC_CTYPE. */
    collate: readText,
    ctype: readText,
    /** Of the provider `icu` or `builtin`. */
    locale: readNullable(readText),
  }),
  /** Collations that columns have, and that are of another version than the server's library. */
  otherVersions: readArray(readText),
})

/** A sequence, and the column that takes its numbers. */
export type Feed = ReadBy<typeof readFeed>

/** What a database says of itself beside its rows. */
export interface Health extends ReadBy<typeof readCatalogs> {
  /** Feeds of which one of the next numbers is taken already. */
  readonly behind: readonly Feed[]
}

/** Numbers that a sequence gives next: a row far beyond them may be meant, such as one for "none". */
export const watchedNumbers = 1000

/** Feeds that one question asks for: their names stand in its command line. */
const batch = 50

/**
 * Asks a restored database for sequences behind their columns, invalid indexes and its collations.
 * @param major of the server
 * @throws BackupError as askJson does
 */
export async function readHealth(session: Session, database: string, major: number): Promise<Health> {
  const failing = 'The restored copy was not asked for its sequences and indexes'
  const catalogs = await askJson(session, { database, sql: makeCatalogQuery(major), failing }, readCatalogs)
  const judged = catalogs.feeds.filter(({ cycles, isReadable }) => isReadable && !cycles)
  const behind: Feed[] = []
  for (let start = 0; start < judged.length; start += batch) {
    const feeds = judged.slice(start, start + batch)
    const sql = makeBehindQuery(feeds)
    const places = await askJson(session, { database, sql, failing, kind: 'work' }, readArray(readCount))
    behind.push(...feeds.filter((_, place) => places.includes(place)))
  }
  return { ...catalogs, behind }
}

/**
 * PURE. A column is fed by the sequence that it owns, as `serial` and identity columns do, or by its default, where that
 * is the sequence's next number and nothing else.
 */
function makeCatalogQuery(major: number): string {
  const plain = "pg_get_expr(adbin, adrelid) ~ '^nextval\\((''[^'']*'')+::regclass\\)$'"
  return `with ${relations}, fed(sequence, relation, number) as (
  select objid, refobjid, refobjsubid from pg_depend d
    where classid = 'pg_class'::regclass and refclassid = 'pg_class'::regclass and refobjsubid > 0 and deptype in ('a', 'i')
    and not exists (select from pg_attrdef where adrelid = refobjid and adnum = refobjsubid and not ${plain})
  union select refobjid, adrelid, adnum from pg_attrdef a
    join pg_depend d on classid = 'pg_attrdef'::regclass and objid = a.oid and refclassid = 'pg_class'::regclass
    where ${plain}
), feed as (
  select s.oid as id, s.name as sequence, r.name as "table", quote_ident(attname) as "column", r.relkind = 'p' as "isParent",
    has_schema_privilege(s.relnamespace, 'USAGE') and has_sequence_privilege(s.oid, 'SELECT')
      and has_schema_privilege(r.relnamespace, 'USAGE') and has_table_privilege(r.oid, 'SELECT')
      and not row_security_active(r.oid) as "isReadable"
  from fed join relation s on s.oid = sequence and s.relkind = 'S'
    join relation r on r.oid = fed.relation and r.relkind in ('r', 'p')
    join pg_class c on c.oid = r.oid and coalesce(to_jsonb(c)->>'relispartition', 'false') = 'false'
    join pg_attribute a on attrelid = r.oid and attnum = number and atttypid in (20, 21, 23, 1700)
), known as (
  select sequence, "table", "column", "isParent", "isReadable",
    case when "isReadable" then (select increment < 0 from pg_sequence_parameters(id)) else false end as "isDescending",
    case when "isReadable" then (select cycle_option from pg_sequence_parameters(id)) else false end as cycles
  from feed
)
select json_build_object(
  'feeds', (select coalesce(json_agg(known order by sequence, "table"), '[]') from known),
  'invalidIndexes', (select coalesce(json_agg(i.name order by i.name), '[]') from pg_index x
    join relation r on r.oid = indrelid join relation i on i.oid = indexrelid where not (indisvalid and indisready)),
  'locale', (select json_build_object('collate', datcollate, 'ctype', datctype,
    'locale', coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale')) from pg_database d
    where datname = current_database()),
  'otherVersions', ${makeVersionQuery(major)})`
}

/** Collations have versions since PostgreSQL 10 (pg_collation.collversion), databases since 15. */
function makeVersionQuery(major: number): string {
  if (major < 10) return "'[]'::json"
  const ofDatabase = `union all select 'the default' from pg_database where datname = current_database()
    and datcollversion <> pg_database_collation_actual_version(oid)`
  return `(select coalesce(json_agg(name), '[]') from (
    select distinct quote_ident(collname) as name from pg_collation c join pg_attribute on attcollation = c.oid
      join relation r on r.oid = attrelid where collversion <> pg_collation_actual_version(c.oid)
    ${major < 15 ? '' : ofDatabase}) other)`
}

/** PURE. Gives the places of the feeds of which a row has one of the next numbers. */
function makeBehindQuery(feeds: readonly Feed[]): string {
  const questions = feeds.map(
    ({ sequence, table, column, isParent, isDescending }, place) =>
      `select ${place} as place from ${makeNext(sequence)} where exists (
        select from ${isParent ? '' : 'only '}${table} t
        where t.${column} ${isDescending ? 'between numbers.last and numbers.next' : 'between numbers.next and numbers.last'})`,
  )
  return `select coalesce(json_agg(place), '[]') from (${questions.join('\nunion all ')}) behind`
}

/** The first and last of the numbers that a sequence gives next, kept within what a bigint can be, as an index needs. */
function makeNext(sequence: string): string {
  const clamp = (number: string): string =>
    `least(greatest(${number}, -9223372036854775808), 9223372036854775807)::bigint`
  return `(select ${clamp('first')} as next, ${clamp(`first + ${watchedNumbers - 1} * increment`)} as last from (
      select increment::numeric as increment,
        case when is_called then last_value + increment::numeric else last_value::numeric end as first
      from ${sequence}, pg_sequence_parameters('${sequence.replaceAll("'", "''")}'::regclass)) stands) numbers`
}
