import { tmpdir } from 'node:os'
import { BackupError } from '../../errors.ts'
import { memoryDirectory, readFreeMemory } from '../../free-space.ts'
import type { Client } from '../../postgres/client/find-clients.ts'
import type { ServerVersion } from '../../postgres/client/provide-client.ts'
import { majorOfVersionNumber } from '../../postgres/client/version.ts'
import { openConnection, resolveConnectionParameters } from '../../postgres/connection/open-connection.ts'
import { refuseTransactionPooler, isTransactionPooler } from '../../postgres/connection/pooler.ts'
import { runSql, type Session } from '../../postgres/psql.ts'
import { inspectServer } from '../../postgres/server.ts'
import type { Run } from '../../step/run.ts'
import { formatBytes } from '../../units.ts'
import { findContainment, type Containment } from './sandbox/find-containment.ts'
import type { ScratchServer } from './scratch-server.ts'
import { findServerPrograms, withoutServer, type ServerPrograms } from './server-programs.ts'

/** What the user says of scratch servers. */
export interface ScratchInputs {
  readonly verifyUrl: string | undefined
  readonly allowUnsandboxed: boolean
}

/** Bytes of an empty cluster with its log. */
const clusterOverhead = 300e6
/** Bytes that a path may have so that a socket fits below it (unix(7): 107 for all). */
const longestSocketDirectory = 80

/**
 * The programs of a server on this machine, and how it can be contained.
 * @returns undefined where there are none, or where `verify-url` does and they cannot be contained
 * @throws BackupError PGB_VERIFY where they are needed and cannot be contained
 */
export async function findLocal(
  { verifyUrl, allowUnsandboxed }: ScratchInputs,
  client: Client,
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

/**
 * The server of `verify-url`. No variable of libpq may lead there, nor may the source's password go there.
 * @throws BackupError PGB_VERIFY for one that is older than the source, or what connecting throws
 */
export async function openGivenServer(
  url: string,
  { client, source }: { client: Client; source: ServerVersion },
  run: Run,
): Promise<ScratchServer> {
  const environment = withoutServer(run.environment)
  const inputs = { url, user: undefined, password: undefined, sslRootCert: undefined }
  const parameters = resolveConnectionParameters(inputs, environment)
  if (isTransactionPooler(parameters)) throw refuseTransactionPooler(parameters)
  const oldestClient = client.major
  const connection = await openConnection(parameters, {
    directory: run.privateDirectory,
    environment,
    oldestClient,
  })
  run.protect(connection.secrets)
  const session = { connection, client, signal: run.signal }
  const facts = await inspectServer(session, false)
  const { versionNumber, version, database: maintenance } = facts
  await warnOfSuperuser(session, maintenance, run)
  if (majorOfVersionNumber(versionNumber) < majorOfVersionNumber(source.versionNumber)) {
    throw new BackupError('PGB_VERIFY', {
      what: 'The server of "verify-url" cannot take the backup',
      why: `it is PostgreSQL ${version}, older than the source (${source.version})`,
      whatToDo: 'Name a server of the same major version or a newer one',
    })
  }
  const major = majorOfVersionNumber(versionNumber)
  const stop = (): Promise<void> => Promise.resolve()
  const kind = { isThrowAway: false, isContained: false, tablespaceDirectories: new Map<string, string>() }
  return { session, restorer: { ...session, facts }, maintenance, major, ...kind, stop }
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

/**
 * In memory for an encrypted backup, so that no plaintext reaches a disk.
 * @param bytes of all that is restored
 * @throws BackupError PGB_ENCRYPT, PGB_DISK
 */
export async function chooseParent(isEncrypted: boolean, bytes: number): Promise<string> {
  if (!isEncrypted) return tmpdir().length > longestSocketDirectory ? '/tmp' : tmpdir()
  const free = await readFreeMemory()
  const needed = bytes + clusterOverhead
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

/** The error where no server is installed that could be started. */
export function refuseMissing(client: Client, isCluster: boolean): BackupError {
  const other = isCluster ? 'back up with "databases"' : 'name a scratch server in "verify-url"'
  return new BackupError('PGB_VERIFY', {
    what: 'There is no scratch server for `verify: restore`',
    why: `no PostgreSQL server (initdb and postgres) of version ${client.major} or newer is installed here`,
    whatToDo: `Install it in an earlier step, as in "sudo apt-get install -y postgresql-${client.major}", or ${other}`,
  })
}
