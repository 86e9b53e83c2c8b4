import { makeOwnObjects } from './own-objects.ts'

/**
 * PURE. SQL for the number of locks that dropping takes what {@link makeBeginScript} drops, in the database that is
 * asked: each thing is locked by itself (dependency.c: AcquireDeletionLock), with what hangs on a table.
 */
export function countDroppedLocks(serviceSchemas: readonly string[]): string {
  return `(with ${makeOwnObjects(serviceSchemas)},
gone as (select catalog, id from in_schema where space in (select oid from own_schema) union select catalog, id from single),
relation as (select id from gone where catalog = 'pg_class'::regclass)
select (select count(*) from gone) + (select count(*) from own_schema)
  + 2 * (select count(*) from pg_class where oid in (select id from relation) and reltoastrelid <> 0)
  + (select count(*) from pg_constraint where conrelid in (select id from relation))
  + (select count(*) from pg_attrdef where adrelid in (select id from relation))
  + (select count(*) from pg_trigger where tgrelid in (select id from relation))
  + (select count(*) from pg_rewrite where ev_class in (select id from relation))
  + (select count(*) from pg_largeobject_metadata where pg_has_role(lomowner, 'USAGE')))`
}
