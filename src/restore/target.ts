import { readArray, readBoolean, readCount, readObject, type ReadBy } from '../archive/json-reader.ts'
import type { OpenServer } from '../postgres/open-server.ts'
import { openServer } from '../postgres/open-server.ts'
import { askJson, readName, readText } from '../postgres/answer.ts'
import type { Run } from '../step/run.ts'
import type { CheckedBackup } from './check.ts'
import type { RestoreInputs } from './inputs.ts'
import { neededClientMajor } from './versions.ts'

/** A database of the target server that has the name of one to be restored. */
export interface ExistingDatabase {
  readonly isOwner: boolean
  readonly isTemplate: boolean
  /** Sessions of others. */
  readonly sessions: number
  /** Objects that somebody made, extensions and their members aside. */
  readonly objects: number
  /** At most three of them, by name. */
  readonly examples: readonly string[]
}

/** The server to restore into, as far as a plan needs to know it. */
export interface RestoreTarget {
  readonly server: OpenServer
  /** The connecting role. */
  readonly role: string
  /** The database that the url names outright, and not just to say which server is meant. */
  readonly named: string | undefined
  readonly mayCreateDatabases: boolean
  readonly roles: readonly string[]
  readonly tablespaces: readonly string[]
  readonly existing: ReadonlyMap<string, ExistingDatabase>
}

/**
 * Connects, provides the client, and asks the server for all that decides whether the restore can be done.
 * @throws BackupError as openServer does
 */
export async function inspectTarget(
  inputs: RestoreInputs,
  backup: CheckedBackup,
  run: Run,
): Promise<RestoreTarget> {
  const server = await openFittingServer(inputs, backup, run)
  const { role, mayCreateDatabases, roles, tablespaces, databases } = await askServer(server)
  const wanted = new Set(backup.databases.map(({ target }) => target))
  if (backup.cluster !== undefined) wanted.add('postgres')
  const named = findNamedDatabase(server.connection.parameters['dbname'], false)
  if (named !== undefined) wanted.add(named)
  const existing = new Map<string, ExistingDatabase>()
  for (const { name, ...facts } of databases) {
    if (wanted.has(name)) existing.set(name, { ...facts, ...(await countObjects(server, name)) })
  }
  return { server, role, named, mayCreateDatabases, roles, tablespaces, existing }
}

/** Databases that a url names for want of another, to say which server is meant. */
const addresses: ReadonlySet<string> = new Set(['', 'postgres', 'template1'])

/**
 * PURE. The database that a url names outright, and so could be meant as a target.
 * @param hasOneDatabase the service gives its users just `postgres`, so that this is a name like any other
 */
export function findNamedDatabase(named: string | undefined, hasOneDatabase: boolean): string | undefined {
  return named !== undefined && addresses.has(named) && !hasOneDatabase ? undefined : named
}

async function openFittingServer(
  inputs: RestoreInputs,
  backup: CheckedBackup,
  run: Run,
): Promise<OpenServer> {
  const server = await openServer({ ...inputs, needsDatabase: false }, run)
  const needed = neededClientMajor(backup.manifest)
  if (needed === undefined || server.client.major >= needed || inputs.postgresVersion !== undefined)
    return server
  return openServer({ ...inputs, postgresVersion: needed, needsDatabase: false }, run)
}

const readServerAnswer = readObject({
  role: readName,
  mayCreateDatabases: readBoolean,
  roles: readArray(readName),
  tablespaces: readArray(readName),
  databases: readArray(
    readObject({ name: readName, isOwner: readBoolean, isTemplate: readBoolean, sessions: readCount }),
  ),
})

/** The sessions of this run's own psql, which may take a moment to end, do not count. */
const serverQuery = `select json_build_object(
  'role', current_user,
  'mayCreateDatabases', (select rolsuper or rolcreatedb from pg_roles where rolname = current_user),
  'roles', (select json_agg(rolname) from pg_roles),
  'tablespaces', (select json_agg(spcname) from pg_tablespace),
  'databases', (select json_agg(json_build_object(
    'name', datname,
    'isOwner', pg_has_role(datdba, 'USAGE'),
    'isTemplate', datistemplate,
    'sessions', (select count(*) from pg_stat_activity a where a.datid = d.oid
      and coalesce(backend_type, 'client backend') = 'client backend'
      and application_name <> current_setting('application_name'))
  )) from pg_database d))`

async function askServer(server: OpenServer): Promise<ReadBy<typeof readServerAnswer>> {
  const failing = 'The server was not asked what it holds'
  return askJson(server, { database: server.facts.database, sql: serverQuery, failing }, readServerAnswer)
}

/** Oids from 16384 on are those of objects that were made after initdb (access/transam.h: FirstNormalObjectId). */
const objectsQuery = `with made as (
    select 'pg_class'::regclass as catalog, oid, relname::text as name from pg_class
      where relnamespace not in (select oid from pg_namespace where nspname ~ '^pg_(toast|temp)')
    union all select 'pg_proc'::regclass, oid, proname::text from pg_proc
    union all select 'pg_type'::regclass, oid, typname::text from pg_type
      where typrelid = 0 and typcategory <> 'A'
      and typnamespace not in (select oid from pg_namespace where nspname ~ '^pg_(toast|temp)')
    union all select 'pg_namespace'::regclass, oid, nspname::text from pg_namespace
      where nspname !~ '^pg_(toast|temp)' and nspname <> 'public'
    union all select 'pg_largeobject'::regclass, oid, 'large object ' || oid from pg_largeobject_metadata
  ), own as (
    select name from made where (oid >= 16384 or catalog = 'pg_largeobject'::regclass)
      and not exists (select from pg_depend where classid = catalog and objid = made.oid and deptype = 'e')
  )
  select json_build_object('objects', (select count(*) from own),
    'examples', coalesce((select json_agg(name) from (select name from own order by name limit 3) first), '[]'))`

const readObjects = readObject({ objects: readCount, examples: readArray(readText) })

async function countObjects(
  server: OpenServer,
  database: string,
): Promise<Pick<ExistingDatabase, 'objects' | 'examples'>> {
  const failing = `The database "${database}" was not asked whether it is empty`
  return askJson(server, { database, sql: objectsQuery, failing }, readObjects)
}
