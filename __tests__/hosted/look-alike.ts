import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  clientEnvironment,
  quoteConninfo,
  quoteIdentifier,
  runPsql,
  startCluster,
} from '../support/postgres/cluster.ts'
import type { Cluster } from '../support/postgres/cluster.ts'
import { findClient } from '../support/postgres/server-binaries.ts'
import type { Major } from '../support/postgres/server-binaries.ts'
import { makeServerTree } from './server-tree.ts'
import type { Service } from './services.ts'

/** A server that is to its user what a hosting service's is. */
export interface LookAlike {
  readonly cluster: Cluster
  readonly service: Service
  /** The role that the service gives its user, and the database that its URL names. */
  readonly user: string
  readonly database: string
  /** The URL that the service shows its user. */
  readonly url: (database?: string) => string
  /** Runs SQL as that user. */
  readonly run: (sql: string, variables?: Record<string, string>) => Promise<string>
  /** Opens sessions that stay until the end, as the service or the application does. */
  readonly openSessions: (role: 'service' | 'user', count: number) => Promise<void>
  readonly stop: () => Promise<void>
}

export interface LookAlikeOptions {
  /** Default: 15. */
  readonly major?: Major
  /** `false` for a fresh instance, as the service hands it over. */
  readonly hasApplication: boolean
}

const userPassword = "us:er's/pw"
/** A second role of the application, which a fresh instance does not have. */
export const readerName = 'the "reader"'

/** Starts a cluster, and lays a service's roles, databases and objects, and by default the application, in it. */
export async function startLookAlike(service: Service, options: LookAlikeOptions): Promise<LookAlike> {
  const { hasApplication, major = 15 } = options
  const { freshAddress } = service
  const fresh = { ...(freshAddress !== undefined && { database: freshAddress }), ...service.fresh }
  const { user, database } = hasApplication ? service : { ...service, ...fresh }
  const cluster = await startCluster({
    major,
    superuser: service.superuser,
    ...(service.isPlain === true
      ? {}
      : { binDirectory: await makeServerTree(major, service.extensions ?? []) }),
    settings: service.settings,
    hba: service.closed.map((name) => `host ${name} all 127.0.0.1/32 reject`),
  })
  const lookAlike = addMethods({ cluster, service, user, database })
  const booleans = { hasApplication: String(hasApplication), isMaster: String(user === 'postgres') }
  try {
    await cluster.psql('postgres', await readScript(service.script), {
      ...{ user, database, password: userPassword },
      ...booleans,
    })
    if (hasApplication) await layApplication(lookAlike)
    await lookAlike.openSessions('service', service.serviceSessions)
    return lookAlike
  } catch (error) {
    await lookAlike.stop()
    throw error
  }
}

async function layApplication({ service, run }: LookAlike): Promise<void> {
  const variables = service.hasReader ? { reader: readerName } : {}
  if (service.hasReader) await run(`CREATE ROLE ${quoteIdentifier(readerName)}`)
  await run(await readScript('application'), variables)
  if (service.extraScripts !== undefined) await run(await readScript(service.extraScripts.application))
}

/** Runs the migration that breaks half-way, as the user. */
export async function breakDatabase({ service, run }: LookAlike): Promise<void> {
  await run(await readScript('migration'))
  if (service.extraScripts !== undefined) await run(await readScript(service.extraScripts.migration))
}

function readScript(name: string): Promise<string> {
  return readFile(join(import.meta.dirname, 'sql', `${name}.sql`), 'utf8')
}

type Values = Pick<LookAlike, 'cluster' | 'service' | 'user' | 'database'>

function addMethods(values: Values): LookAlike {
  const { cluster, user, database } = values
  const sessions: ChildProcess[] = []
  return {
    ...values,
    url: (name = database) => cluster.url(name, { user, password: userPassword }),
    run: (sql, variables) =>
      runPsql({ ...cluster, user: values.user, password: userPassword }, values.database, sql, variables),
    openSessions: async (role, count) => {
      for (let opened = 0; opened < count; opened += 1) sessions.push(await openSession(values, role))
    },
    stop: async () => {
      for (const session of sessions) session.stdin?.end()
      await cluster.stop()
    },
  }
}

function environmentOf({ cluster, user }: Values, role: 'service' | 'user'): Record<string, string> {
  const environment = { ...clientEnvironment(cluster), PGOPTIONS: '-c client_min_messages=error' }
  return role === 'service' ? environment : { ...environment, PGUSER: user, PGPASSWORD: userPassword }
}

/** A session that has answered once and then waits, outside of a transaction. */
function openSession(values: Values, role: 'service' | 'user'): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const args = ['-X', '-q', '-A', '-t', '-w', '-d', quoteConninfo('dbname', values.database)]
    const child = spawn(join(findClient(), 'psql'), args, { stdio: 'pipe', env: environmentOf(values, role) })
    child.stdout.once('data', () => {
      resolve(child)
    })
    child.stdin.on('error', () => undefined)
    child.once('error', reject)
    child.once('exit', () => {
      reject(new Error('A session ended before it had answered'))
    })
    child.stdin.write('select 1;\n')
  })
}
