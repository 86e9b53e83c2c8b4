import { tmpdir } from 'node:os'
import { BackupError } from '../../errors.ts'
import { majorOfVersionNumber } from '../../postgres/client/version.ts'
import { openConnection, resolveConnectionParameters } from '../../postgres/connection/open-connection.ts'
import type { OpenServer } from '../../postgres/open-server.ts'
import { runSql, type Session } from '../../postgres/psql.ts'
import { buildTransactionPoolerError, isTransactionPooler } from '../../postgres/connection/pooler.ts'
import { inspectServer } from '../../postgres/server.ts'
import type { Run } from '../../step/run.ts'
import { formatBytes } from '../../units.ts'
import type { BackupInputs } from '../../backup/inputs.ts'
import type { BackupPlan } from '../../backup/plan.ts'
import { memoryDirectory, readFreeMemory } from '../../free-space.ts'
import type { ScratchServer } from './scratch-server.ts'
import { startLocalCluster } from './local-cluster.ts'
import { refuseUnrestorable } from '../omissions.ts'
import { findContainment, type Containment } from './find-containment.ts'
import { findServerPrograms, withoutServer, type ServerPrograms } from './server-programs.ts'
import { createRoles, readClusterFacts } from './cluster-facts.ts'

/** The scratch servers of one backup. */
export interface Scratch {
  /** For databases; undefined when the backup holds none. */
  readonly shared: ScratchServer | undefined
  /** Starts an empty throw-away cluster, for files of a whole cluster; undefined where none can be started. */
  readonly startFresh: (() => Promise<ScratchServer>) | undefined
  stop(): Promise<void>
}

/** Bytes of an empty cluster with its log. */
const clusterOverhead = 300e6
/** Bytes that a path may have so that a socket fits below it (unix(7): 107 for all). */
const longestSocketDirectory = 80

/**
 * Runs a task with the scratch servers that `verify: restore` needs, and stops them however it ends.
 * @throws BackupError PGB_INPUT, PGB_VERIFY, PGB_ENCRYPT, PGB_DISK, or what connecting to `verify-url` throws
 */
export async function withScratch<T>(
  setting: { plan: BackupPlan; inputs: BackupInputs; server: OpenServer; run: Run },
  task: (scratch: Scratch | undefined) => Promise<T>,
): Promise<T> {
  const { plan, inputs, server, run } = setting
  if (inputs.verify !== 'restore') return task(undefined)
  refuseUnrestorable(inputs.options, plan.files)
  const scratch = await openScratch(plan, inputs, server, run)
  try {
    return await task(scratch)
  } finally {
    await scratch.stop()
  }
}

/**
 * Provides the scratch servers before anything is dumped.
 * @throws BackupError PGB_VERIFY, PGB_ENCRYPT, PGB_DISK, or what connecting to `verify-url` throws
 */
async function openScratch(
  plan: BackupPlan,
  inputs: BackupInputs,
  server: OpenServer,
  run: Run,
): Promise<Scratch> {
  const facts = await readClusterFacts(server)
  const kinds = new Set(plan.files.map(({ kind }) => kind))
  const isWhole = kinds.has('cluster')
  const isNeeded = inputs.verifyUrl === undefined || isWhole || kinds.has('globals')
  const local = isNeeded ? await findLocal(inputs, server, isWhole, run) : undefined
  const start =
    local === undefined
      ? undefined
      : async (): Promise<ScratchServer> => {
          const parent = await chooseParent(plan, inputs)
          const { superuser, tablespaces } = facts
          return startLocalCluster({ ...local, client: server.client, superuser, parent, tablespaces }, run)
        }
  const isMissing = isWhole || (kinds.has('database') && inputs.verifyUrl === undefined)
  if (start === undefined && isMissing) throw refuseMissing(server, isWhole)
  if (local?.containment.kind === 'none' && isWhole) throw refuseWhole()
  const shared = kinds.has('database')
    ? await (inputs.verifyUrl === undefined ? start?.() : openGivenServer(inputs.verifyUrl, server, run))
    : undefined
  if (shared !== undefined) await createRoles(shared, facts, run)
  // Files of a whole cluster make superusers, which only a sandbox can hold.
  const startFresh = local?.containment.kind === 'sandbox' ? start : undefined
  return { shared, startFresh, stop: async () => shared?.stop() }
}

/**
 * The programs of a server on this machine, and how it can be contained.
 * @returns undefined where there are none, or where `verify-url` does and they cannot be contained
 * @throws BackupError PGB_VERIFY where they are needed and cannot be contained
 */
