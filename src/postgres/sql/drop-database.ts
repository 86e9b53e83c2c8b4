import { quoteIdentifier, quoteLiteral } from './quote.ts'

/** PURE. Drops a database if it is there, and ends its sessions where the server can: those of a failure may linger. */
export function makeDropDatabase(name: string, major: number): string {
  return `DROP DATABASE IF EXISTS ${quoteIdentifier(name)}${major >= 13 ? ' WITH (FORCE)' : ''}`
}

/**
 * PURE. Drops subscriptions of the connected database, without a word to the server that they are from: its slots may
 * be those of the database that was backed up.
 */
export function makeDropSubscriptions(which: 'all' | 'without-slot'): string {
  return `do $drop$
declare
  name text;
begin
  for name in select subname from pg_catalog.pg_subscription
    where subdbid = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
      and ${which === 'all' ? 'true' : 'subslotname is null'}
  loop
    execute pg_catalog.format('alter subscription %I disable', name);
    execute pg_catalog.format('alter subscription %I set (slot_name = none)', name);
    execute pg_catalog.format('drop subscription %I', name);
  end loop;
end
$drop$`
}

/** PURE. Asks for the names of a database's subscriptions, as JSON, also from another database. */
export function makeSubscriptionsQuery(database: string): string {
  return `select coalesce(json_agg(subname order by subname), '[]') from pg_catalog.pg_subscription
    where subdbid = (select oid from pg_catalog.pg_database where datname = ${quoteLiteral(database)})`
}
