import { readArray, readBoolean, readCount, readObject, type ReadBy } from '../../archive/json-reader.ts'
import { BackupError } from '../../errors.ts'
import { makeHandOverBlock } from '../../restoring/database-properties.ts'
import { runSql } from '../../postgres/psql.ts'
import type { OpenServer } from '../../postgres/open-server.ts'
import { openServer } from '../../postgres/open-server.ts'
import { askJson, readName, readText } from '../../postgres/answer.ts'
import { functionsOfTypes } from '../../restoring/in-place/own-objects.ts'
import { makeCreatableQuery } from '../../restoring/left-out/read-target-facts.ts'
import type { HostingService } from '../../postgres/hosting/services.ts'
import { quoteLiteral } from '../../postgres/sql/quote.ts'
import { mayEndSession } from '../../postgres/sql/sessions.ts'
import type { Run } from '../../step/run.ts'
import type { CheckedBackup } from '../check.ts'
import type { RestoreInputs } from '../inputs.ts'
import { neededClientMajor } from './versions.ts'

/** A database of the target server that has the name of one to be restored. */
export interface ExistingDatabase {
  readonly isOwner: boolean
  readonly isTemplate: boolean
  /** Sessions of others. */
  readonly sessions: number
  /** Those among them that the connecting role may not end, such as a superuser's. */
  readonly lastingSessions: number
  /** Objects that the connecting role's own roles made, extensions and their members aside, and schemas by themselves. */
  readonly objects: number
  /** At most three of them, by name. */
  readonly examples: readonly string[]
  /** Whether a new database in its place would lack what the role has prepared in an empty one, as schemas and default privileges. */
  readonly isPrepared: boolean
  /** What a new database in its place would lack: objects of others, and extensions that the role cannot create. */
  readonly others: number
  /** At most three of them, by name. */
  readonly otherExamples: readonly string[]
  /** Why what belongs to the database itself cannot be given to a new one; undefined where it can, or nobody tried. */
  readonly keeps: string | undefined
}

type ListedDatabase = ReadBy<typeof readServerAnswer>['databases'][number]

/** The server to restore into, as far as a plan needs to know it. */
export interface RestoreTarget {
  readonly server: OpenServer
  /** The connecting role. */
  readonly role: string
  /** The database that the url names outright, and not just to say which server is meant. */
  readonly named: string | undefined
  readonly mayCreateDatabases: boolean
  readonly mayCreateRoles: boolean
  readonly roles: readonly string[]
  readonly tablespaces: readonly string[]
  /** All databases of the server; what they hold is not known yet. */
  readonly listed: readonly ListedDatabase[]
  /** Those of the names of the backup. */
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
  const { databases: listed, ...answer } = await askServer(server)
  const { role, service, isSuperuser } = server.facts
  const named = findNamedDatabase(server.connection.parameters['dbname'], service?.hasOneDatabase ?? false)
  const facts = { server, role, named, ...answer, listed }
  const others = backup.cluster !== undefined && isSuperuser ? ['postgres'] : []
  return inspectDatabases(
    { ...facts, existing: new Map() },
    backup,
    named === undefined ? others : [...others, named],
  )
}

/**
 * Looks into the databases that have the names of those of the backup.
 * @param others names of further ones
 */
export async function inspectDatabases(
  target: RestoreTarget,
  backup: CheckedBackup,
  others: readonly string[] = [],
): Promise<RestoreTarget> {
  const wanted = new Set([...backup.databases.map((database) => database.target), ...others])
  const existing = new Map(target.existing)
  for (const { name, ...facts } of target.listed) {
    if (!wanted.has(name) || existing.has(name)) continue
    const objects = await countObjects(target.server, name)
    existing.set(name, { ...facts, ...objects, keeps: await tryHandOver(target, { name, ...facts }) })
  }
  return { ...target, existing }
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
  const request = { ...inputs, needsDatabase: false, purpose: 'restore' } as const
  const server = await openServer(request, run)
  const needed = neededClientMajor(backup.manifest)
  if (needed === undefined || server.client.major >= needed || inputs.postgresVersion !== undefined)
    return server
  return openServer({ ...request, postgresVersion: needed }, run)
}

const readServerAnswer = readObject({
  mayCreateDatabases: readBoolean,
  mayCreateRoles: readBoolean,
  roles: readArray(readName),
  tablespaces: readArray(readName),
  databases: readArray(
    readObject({
      name: readName,
      isOwner: readBoolean,
      isTemplate: readBoolean,
      sessions: readCount,
      lastingSessions: readCount,
    }),
  ),
})

/**
 * Sessions of clients; only who may see more than the role of others' sessions is told what kind they are. Those of this
 * run's own psql, which may take a moment to end, do not count.
 */
const sessionsOfDatabase = `select count(*) from pg_stat_activity a where a.datid = d.oid and usesysid is not null
  and coalesce(backend_type, 'client backend') = 'client backend'
  and application_name is distinct from current_setting('application_name')`

const serverQuery = `select json_build_object(
  'mayCreateDatabases', (select rolsuper or rolcreatedb from pg_roles where rolname = current_user),
  'mayCreateRoles', (select rolsuper or rolcreaterole from pg_roles where rolname = current_user),
  'roles', (select json_agg(rolname) from pg_roles),
  'tablespaces', (select json_agg(spcname) from pg_tablespace),
  'databases', (select json_agg(json_build_object(
    'name', datname,
    'isOwner', pg_has_role(datdba, 'USAGE'),
    'isTemplate', datistemplate,
    'sessions', (${sessionsOfDatabase}),
    'lastingSessions', (${sessionsOfDatabase} and not (${mayEndSession}))
  )) from pg_database d))`

