import type { RowCount } from '../../archive/manifest.ts'

/** Begins the line by which the transaction is known afterwards, when the answer to its COMMIT was lost. */
const transactionMark = 'postgres-backup: transaction '

/** PURE. The number of the transaction, from what psql printed; undefined before it has begun. */
export function readTransactionNumber(printed: string): string | undefined {
  return new RegExp(`^${transactionMark}(\\d+)$`, 'm').exec(printed)?.[1]
}

/** How the exception begins that names tables whose rows differ. */
const differenceMark = 'postgres-backup: rows: '

/**
 * PURE. Opens the transaction, without limits of time but for locks, and prints its number.
 * @param lockTimeout as in `60s`
 */
export function startTransaction(lockTimeout: string): string {
  return `begin;
select pg_catalog.set_config('search_path', '', true), pg_catalog.set_config('row_security', 'off', true),
  pg_catalog.set_config('lock_timeout', '${lockTimeout}', true),
  pg_catalog.count(pg_catalog.set_config(name, '0', true)) from pg_catalog.pg_settings
  where name in ('statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout') \\g /dev/null
select pg_catalog.txid_current() as postgres_backup_transaction \\gset
\\echo ${transactionMark}:postgres_backup_transaction`
}

/** Behind the dump, whose settings still hold. */
export const resetSettings = `
select pg_catalog.set_config('search_path', '', true), pg_catalog.set_config('row_security', 'off', true) \\g /dev/null`

/**
 * PURE. The names come from a manifest, so they are compared with those of the catalog and never run; and they come in
 * hex digits, as what psql takes for a quote depends on the encoding that the dump has set.
 */
export function requireRowCounts(expected: readonly RowCount[]): string {
  const rows = Object.fromEntries(expected.map(({ table, rows: count }) => [table, count]))
  const hex = Buffer.from(JSON.stringify(rows)).toString('hex')
  return `do $rows$
declare
  expected constant json := pg_catalog.convert_from(pg_catalog.decode('${hex}', 'hex'), 'UTF8');
  relation record;
  counted bigint;
  different text[] := '{}';
begin
  for relation in
    select name, (expected->>name)::bigint as rows from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = relnamespace,
      lateral (select pg_catalog.format('%I.%I', nspname, relname) as name) named
    where relkind = 'r' and expected->>name is not null and pg_catalog.pg_has_role(relowner, 'USAGE')
  loop
    begin
      execute pg_catalog.format('select pg_catalog.count(*) from only %s', relation.name) into counted;
    exception when insufficient_privilege then
      -- A policy that binds even the owner hides rows.
      counted := relation.rows;
    end;
    if counted <> relation.rows then
      different := different || pg_catalog.format('%s has %s rows instead of %s', relation.name, counted, relation.rows);
    end if;
  end loop;
  if different <> '{}' then
    raise exception '${differenceMark}%', pg_catalog.array_to_string(different[1:3], ', ');
  end if;
end
$rows$;`
}
