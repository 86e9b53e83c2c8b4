import { lockCapacity } from '../postgres/lock-table.ts'
import { quoteLiteral } from '../postgres/sql/quote.ts'
import { objectScript, relations } from './object-query.ts'

/** What a fingerprint is to hold. */
export interface FingerprintRequest {
  /** Snapshot to read, from `pg_export_snapshot()`; undefined reads what is there now. */
  readonly snapshot: string | undefined
  /** As in `60s`; how long to wait for the lock of a table that another session changes. */
  readonly lockWaitTimeout: string
  readonly parts: readonly FingerprintPart[]
  /** Servers before 11 have no `hashtextextended`, so both sides use MD5. */
  readonly usesMd5: boolean
}

/** `content`: rows of tables, with a hash, and large objects. `counts`: rows without a hash. */
export type FingerprintPart = 'content' | 'counts' | 'sequences' | 'objects'

/**
 * PURE. A script for a psql that has begun a snapshot, which prints one JSON object for each thing in the database:
 * `{kind, name, value, rows}`. It writes nothing, and all names are quoted by the server.
 */
export function makeFingerprintScript(request: FingerprintRequest): string {
  const { parts } = request
  return [
    makePreamble(request.lockWaitTimeout),
    roomScript,
    ...(parts.includes('content') ? [lockScript, makeLargeObjectScript(request)] : []),
    ...(parts.includes('objects') ? [objectScript] : []),
    makeBatchScript(request),
    'commit;\n',
  ].join('\n')
}

/** All settings on which the text of a value depends, so that equal values have equal texts on both servers. */
function makePreamble(lockWaitTimeout: string): string {
  return `set local lock_timeout = ${quoteLiteral(lockWaitTimeout)};
set local row_security = off;
set local "DateStyle" = 'ISO, YMD';
set local "IntervalStyle" = 'iso_8601';
set local "TimeZone" = 'UTC';
set local extra_float_digits = 3;
set local bytea_output = 'hex';
set local lc_monetary = 'C';
set local xmloption = 'content';`
}

/** A standby cannot read unlogged tables, and dumps hold nothing of them then. */
const isReadable = `has_schema_privilege(relnamespace, 'USAGE') and has_table_privilege(oid, 'SELECT')
    and not row_security_active(oid) and not (relpersistence = 'u' and pg_is_in_recovery())`

/**
 * Sets the psql variables `has_room`, whether all tables can be locked at once, beside pg_dump and its workers, and
 * `batch_size`, for relations that are read one after the other: so few that their locks and those of their indexes find
 * room beside what pg_dump holds, or is about to take.
 */
const roomScript = `select (3 * needed + held <= capacity)::text as has_room,
  greatest(1, least(100, (capacity - greatest(held, needed)) / 40)) as batch_size
from (select ${lockCapacity} as capacity, (select count(*) from pg_locks where not fastpath) as held,
  (select count(*) from pg_class where relkind in ('r', 'p', 'S')) as needed) lock_table
\\gset`

/**
 * Locks as pg_dump takes them, for as long as it is read. Where there is no room for that, those of pg_dump keep what it
 * dumps from changing; but whoever waits for one of them is also waited for, up to the limit.
 */
const lockScript = `with ${relations}, numbered as (
  select name, row_number() over (order by oid) / 100 as batch from relation
  where relkind = 'r' and ${isReadable} and :has_room)
select 'lock table only ' || string_agg(name, ', only ') || ' in access share mode'
from numbered group by batch order by batch
\\gexec`

/**
 * Reads sequences and tables by batches, each in a subtransaction that is rolled back, which gives its locks free. A table
 * is locked before it is looked at, as by pg_dump. One that was truncated or rewritten since the snapshot looks empty in
 * it, so its content has no value then.
 *
 * Columns stand in the order of their names, since a restore may order those of inherited tables otherwise; generated
 * ones are in no dump. The sum of the hashes does not depend on the order of the rows.
 */
function makeBatchScript({ parts, usesMd5 }: FingerprintRequest): string {
  const kinds = [
    ...(parts.includes('sequences') ? ["'S'"] : []),
    ...(parts.includes('content') || parts.includes('counts') ? ["'r'"] : []),
  ]
  if (kinds.length === 0) return ''
  const hash = makeHash("(row(' || coalesce(columns, '') || ')::text collate \"C\")", usesMd5)
  const value = parts.includes('content') ? `'sum(${hash})::text'` : "'null'"
  return `with ${relations}, readable as (
  select oid, name, relkind, ${isReadable} as is_readable from relation where relkind in (${kinds.join(', ')})
), question as (
  select *, case
    when not is_readable then format(
      $q$select json_build_object('kind', %L, 'name', %L, 'value', null, 'rows', null)$q$,
      case relkind when 'r' then 'table' else 'sequence' end, name)
    when relkind = 'S' then format(
      $q$select json_build_object('kind', 'sequence', 'name', %1$L, 'value', last_value || ' ' || is_called,
        'rows', null) from %1$s$q$, name)
    else format(
      $q$select json_build_object('kind', 'table', 'name', %1$L, 'value', case when pg_relation_filenode(%2$s) =
        (select relfilenode from pg_class where oid = %2$s) then coalesce(%3$s, '') end, 'rows', count(*)) from only %1$s t$q$,
      name, oid, ${value})
    end as question
  from readable left join lateral (
    select string_agg(format('t.%I', attname), ', ' order by attname collate "C") as columns
    from pg_attribute a where attrelid = oid and attnum > 0 and not attisdropped
      and coalesce(to_jsonb(a)->>'attgenerated', '') = ''
  ) described on true
), numbered as (
  select *, (row_number() over (partition by relkind order by name collate "C") - 1) / :batch_size as batch from question
)
select 'savepoint batch;' || coalesce(' lock table only ' ||
    string_agg(name, ', only ') filter (where relkind = 'r' and is_readable) || ' in access share mode', ''),
  string_agg(question, ' union all ' order by name collate "C"),
  'rollback to savepoint batch; release savepoint batch'
from numbered group by relkind, batch order by relkind, batch
\\gexec`
}

/** 64 bits of the text's hash; inside a literal of the query that writes queries. */
function makeHash(text: string, usesMd5: boolean): string {
  return usesMd5 ? `(''x'' || left(md5${text}, 16))::bit(64)::bigint` : `hashtextextended(${text}, 0)`
}

/** Piece by piece, since a large object may be larger than a value can be. */
function makeLargeObjectScript({ usesMd5 }: FingerprintRequest): string {
  const text = `(loid || ':' || piece || ':' || md5(lo_get(loid, piece, 1048576)))`
  return `with large as (
  select m.oid as loid, (rolsuper or pg_has_role(lomowner, 'USAGE') or exists (
    select from aclexplode(lomacl) a where privilege_type = 'SELECT'
    and case when a.grantee = 0 then true else pg_has_role(a.grantee, 'USAGE') end)) as readable
  from pg_largeobject_metadata m, pg_roles where rolname = current_user
), sized as (select loid, lo_lseek64(lo_open(loid, 262144), 0, 2) as size from large where readable
), pieces as (select loid, size, piece from sized, generate_series(0, size, 1048576) piece)
select json_build_object('kind', 'largeObjects', 'name', 'large objects',
  'value', case when exists (select from large where not readable) then null else
  (select concat(count(*), ' pieces, hash ', sum(${makeHash(text, usesMd5).replaceAll("''", "'")})) from pieces) end,
  'rows', (select count(*) from large));`
}
