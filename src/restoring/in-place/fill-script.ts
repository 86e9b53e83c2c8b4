import type { RowCount } from '../../archive/manifest.ts'
import {
  keepDefaultPrivileges,
  resetDefaultPrivileges,
  returnDefaultPrivileges,
} from './default-privileges.ts'
import { resetSettings, requireRowCounts, startTransaction } from './transaction.ts'

/**
 * PURE. A psql script that opens the transaction in which a database is filled that is empty but for what a service
 * has put there. The dump follows, and then {@link makeFillEnd}.
 * @param fillsTables whether rows of the service's own tables are in the dump
 */
export function makeFillBegin(lockTimeout: string, fillsTables: boolean): string {
  return `${startTransaction(lockTimeout)}
${keepDefaultPrivileges}
${resetDefaultPrivileges}
${fillsTables ? ignoreForeignKeys : ''}
`
}

/** PURE. To be run behind a complete dump. Commits when the tables have the rows that the backup counted. */
export function makeFillEnd(expected: readonly RowCount[]): string {
  return `${resetSettings}
${returnDefaultPrivileges}
${requireRowCounts(expected)}
commit;
`
}

/**
 * The rows of a service's tables come in the order of their names, and their foreign keys and triggers are there
 * already. Where the role may not set it, the order must do.
 */
const ignoreForeignKeys = `do $replica$
begin
  perform pg_catalog.set_config('session_replication_role', 'replica', true);
exception when insufficient_privilege then null;
end
$replica$;`
