import { join } from 'node:path'
import { writeScript } from '../machine/stand-ins.ts'
import { writeTools } from '../machine/tools.ts'
import { findClient } from './server-binaries.ts'

/**
 * SQL of two tables whose indexes two workers of pg_restore cannot build at once: each takes a lock, waits until the
 * other one has taken its own, and then wants that. Sessions of other programs do not lock.
 */
export const deadlockingTables = `
create function meet(value int, mine int, other int) returns int immutable language plpgsql as $$
begin
  if pg_catalog.current_setting('application_name') <> 'worker' then return value; end if;
  perform pg_catalog.pg_advisory_xact_lock(mine);
  while not exists (select from pg_catalog.pg_locks where locktype = 'advisory' and granted and objid = other
    and database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()))
  loop
    perform pg_catalog.pg_sleep(0.01);
  end loop;
  perform pg_catalog.pg_advisory_xact_lock(other);
  return value;
end $$;
create table east as select 1 as id;
create table west as select 1 as id;
create index on east (public.meet(id, 1, 2));
create index on west (public.meet(id, 2, 1));
`

/** A PATH on which pg_restore calls its sessions workers, as the tables expect. */
export async function writeNamedWorkers(): Promise<string> {
  const { directory, path } = await writeTools('exec $pg_dump "$@"')
  const restorer = join(findClient(), 'pg_restore')
  const named = `[ "$1" = --version ] && { echo "pg_restore (PostgreSQL) 15.99"; exit; }
    PGAPPNAME=worker exec ${restorer} "$@"`
  await writeScript(directory, 'pg_restore', named)
  return path
}
