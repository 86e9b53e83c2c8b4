/**
 * Whether the connecting role may end a session of pg_stat_activity, as pg_terminate_backend decides. Workers of the
 * server, such as autovacuum's, are nobody's sessions.
 */
export const mayEndSession = `usesysid is not null and (
  (select rolsuper from pg_catalog.pg_roles where rolname = current_user) or coalesce((
    select not r.rolsuper and (pg_catalog.pg_has_role(r.oid, 'USAGE') or pg_catalog.pg_has_role('pg_signal_backend', 'USAGE'))
    from pg_catalog.pg_roles r where r.oid = usesysid), false))`
