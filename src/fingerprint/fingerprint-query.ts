import { lockCapacity } from '../postgres/lock-table.ts'
import { quoteLiteral } from '../postgres/sql/quote.ts'
import { fingerprintFacts } from './fingerprint-facts.ts'
import type { FingerprintRequest } from './fingerprint.ts'
import { relations } from './object-query.ts'

/**
 * PURE. A script for a psql that has begun a snapshot, which prints one JSON object for each thing in the database:
 * `{kind, name, value, rows}`. It writes nothing, and all names are quoted by the server.
 */
export function makeFingerprintScript(request: FingerprintRequest): string {
  const scripts = request.kinds.flatMap((kind) => {
    const { reading } = fingerprintFacts[kind]
    return 'makeScript' in reading ? [reading.makeScript(request)] : []
  })
  const locks = request.kinds.includes('table') && request.hash !== 'none'
  return [
    makePreamble(request.lockWaitTimeout),
    roomScript,
    ...(locks ? [lockScript] : []),
    ...scripts,
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
 * is locked before it is looked at, as by pg_dump.
 *
 * Columns stand in the order of their names, since a restore may order those of inherited tables otherwise; generated
 * ones are in no dump.
 */
function makeBatchScript(request: FingerprintRequest): string {
  const asked = request.kinds.flatMap((kind) => {
    const { reading } = fingerprintFacts[kind]
    return 'ask' in reading ? [{ kind, relkind: `'${reading.relkind}'`, question: reading.ask(request) }] : []
  })
  if (asked.length === 0) return ''
  const choose = (choice: (of: (typeof asked)[number]) => string): string =>
    asked.map((of) => `when ${of.relkind} then ${choice(of)}`).join(' ')
  return `with ${relations}, readable as (
  select oid, name, relkind, ${isReadable} as is_readable from relation
  where relkind in (${asked.map(({ relkind }) => relkind).join(', ')})
), question as (
  select *, format(case when not is_readable
    then $q$select json_build_object('kind', %4$L, 'name', %1$L, 'value', null, 'rows', null)$q$
    else case relkind ${choose(({ question }) => `$q$${question}$q$`)} end end,
    name, oid, coalesce(columns, ''), case relkind ${choose(({ kind }) => `'${kind}'`)} end) as question
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
