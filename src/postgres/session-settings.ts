import { quoteLiteral } from './sql/quote.ts'

/**
 * What every psql session of ours sets before it does anything else, by statements that call no function: a role or a
 * database may have a search path in which somebody's function or operator fits our queries better than PostgreSQL's
 * own, and would run with our rights; or limits of milliseconds, or settings that change what our SQL means and prints.
 *
 * `pg_temp` stands last, since it would otherwise come first. `default_transaction_read_only` is left as it is:
 * whoever set it for a role meant to keep that role from writing, and pg_restore obeys it too.
 *
 * pg_dump, pg_dumpall and pg_restore protect themselves: the first statement of each connection, those of their
 * workers included, is `SELECT pg_catalog.set_config('search_path', '', false)` (ALWAYS_SECURE_SEARCH_PATH_SQL in
 * src/include/common/connect.h; pg_backup_db.c: ConnectDatabase; pg_dumpall.c: connectDatabase), and pg_dump lifts the
 * limits on time after it (pg_dump.c: setup_connection). `__tests__/attacks/first-statement.test.ts` looks at all of them.
 */
const settings = {
  statement_timeout: '0',
  search_path: 'pg_catalog, pg_temp',
  lock_timeout: '0',
  standard_conforming_strings: 'on',
  quote_all_identifiers: 'off',
  client_min_messages: 'warning',
} as const

/** Limits on time that only some versions know. */
const newerLimits = ['idle_in_transaction_session_timeout', 'idle_session_timeout', 'transaction_timeout']

/** The settings for the whole session. Poolers take them, as they would not all take startup options. */
export const secureSession = `${formatSettings('SESSION')} ${setWhereKnown(listNewerLimits(), false)}`

/**
 * The settings until the transaction ends: behind a transaction pooler nothing stays for other clients, and no other
 * server session can come in between.
 *
 * Such a transaction touches no view or foreign table of others: one could have been put in the place of a table since
 * its name was listed, and its functions would run with our rights (as in pg_dump: CVE-2024-7348).
 */
export const secureTransaction = `${formatSettings('LOCAL')} ${setWhereKnown(
  [...listNewerLimits(), ['restrict_nonsystem_relation_kind', 'view, foreign-table']],
  true,
)}`

/**
 * Begins a transaction that reads one snapshot, with the settings. All in one message, so that no limit on idle
 * transactions can end it before it is lifted.
 * @param snapshot of another transaction, from `pg_export_snapshot()`; it is taken over before the first query
 */
export function beginSnapshot(snapshot: string | undefined): string {
  const takeOver = snapshot === undefined ? '' : ` set transaction snapshot ${quoteLiteral(snapshot)};`
  return `begin isolation level repeatable read read only;${takeOver} ${secureTransaction}`
}

function listNewerLimits(): (readonly [string, string])[] {
  return newerLimits.map((name) => [name, '0'])
}

/** Prints nothing. By a CASE, since the planner may turn conditions round that are joined by AND. */
function setWhereKnown(values: readonly (readonly [string, string])[], isLocal: boolean): string {
  const cases = values.map(
    ([name, value]) => `when '${name}' then pg_catalog.set_config(name, '${value}', ${isLocal}) is null`,
  )
  return `select from pg_catalog.pg_settings where case name ${cases.join(' ')} end;`
}

function formatSettings(scope: 'SESSION' | 'LOCAL'): string {
  return Object.entries(settings)
    .map(([name, value]) => `SET ${scope} ${name} = ${value};`)
    .join(' ')
}