async function findLocal(
  { verifyUrl, allowUnsandboxed }: BackupInputs,
  { client }: OpenServer,
  isWhole: boolean,
  run: Run,
): Promise<{ programs: ServerPrograms; containment: Containment } | undefined> {
  const programs = await findServerPrograms(client, run)
  if (programs === undefined) return undefined
  try {
    return { programs, containment: await findContainment(programs, allowUnsandboxed, run) }
  } catch (error) {
    if (verifyUrl === undefined || isWhole || !(error instanceof BackupError)) throw error
    return undefined
  }
}

/** No variable of libpq may lead there, nor may the source's password go there. */
async function openGivenServer(url: string, server: OpenServer, run: Run): Promise<ScratchServer> {
  const environment = withoutServer(run.environment)
  const inputs = { url, user: undefined, password: undefined, sslRootCert: undefined }
  const parameters = resolveConnectionParameters(inputs, environment)
  if (isTransactionPooler(parameters)) throw buildTransactionPoolerError(parameters)
  const oldestClient = server.client.major
  const connection = await openConnection(parameters, {
    directory: run.privateDirectory,
    environment,
    oldestClient,
  })
  run.protect(connection.secrets)
  const session = { connection, client: server.client, signal: run.signal }
  const { versionNumber, version, database: maintenance } = await inspectServer(session, false)
  await warnOfSuperuser(session, maintenance, run)
  if (majorOfVersionNumber(versionNumber) < majorOfVersionNumber(server.facts.versionNumber)) {
    throw new BackupError('PGB_VERIFY', {
      what: 'The server of "verify-url" cannot take the backup',
      why: `it is PostgreSQL ${version}, older than the source (${server.facts.version})`,
      whatToDo: 'Name a server of the same major version or a newer one',
    })
  }
  const major = majorOfVersionNumber(versionNumber)
  const stop = (): Promise<void> => Promise.resolve()
  const kind = { isThrowAway: false, isContained: false, tablespaceDirectories: new Map<string, string>() }
  return { session, restorer: session, maintenance, major, ...kind, stop }
}

async function warnOfSuperuser(session: Session, database: string, { log }: Run): Promise<void> {
  const failing = 'The scratch server was not asked for the rights of its role'
  const sql = "select pg_catalog.current_setting('is_superuser')"
  if ((await runSql(session, { database, sql, failing })) !== 'on') return
  log.warning(
    'The role of "verify-url" is a superuser: the code that the dump brings along (functions in indexes and checks, ' +
      'rules, triggers, views) runs with its rights there, and can start programs on that machine. Name a server that ' +
      'holds nothing else.',
    'verify-url as a superuser',
  )
}

/** In memory for an encrypted backup, so that no plaintext reaches a disk. */
async function chooseParent(plan: BackupPlan, inputs: BackupInputs): Promise<string> {
  if (inputs.encryption === undefined) return tmpdir().length > longestSocketDirectory ? '/tmp' : tmpdir()
  const free = await readFreeMemory()
  const needed = plan.files.reduce((sum, { sizeOnServer }) => sum + (sizeOnServer ?? 0), clusterOverhead)
  if (free !== undefined && free >= needed) return memoryDirectory
  const why =
    free === undefined
      ? 'this system has no memory file system, and a scratch server on a disk would hold the plaintext'
      : `its plaintext must stay in memory, where ${formatBytes(free)} are free of the ${formatBytes(needed)} needed`
  throw new BackupError(free === undefined ? 'PGB_ENCRYPT' : 'PGB_DISK', {
    what: 'An encrypted backup cannot be restored here for `verify: restore`',
    why,
    whatToDo: 'Name a scratch server in "verify-url", or use `verify: decode`',
  })
}

function refuseWhole(): BackupError {
  return new BackupError('PGB_VERIFY', {
    what: 'A backup of the whole cluster cannot be restored here for `verify: restore`',
    why: 'it makes superusers, and nothing here can contain what they may do',
    whatToDo: 'Run the job where a sandbox can be had, use `verify: decode`, or back up with "databases"',
  })
}

function refuseMissing({ client }: OpenServer, isCluster: boolean): BackupError {
  const other = isCluster ? 'back up with "databases"' : 'name a scratch server in "verify-url"'
  return new BackupError('PGB_VERIFY', {
    what: 'There is no scratch server for `verify: restore`',
    why: `no PostgreSQL server (initdb and postgres) of version ${client.major} or newer is installed here`,
    whatToDo: `Install it in an earlier step, as in "sudo apt-get install -y postgresql-${client.major}", or ${other}`,
  })
}
