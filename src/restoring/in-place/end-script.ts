import type { RowCount } from '../../archive/manifest.ts'
import { makeOthersQuery } from './others-query.ts'
import { resetSettings, requireRowCounts } from './transaction.ts'

/** How the exception begins that names what would be lost. */
const lossMark = 'postgres-backup: lost: '

/**
 * PURE. The end of the psql script that {@link makeBeginScript} begins: to be run behind a complete dump. It commits
 * only when all that is not the role's own is there as before, and the tables have the rows that the backup counted.
 */
export function makeEndScript(serviceSchemas: readonly string[], expected: readonly RowCount[]): string {
  return `${resetSettings}
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
${requireRowCounts(expected)}
commit;
`
}
