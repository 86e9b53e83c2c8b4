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
 * `{kind, name, value, rows}`.
 * It writes nothing, and all names are quoted by the server.
 */
export function makeFingerprintScript(request: FingerprintRequest): string {
  const { parts } = request
  const scripts: Record<FingerprintPart, string> = {
    content: `${lockTables}\n${makeTableScript(request)}\n${makeLargeObjectScript(request)}`,
    counts: makeTableScript(undefined),
    sequences: sequenceScript,
    objects: objectScript,
  }
  return [makePreamble(request.lockWaitTimeout), ...parts.map((part) => scripts[part]), 'commit;\n'].join(
    '\n',
  )
}

/** All settings on which the text of a value depends, so that equal values have equal texts on both servers. */
function makePreamble(lockWaitTimeout: string): string {
  return `set local lock_timeout = ${quote(lockWaitTimeout)};
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

/** Locks as pg_dump takes them: a table that is truncated or rewritten now would look empty in the snapshot. */
const lockTables = `with ${relations}, numbered as (
  select name, row_number() over (order by oid) / 100 as batch from relation
  where relkind = 'r' and ${isReadable})
select 'lock table only ' || string_agg(name, ', only ') || ' in access share mode'
from numbered group by batch order by batch
\\gexec`

/**
 * Columns in the order of their names, since a restore may order those of inherited tables otherwise; generated ones
 * are in no dump. The sum of the hashes does not depend on the order of the rows.
 */
function makeTableScript(request: FingerprintRequest | undefined): string {
  const row = "(row(' || coalesce(columns, '') || ')::text collate \"C\")"
  const value = request === undefined ? "''''''" : `'sum(${makeHash(row, request.usesMd5)})::text'`
  return `with ${relations}
select case when ${isReadable} then
  format('select json_build_object(''kind'', ''table'', ''name'', %L, ''value'', coalesce(', name) || ${value} ||
  format(', ''''), ''rows'', count(*)) from only %s t', name)
  else format('select json_build_object(''kind'', ''table'', ''name'', %L, ''value'', null, ''rows'', null)', name) end
from relation left join lateral (
  select string_agg(format('t.%I', attname), ', ' order by attname collate "C") as columns
  from pg_attribute a where attrelid = oid and attnum > 0 and not attisdropped
    and coalesce(to_jsonb(a)->>'attgenerated', '') = ''
) described on true
where relkind = 'r' order by name collate "C"
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

/** Sequences stand outside of snapshots, so their values are read before and after the dump. */
const sequenceScript = `with ${relations}
select format('select json_build_object(''kind'', ''sequence'', ''name'', %L,
  ''value'', last_value || '' '' || is_called, ''rows'', null) from %s', name, name)
from relation where has_schema_privilege(relnamespace, 'USAGE')
  and case relkind when 'S' then has_sequence_privilege(oid, 'SELECT') end
order by name collate "C"
\\gexec`

/** Durations, which hold neither a quote nor a backslash. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
