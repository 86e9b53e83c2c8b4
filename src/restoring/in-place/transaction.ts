import type { RowCount } from '../../archive/manifest.ts'
import { quoteLiteral } from '../../postgres/sql/quote.ts'

/** The line by which the transaction is known afterwards, when the answer to its COMMIT was lost. */
export const transactionMark = 'postgres-backup transaction'

/** Set by the filter of the dump behind its last line, without which nothing is committed. */
export const completionSetting = 'postgres_backup.complete'

/** PURE. The statement that says, inside the transaction, that the dump has come to its end. */
export const completionStatement = `select pg_catalog.set_config('${completionSetting}', 'yes', true) \\g /dev/null\n`

/** How the exception begins that names tables whose rows differ. */
export const differenceMark = 'postgres-backup: rows: '

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
select '${transactionMark} ' || pg_catalog.txid_current();`
}

/** Behind the dump, whose settings still hold. */
export const requireCompletion = `
select pg_catalog.set_config('search_path', '', true), pg_catalog.set_config('row_security', 'off', true) \\g /dev/null
do $complete$
begin
  if pg_catalog.current_setting('${completionSetting}', true) is distinct from 'yes' then
    raise exception 'postgres-backup: the dump is not complete';
  end if;
end
$complete$;`

/** PURE. The names come from a manifest, so they are compared with those of the catalog and never run. */
export function requireRowCounts(expected: readonly RowCount[]): string {
  const rows = Object.fromEntries(expected.map(({ table, rows: count }) => [table, count]))
  return `do $rows$
declare
  expected constant json := ${quoteLiteral(JSON.stringify(rows))};
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
