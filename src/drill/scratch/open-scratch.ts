import { tmpdir } from 'node:os'
import { BackupError } from '../../errors.ts'
import { majorOfVersionNumber } from '../../postgres/client/version.ts'
import { openConnection, resolveConnectionParameters } from '../../postgres/connection/open-connection.ts'
import type { OpenServer } from '../../postgres/open-server.ts'
import { buildTransactionPoolerError, isTransactionPooler } from '../../postgres/connection/pooler.ts'
import { inspectServer } from '../../postgres/server.ts'
import type { Run } from '../../step/run.ts'
import { formatBytes } from '../../units.ts'
import type { BackupInputs } from '../../backup/inputs.ts'
import type { BackupPlan } from '../../backup/plan.ts'
import { readFreeBytes } from '../../backup/dump/space.ts'
import type { ScratchServer } from './scratch-server.ts'
import { startLocalCluster } from './local-cluster.ts'
import { refuseUnrestorable } from '../omissions.ts'
import { findServerPrograms, withoutServer } from './server-programs.ts'
import { createRoles, readClusterFacts } from './cluster-facts.ts'

/** The scratch servers of one backup. */
export interface Scratch {
  /** For databases; undefined when the backup holds none. */
  readonly shared: ScratchServer | undefined
  /** Starts an empty throw-away cluster, for files of a whole cluster; undefined where none can be started. */
  readonly startFresh: (() => Promise<ScratchServer>) | undefined
  stop(): Promise<void>
}

const memoryDirectory = '/dev/shm'
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
  const programs = await findServerPrograms(server.client, run)
  const facts = await readClusterFacts(server)
  const startFresh =
    programs === undefined
      ? undefined
      : async (): Promise<ScratchServer> => {
          const parent = await chooseParent(plan, inputs)
          const { superuser, tablespaces } = facts
          return startLocalCluster({ programs, client: server.client, superuser, parent, tablespaces }, run)
        }
  const kinds = new Set(plan.files.map(({ kind }) => kind))
  const isMissing = kinds.has('cluster') || (kinds.has('database') && inputs.verifyUrl === undefined)
  if (startFresh === undefined && isMissing) throw refuseMissing(server, kinds.has('cluster'))
  const shared = kinds.has('database')
    ? await (inputs.verifyUrl === undefined ? startFresh?.() : openGivenServer(inputs.verifyUrl, server, run))
    : undefined
  if (shared !== undefined) await createRoles(shared, facts, run)
  return { shared, startFresh, stop: async () => shared?.stop() }
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
  if (majorOfVersionNumber(versionNumber) < majorOfVersionNumber(server.facts.versionNumber)) {
    throw new BackupError('PGB_VERIFY', {
      what: 'The server of "verify-url" cannot take the backup',
      why: `it is PostgreSQL ${version}, older than the source (${server.facts.version})`,
      whatToDo: 'Name a server of the same major version or a newer one',
    })
  }
  const major = majorOfVersionNumber(versionNumber)
  const stop = (): Promise<void> => Promise.resolve()
  return { session, maintenance, major, isThrowAway: false, tablespaceDirectories: new Map(), stop }
}

/** In memory for an encrypted backup, so that no plaintext reaches a disk. */
async function chooseParent(plan: BackupPlan, inputs: BackupInputs): Promise<string> {
  if (inputs.encryption === undefined) return tmpdir().length > longestSocketDirectory ? '/tmp' : tmpdir()
  const free = await readFreeBytes(memoryDirectory)
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

function refuseMissing({ client }: OpenServer, isCluster: boolean): BackupError {
  const other = isCluster ? 'back up with "databases"' : 'name a scratch server in "verify-url"'
  return new BackupError('PGB_VERIFY', {
    what: 'There is no scratch server for `verify: restore`',
    why: `no PostgreSQL server (initdb and postgres) of version ${client.major} or newer is installed here`,
    whatToDo: `Install it in an earlier step, as in "sudo apt-get install -y postgresql-${client.major}", or ${other}`,
  })
}
