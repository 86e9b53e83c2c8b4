import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { BackupError } from '../../errors.ts'
import type { Client } from '../../postgres/client/find-clients.ts'
import { openConnection } from '../../postgres/connection/open-connection.ts'
import { quoteTool } from '../../postgres/psql.ts'
import { runPipeline } from '../../process/pipeline.ts'
import type { Command } from '../../process/command.ts'
import type { Run } from '../../step/run.ts'
import { chooseAccount, type Account } from './account.ts'
import type { ScratchServer } from './scratch-server.ts'
import { makeServerEnvironment, type ServerPrograms } from './server-programs.ts'

/** What a throw-away cluster is made of. */
export interface LocalClusterOptions {
  readonly programs: ServerPrograms
  readonly client: Client
  /** Name of its first superuser: that of the source, so that dumps find theirs. */
  readonly superuser: string
  /** Directory in which it gets one of its own. */
  readonly parent: string
  /** Tablespaces of the source, which dumps refer to by name. */
  readonly tablespaces: readonly string[]
}

/** Milliseconds until a new server must take connections. */
const startTimeout = 30_000
const pollInterval = 25

/** It holds nothing that must outlive a crash, runs no code by itself, and logs no data. */
const settings: Readonly<Record<string, string>> = {
  listen_addresses: '',
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
 * Starts a cluster of our own: on a socket in a private directory only, in a process group that ends with us.
 * @throws BackupError PGB_VERIFY
 */
export async function startLocalCluster(options: LocalClusterOptions, run: Run): Promise<ScratchServer> {
  const account = chooseAccount(run.environment['PATH'] ?? '')
  const directory = await mkdtemp(join(options.parent, 'pgb-'))
  run.discardAtEnd(directory)
  await account.give(directory)
  const environment = makeServerEnvironment(run)
  const data = join(directory, 'data')
  const initdb = {
    path: options.programs.initdb,
    args: [
      ...['-D', data, '-U', options.superuser, '--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C'],
    ],
  }
  const made = await runPipeline([account.wrap(initdb, directory)], { environment, signal: run.signal })
  if (made.failure !== undefined) throw refuse(made.stderr)
  const server = account.wrap(makeServerCommand(options.programs, directory), directory)
  const stop = await startServer(server, directory, run)
  const parameters = { host: directory, port: '5432', user: options.superuser, dbname: 'postgres' }
  const connection = await openConnection(parameters, { directory: run.privateDirectory, environment })
  return {
    session: { connection, client: options.client, signal: run.signal },
    maintenance: 'postgres',
    major: options.programs.major,
    isThrowAway: true,
    tablespaceDirectories: await makeTablespaces(options.tablespaces, directory, account),
    stop: async () => {
      await stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

function makeServerCommand({ postgres }: ServerPrograms, directory: string): Command {
  const assignments = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return {
    path: postgres,
    args: ['-D', join(directory, 'data'), '-k', directory, '-p', '5432', ...assignments],
  }
}

/** @returns what ends the server */
async function startServer(server: Command, directory: string, run: Run): Promise<() => Promise<void>> {
  const stopping = new AbortController()
  const signal = AbortSignal.any([run.signal, stopping.signal])
  let ended: { stderr: string } | undefined
  const running = runPipeline([server], { environment: makeServerEnvironment(run), signal }).then(
    (result) => {
      ended = result
    },
    () => {
      ended = { stderr: '' }
    },
  )
  const deadline = performance.now() + startTimeout
  while (!(await isReady(directory))) {
    run.signal.throwIfAborted()
    if (ended !== undefined) throw refuse(ended.stderr)
    if (performance.now() > deadline) throw refuse('it took no connections for 30 s')
    await sleep(pollInterval)
  }
  return async () => {
    stopping.abort()
    await running
  }
}

/** The line in which the server says that it takes connections (miscadmin.h: LOCK_FILE_LINE_PM_STATUS). */
async function isReady(directory: string): Promise<boolean> {
  const text = await readFile(join(directory, 'data', 'postmaster.pid'), 'utf8').catch(() => '')
  return text.split('\n')[7]?.trim() === 'ready'
}

async function makeTablespaces(
  names: readonly string[],
  directory: string,
  account: Account,
): Promise<ReadonlyMap<string, string>> {
  const places = new Map(names.map((name, index) => [name, join(directory, `tablespace-${index + 1}`)]))
  for (const place of places.values()) {
    await mkdir(place, { mode: 0o700 })
    await account.give(place)
  }
  return places
}

function refuse(words: string): BackupError {
  return new BackupError('PGB_VERIFY', {
    what: 'The scratch server for `verify: restore` did not start',
    why: quoteTool(words) ?? 'it ended without a word',
    whatToDo: 'Correct the cause, or name a scratch server in "verify-url"',
  })
}