async function askServer(server: OpenServer): Promise<ReadBy<typeof readServerAnswer>> {
  const failing = 'The server was not asked what it holds'
  return askJson(server, { database: server.facts.database, sql: serverQuery, failing }, readServerAnswer)
}

/**
 * PURE. Asks a database what it holds, of the connecting role's and of others.
 *
 * Oids from 16384 on are those of objects that were made after initdb (access/transam.h: FirstNormalObjectId). Also
 * later somebody may have imported the system's collations.
 */
export function makeObjectsQuery(service: HostingService | undefined): string {
  const serviceSchemas = ['information_schema', ...(service?.schemas ?? [])].map(quoteLiteral).join(', ')
  return `with made as (
    select 'pg_class'::regclass as catalog, oid, relname::text as name, relnamespace as space, relowner as owner from pg_class
    union all select 'pg_proc'::regclass, oid, proname::text, pronamespace, proowner from pg_proc
      where oid not in (${functionsOfTypes})
    union all select 'pg_type'::regclass, oid, typname::text, typnamespace, typowner from pg_type
      where typrelid = 0 and typcategory <> 'A'
    union all select 'pg_namespace'::regclass, oid, nspname::text, oid, nspowner from pg_namespace n
      where nspname <> 'public' and not exists (select from pg_extension where extnamespace = n.oid)
    union all select * from (
      select 'pg_operator'::regclass, oid, oprname::text, oprnamespace as space, oprowner from pg_operator
      union all select 'pg_opclass'::regclass, oid, opcname::text, opcnamespace, opcowner from pg_opclass
      union all select 'pg_opfamily'::regclass, oid, opfname::text, opfnamespace, opfowner from pg_opfamily
      union all select 'pg_collation'::regclass, oid, collname::text, collnamespace, collowner from pg_collation
      union all select 'pg_conversion'::regclass, oid, conname::text, connamespace, conowner from pg_conversion
      union all select 'pg_ts_config'::regclass, oid, cfgname::text, cfgnamespace, cfgowner from pg_ts_config
      union all select 'pg_ts_dict'::regclass, oid, dictname::text, dictnamespace, dictowner from pg_ts_dict
    ) in_schema where space <> 'pg_catalog'::regnamespace
    union all select 'pg_foreign_server'::regclass, oid, srvname::text, null, srvowner from pg_foreign_server
    union all select 'pg_largeobject'::regclass, oid, 'large object ' || oid, null, lomowner from pg_largeobject_metadata
    union all select 'pg_event_trigger'::regclass, oid, evtname::text, null, evtowner from pg_event_trigger
    union all select 'pg_publication'::regclass, oid, pubname::text, null, pubowner from pg_publication
    union all select 'pg_subscription'::regclass, oid, subname::text, null, subowner from pg_subscription
      where subdbid = (select oid from pg_database where datname = current_database())
    union all select 'pg_default_acl'::regclass, oid, 'default privileges of ' || pg_get_userbyid(defaclrole), null, defaclrole
      from pg_default_acl
  ), known as (
    select catalog, name, pg_has_role(owner, 'USAGE') and not exists (
      select from pg_namespace n where n.oid = space and nspname in (${serviceSchemas})) as is_own
    from made where (oid >= 16384 or catalog = 'pg_largeobject'::regclass)
      and not exists (select from pg_namespace n where n.oid = space and nspname ~ '^pg_(toast|temp)')
      and not exists (select from pg_depend where classid = catalog and objid = made.oid and deptype = 'e')
  ), mine as (select name, catalog in ('pg_namespace'::regclass, 'pg_event_trigger'::regclass, 'pg_publication'::regclass,
      'pg_subscription'::regclass, 'pg_default_acl'::regclass) as is_prepared from known where is_own),
  own as (select name from mine where not is_prepared),
  other as (select name from known where not is_own
    union all select 'extension ' || extname from pg_extension
      where oid >= 16384 and extname not in (${makeCreatableQuery(service)}))
  select json_build_object('objects', (select count(*) from own),
    'examples', coalesce((select json_agg(name) from (select name from own order by name limit 3) first), '[]'),
    'isPrepared', exists (select from mine where is_prepared),
    'others', (select count(*) from other),
    'otherExamples', coalesce((select json_agg(name) from (select name from other order by name limit 3) first), '[]'))`
}

const readObjects = readObject({
  objects: readCount,
  examples: readArray(readText),
  isPrepared: readBoolean,
  others: readCount,
  otherExamples: readArray(readText),
})

/**
 * Hands over to itself what belongs to a database, and takes it back: the server alone knows what a role may set, and no
 * superuser need ask.
 * @returns why it cannot be
 */
async function tryHandOver(
  { server, mayCreateDatabases }: RestoreTarget,
  { name, isOwner }: Pick<ListedDatabase, 'name' | 'isOwner'>,
): Promise<string | undefined> {
  if (server.facts.isSuperuser || !mayCreateDatabases || !isOwner) return undefined
  const failing = `The database "${name}" was not asked whether a new one can take its place`
  const sql = `BEGIN;\n${makeHandOverBlock(name, name)}\nROLLBACK;`
  try {
    await runSql(server, { database: server.facts.database, sql, failing })
    return undefined
  } catch (error) {
    const why = error instanceof BackupError ? error.explanation.why : ''
    if (error instanceof BackupError && (error.code === 'PGB_PERMISSION' || why.includes('ERROR: ')))
      return why
    throw error
  }
}

async function countObjects(server: OpenServer, database: string): Promise<ReadBy<typeof readObjects>> {
  const failing = `The database "${database}" was not asked whether it is empty`
  return askJson(server, { database, sql: makeObjectsQuery(server.facts.service), failing }, readObjects)
}
