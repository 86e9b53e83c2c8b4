import { dirname } from 'node:path'
import { BackupError } from '../../errors.ts'
import { chooseClient } from './choose-client.ts'
import type { ClientContext } from './client-context.ts'
import { describeKnownHoles, majorOfVersionNumber } from './version.ts'
import { findClients } from './find-clients.ts'
import type { Client } from './find-clients.ts'
import { installClient } from './install.ts'
import type { InstallFailure } from './install.ts'

/** The version of a server, as it tells it. */
export interface ServerVersion {
  /** `server_version_num`, as in 150018. */
  readonly versionNumber: number
  /** `server_version`, as in `15.18`. */
  readonly version: string
}

/**
 * Installs a client where there is none at all, for without one the server cannot be asked for its version:
 * the requested major version, else the one that the system itself offers.
 * @throws {BackupError} PGB_CLIENT
 */
export async function provideFirstClient(context: ClientContext): Promise<readonly Client[]> {
  const major = context.requestedMajor
  const failure = await installClient(major, context)
  const clients = failure === undefined ? await findClients(context) : []
  if (clients.length > 0) return clients
  const what = `There is no PostgreSQL client ${major === undefined ? '' : `${major} `}on this machine`
  throw refuseInstallation(what, 'psql and pg_dump were not found', failure, context)
}

/**
 * The client that fits the server: an installed one of its major version, else a newly installed one, else, with a
 * warning, a newer one that is there. Never an older one.
 * @throws {BackupError} PGB_CLIENT
 */
export async function provideClient(
  server: ServerVersion,
  clients: readonly Client[],
  context: ClientContext,
): Promise<Client> {
  const serverMajor = majorOfVersionNumber(server.versionNumber)
  const demand = { serverMajor, requestedMajor: context.requestedMajor }
  const decision = chooseClient(clients, demand)
  if (decision.kind === 'refuse') throw refuseVersion(server, serverMajor, decision.requestedMajor)
  if (decision.kind === 'exact') return acceptClient(decision.client, server, context)
  const failure = await installClient(decision.major, context)
  const installed = chooseClient(await findClients(context), demand)
  if (installed.kind === 'exact') return acceptClient(installed.client, server, context)
  if (decision.otherwise === undefined) {
    const what = `No PostgreSQL client ${decision.major} for the server, which is PostgreSQL ${server.version}`
    throw refuseInstallation(what, describePresence(clients), failure, context)
  }
  context.log.warning(
    `PostgreSQL client ${decision.major} could not be installed: ${explainFailure(failure)}.`,
  )
  return acceptClient(decision.otherwise, server, context)
}

/** Says once what is not ideal about the client. */
function acceptClient(client: Client, server: ServerVersion, context: ClientContext): Client {
  const { log, warned } = context
  const serverMajor = majorOfVersionNumber(server.versionNumber)
  log.info(`PostgreSQL client ${client.version} (${dirname(client.pgDump)}) for server ${server.version}`)
  if (client.major > serverMajor) {
    log.warning(
      `The client, PostgreSQL ${client.version}, is newer than the server, PostgreSQL ${server.version}: ` +
        `such a dump may not restore into PostgreSQL ${serverMajor}.`,
      'Client newer than server',
    )
  }
  const holes = describeKnownHoles(client)
  if (holes !== undefined && !warned.has(client.version)) {
    warned.add(client.version)
    log.warning(`${holes}.`, 'Outdated PostgreSQL client')
  }
  return client
}

function refuseVersion(server: ServerVersion, serverMajor: number, requestedMajor: number): BackupError {
  return new BackupError('PGB_CLIENT', {
    what: `PostgreSQL client ${requestedMajor}, which postgres-version asks for, cannot be used`,
    why: `the server is PostgreSQL ${server.version}, and pg_dump refuses a server newer than itself`,
    whatToDo: `Set postgres-version to auto, or to ${serverMajor}`,
  })
}

function refuseInstallation(
  what: string,
  presence: string,
  failure: InstallFailure | undefined,
  { requestedMajor }: ClientContext,
): BackupError {
  const other = requestedMajor === undefined ? '' : ', or set postgres-version to auto'
  const place = failure?.mayInstall === false ? 'as root, or in the image' : 'in a step before this one'
  const command = failure?.byHand === undefined ? '' : `; the command is: ${failure.byHand}`
  return new BackupError('PGB_CLIENT', {
    what,
    why: `${presence}, and it could not be installed: ${explainFailure(failure)}`,
    whatToDo: `Install it ${place}${other}${command}`,
  })
}

function explainFailure(failure: InstallFailure | undefined): string {
  return failure?.why ?? 'the packages were installed, but no client of that version was found afterwards'
}

function describePresence(clients: readonly Client[]): string {
  const versions = [...new Set(clients.map(({ version }) => version))].join(', ')
  return versions === '' ? 'this machine has no client' : `this machine has ${versions}`
}
