import type { RowCount } from '../../archive/manifest.ts'
import { quoteLiteral } from '../../postgres/sql/quote.ts'
import { makeOthersQuery } from './others-query.ts'

/** Set by the filter of the dump behind its last line, without which nothing is committed. */
export const completionSetting = 'postgres_backup.complete'

/** PURE. The statement that says, inside the transaction, that the dump has come to its end. */
export const completionStatement = `select pg_catalog.set_config('${completionSetting}', 'yes', true) \\g /dev/null\n`

/** How an exception begins that is raised when something is lost or differs. */
export const lossMark = 'postgres-backup: lost: '
export const differenceMark = 'postgres-backup: rows: '

/**
 * PURE. The end of the psql script that {@link makeBeginScript} begins: it commits only when the dump was complete, when
 * all that is not the role's own is there as before, and when the tables have the rows that the backup counted.
 */
export function makeEndScript(serviceSchemas: readonly string[], expected: readonly RowCount[]): string {
  const rows = Object.fromEntries(expected.map(({ table, rows: count }) => [table, count]))
  return `
select pg_catalog.set_config('search_path', '', true), pg_catalog.set_config('row_security', 'off', true) \\g /dev/null
do $complete$
begin
  if pg_catalog.current_setting('${completionSetting}', true) is distinct from 'yes' then
    raise exception 'postgres-backup: the dump is not complete';
  end if;
end
$complete$;
${makeOthersQuery('postgres_backup_after', serviceSchemas)}
do $lost$
declare
  lost text;
begin
  select pg_catalog.string_agg(name, '; ') into lost from (
    select name from pg_temp.postgres_backup_before b where not exists (
      select from pg_temp.postgres_backup_after a where a.name = b.name and a.detail = b.detail)
    order by name limit 5) first;
  if lost is not null then
    raise exception '${lossMark}%', lost;
  end if;
end
$lost$;
${makeCount(rows)}
commit;
`
}

/** The names come from a manifest, so they are compared with those of the catalog and never run. */
function makeCount(rows: Readonly<Record<string, number>>): string {
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
