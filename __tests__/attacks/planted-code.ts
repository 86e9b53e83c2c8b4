import { createDatabase } from '../support/postgres/fixture.ts'
import type { Cluster } from '../support/postgres/cluster.ts'

/** What planted code goes for. */
export interface Targets {
  /** Stands in the environment of the action's process. */
  secret: string
  workspace: string
  temp: string
  /** Everyone may write there. */
  loot: string
}

/** One run of planted code: with whose rights, and what it got (true) or not. */
export type Report = Record<'super' | Attempt, boolean>

type Attempt = (typeof attempts)[number]

const attempts = ['program', 'environ', 'workspace', 'temp', 'write', 'socket', 'network', 'load'] as const

/** What a contained server gives away: nothing. */
export const nothing = Object.fromEntries(attempts.map((name) => [name, false])) as Record<Attempt, boolean>

/** The ways by which a dump runs code while it is restored, as a user who is no superuser can plant them. */
export const vectors: Record<string, string> = {
  'by an index': 'CREATE TABLE t AS SELECT 1 AS n; CREATE INDEX ON t (act(n))',
  'by a check': 'CREATE TABLE t (n int CHECK (act(n) = n)); INSERT INTO t VALUES (1)',
  'by a generated column':
    'CREATE TABLE t (n int, m int GENERATED ALWAYS AS (act(n)) STORED); INSERT INTO t VALUES (1)',
  'by a domain':
    'CREATE DOMAIN d AS int CHECK (act(VALUE) = VALUE); CREATE TABLE t (n d); INSERT INTO t VALUES (1)',
  'by a materialized view': 'CREATE MATERIALIZED VIEW v AS SELECT act(1)',
  'by a partition key':
    'CREATE TABLE t (n int) PARTITION BY LIST (act(n)); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); INSERT INTO t VALUES (1)',
}

/** Makes a database whose owner planted code in it; quiet on the source, it fails the restore with its report. */
export async function plant(
  cluster: Cluster,
  database: string,
  { owner, vector, targets }: { owner: string; vector: string; targets: Targets },
): Promise<void> {
  await createDatabase(cluster, database)
  await cluster.psql('postgres', `ALTER DATABASE "${database}" OWNER TO ${owner}`)
  await cluster.psql(
    database,
    `ALTER SCHEMA public OWNER TO ${owner}; SET ROLE ${owner};
    ${makeFunctions(cluster, targets)}
    ${vector}`,
  )
}

/** The report of a database, from the action's log; undefined where no code ran. */
export function readReport(log: string, database: string): Report | undefined {
  const line = log.split('\n').find((one) => one.startsWith('::error') && one.includes(`"${database}"`))
  const words = /REPORT ([\w :]+) END/.exec(line ?? '')?.[1]
  if (words === undefined) return undefined
  return Object.fromEntries(
    words.split(' ').map((word) => [word.split(':')[0], word.endsWith(':t')]),
  ) as Report
}

/** Nothing here is immutable, but nobody checks that in a function that another one calls. */
function makeFunctions(cluster: Cluster, targets: Targets): string {
  const host = `host=127.0.0.1 port=${cluster.port} user=nobody dbname=postgres`
  const bodies: Record<Attempt, string> = {
    program: `COPY (SELECT 1) TO PROGRAM 'touch ${targets.loot}/program'; RETURN true;`,
    environ: `RETURN coalesce((SELECT bool_or(public.holds('/proc/' || pid || '/environ', '${targets.secret}'))
      FROM pg_catalog.pg_ls_dir('/proc') pid WHERE pid ~ '^[0-9]+$'), false);`,
    workspace: `RETURN public.holds('${targets.workspace}/file', 'in the workspace');`,
    temp: `RETURN public.holds('${targets.temp}/file', 'in RUNNER_TEMP');`,
    write: `COPY (SELECT 1) TO '${targets.loot}/written'; RETURN true;`,
    // Another socket there would lead the action to another server.
    socket: `EXECUTE pg_catalog.format('COPY (SELECT 1) TO %L', pg_catalog.current_setting('unix_socket_directories') || '/own');
      RETURN true;`,
    network: `CREATE EXTENSION IF NOT EXISTS dblink SCHEMA public;
      PERFORM public.dblink_connect('${host}'); RETURN true;
      EXCEPTION WHEN OTHERS THEN GET STACKED DIAGNOSTICS said = PG_EXCEPTION_DETAIL;
      RETURN said ~ 'password|authentication|FATAL';`,
    load: `PERFORM pg_catalog.lo_from_bytea(4711, pg_catalog.pg_read_binary_file(
        (SELECT setting FROM pg_catalog.pg_config WHERE name = 'PKGLIBDIR') || '/dict_snowball.so'));
      PERFORM pg_catalog.lo_export(4711, pg_catalog.current_setting('data_directory') || '/own.so');
      EXECUTE pg_catalog.format('LOAD %L', pg_catalog.current_setting('data_directory') || '/own.so'); RETURN true;`,
  }
  const define = (name: string, body: string): string => `
    CREATE FUNCTION public.try_${name}() RETURNS bool LANGUAGE plpgsql AS $f$ DECLARE said text; BEGIN ${body}
    ${body.includes('EXCEPTION') ? '' : 'EXCEPTION WHEN OTHERS THEN RETURN false;'} END $f$;`
  const results = attempts.map((name) => `'${name}:', public.try_${name}()`).join(`, ' ', `)
  return `
    CREATE FUNCTION public.holds(path text, wanted text) RETURNS bool LANGUAGE plpgsql AS $f$
    BEGIN RETURN position(wanted::bytea IN pg_catalog.pg_read_binary_file(path, 0, 100000)) > 0;
    EXCEPTION WHEN OTHERS THEN RETURN false; END $f$;
    ${attempts.map((name) => define(name, bodies[name])).join('')}
    CREATE FUNCTION public.report() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN
    RAISE EXCEPTION 'REPORT % END', concat('super:', (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user), ' ', ${results});
    END $f$;
    CREATE FUNCTION public.act(n int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $f$ BEGIN
    IF pg_catalog.current_database() ~ '^postgres_backup_verify_' THEN PERFORM public.report(); END IF;
    RETURN n; END $f$;`
}
