import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from '../../postgres/client/find-clients.ts'
import { openConnection } from '../../postgres/connection/open-connection.ts'
import { runSql, type Session } from '../../postgres/psql.ts'
import { inspectServer } from '../../postgres/server.ts'
import { quoteIdentifier } from '../../postgres/sql/quote.ts'
import { removeTree } from '../../process/remove-tree.ts'
import type { Run } from '../../step/run.ts'
import type { Containment } from './sandbox/find-containment.ts'
import { makeSandboxDirectories } from './sandbox/sandbox.ts'
import type { ScratchServer } from './scratch-server.ts'
import { serveSandboxed } from './serve-sandboxed.ts'
import { serveUncontained } from './serve-uncontained.ts'
import { makeServerEnvironment, type ServerPrograms } from './server-programs.ts'

/** What a throw-away cluster is made of. */
export interface LocalClusterOptions {
  readonly programs: ServerPrograms
  readonly containment: Containment
  readonly client: Client
  /** The source's first superuser, which dumps refer to. */
  readonly superuser: string
  /** Directory in which it gets one of its own. */
  readonly parent: string
  /** Tablespaces of the source, which dumps refer to by name. */
  readonly tablespaces: readonly string[]
}

/** It holds nothing that must outlive a crash, runs no code by itself, and logs no data. */
const settings: Readonly<Record<string, string>> = {
  listen_addresses: '',
  huge_pages: 'off',
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  autovacuum: 'off',
  jit: 'off',
  max_locks_per_transaction: '1024',
  maintenance_work_mem: '128MB',
  log_min_error_statement: 'panic',
}

/**
 * Starts a cluster of our own: on a socket in a private directory only, contained as well as can be, and ending with us.
 * Where nothing contains it, files are restored by a role that is no superuser.
 * @throws BackupError PGB_VERIFY
 */
export async function startLocalCluster(options: LocalClusterOptions, run: Run): Promise<ScratchServer> {
  const { programs, containment } = options
  const base = await realpath(await mkdtemp(join(options.parent, 'pgb-')))
  run.discardAtEnd(base)
  await makeSandboxDirectories(base)
  const tablespaceDirectories = await makeTablespaces(options.tablespaces, base)
  const isContained = containment.kind === 'sandbox'
  // Uncontained, the source's superuser is a role like any other.
  const superuser = isContained ? options.superuser : makeName('admin')
  const assignments = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const request = { programs, base, superuser, settings: ['-p', '5432', ...assignments] }
  const stop = isContained
    ? await serveSandboxed(containment.sandbox, request, run)
    : await serveUncontained(containment.account, request, run)
  const connect = (user: string): Promise<Session> => openSession(base, user, options.client, run)
  const session = await connect(superuser)
  const restorer = isContained ? session : await connect(await createRestorer(session))
  const facts = await inspectServer(restorer, true)
  return {
    session,
    restorer: { ...restorer, facts },
    maintenance: 'postgres',
    major: programs.major,
    isThrowAway: true,
    isContained,
    tablespaceDirectories,
    stop: async () => {
      await stop()
      await removeTree(base)
    },
  }
}

async function openSession(base: string, user: string, client: Client, run: Run): Promise<Session> {
  const environment = makeServerEnvironment(run)
  // No password of the user's own passfile is for this server.
  const passfile = join(run.privateDirectory, 'no-passfile')
  const parameters = { host: join(base, 'socket'), port: '5432', user, dbname: 'postgres', passfile }
  const connection = await openConnection(parameters, { directory: run.privateDirectory, environment })
  return { connection, client, signal: run.signal }
}

/** @returns the name of a new role without any right */
async function createRestorer(session: Session): Promise<string> {
  const name = makeName('restorer')
  const failing = 'The scratch server for `verify: restore` got no role that restores'
  await runSql(session, {
    database: 'postgres',
    sql: `CREATE ROLE ${quoteIdentifier(name)} LOGIN`,
    failing,
  })
  return name
}

function makeName(purpose: string): string {
  return `postgres_backup_${purpose}_${randomBytes(6).toString('hex')}`
}

async function makeTablespaces(names: readonly string[], base: string): Promise<ReadonlyMap<string, string>> {
  const places = new Map(names.map((name, index) => [name, join(base, 'cluster', `tablespace-${index + 1}`)]))
  for (const place of places.values()) await mkdir(place, { mode: 0o700 })
  return places
}
