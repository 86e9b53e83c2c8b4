import { findClients, type Client } from './client/find-clients.ts'
import { postgresqlAptRepository, type ClientContext } from './client/client-context.ts'
import { provideClient, provideFirstClient } from './client/provide-client.ts'
import {
  openConnection,
  resolveConnectionParameters,
  type Connection,
  type ConnectionInputs,
} from './connection/open-connection.ts'
import { refuseTransactionPooler, isTransactionPooler } from './connection/pooler.ts'
import { selectToolEnvironment } from './connection/tool-environment.ts'
import type { AcceptedLogin } from './failure/expired-login.ts'
import { inspectServer, type ServerFacts } from './server.ts'
import { chooseConnection, standardStringsSince, withStandardStrings } from './standard-strings.ts'
import type { Environment } from '../process/command.ts'
import type { Log } from '../github/log.ts'

export interface ServerRequest {
  readonly connection: ConnectionInputs
  /** Major version of the client; undefined matches the server. */
  readonly postgresVersion: number | undefined
  readonly allowTransactionPooler: boolean
  /** Whether the connection's own database must exist. */
  readonly needsDatabase: boolean
  readonly purpose: AcceptedLogin['purpose']
}

/** The machine from which a server is opened. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  readonly log: Log
  /** Gets the files that hand the connection over; nobody else may read it. */
  readonly privateDirectory: string
  /** Hides secrets in all that is said from now on, but those that are pieces of what must be shown. */
  protect(secrets: readonly string[], shown?: readonly string[]): void
}

/** A server that answered, with the client that fits it. */
export interface OpenServer {
  readonly connection: Connection
  readonly client: Client
  readonly facts: ServerFacts
  readonly signal: AbortSignal
  /** As in {@link Session}. */
  readonly accepted?: AcceptedLogin
}

/**
 * Connects, asks the server for its version, and provides the client for it.
 * @throws BackupError PGB_EMPTY_SECRET, PGB_URL, PGB_INPUT, PGB_CLIENT, PGB_CONNECT, PGB_AUTH, PGB_NO_DATABASE
 */
export async function openServer(request: ServerRequest, surroundings: Surroundings): Promise<OpenServer> {
  const parameters = resolveConnectionParameters(request.connection, surroundings.environment)
  if (isTransactionPooler(parameters) && !request.allowTransactionPooler) {
    throw refuseTransactionPooler(parameters)
  }
  const context = makeClientContext(request, surroundings)
  const found = await findClients(context)
  const options = {
    oldestClient: found[0]?.major,
    directory: surroundings.privateDirectory,
    environment: surroundings.environment,
    ...(request.connection.sslRootCert === undefined ? {} : { sslRootCert: request.connection.sslRootCert }),
  }
  const connection = await openConnection(parameters, options)
  const names = [connection.parameters['user'], connection.database].filter((name) => name !== undefined)
  surroundings.protect(connection.secrets, names)
  const clients = found.length > 0 ? found : await provideFirstClient(context)
  const newest = clients.at(-1) as Client
  const { signal } = surroundings
  const facts = await inspectServer({ connection, client: newest, signal }, request.needsDatabase)
  const accepted = { at: performance.now(), purpose: request.purpose }
  if (facts.service !== undefined)
    surroundings.log.info(`The server is one of ${facts.service.name}, by what it says of itself`)
  const client = await provideClient(facts, clients, context)
  const server = { connection, client, facts, signal, accepted }
  const isDumpedAsItIs = request.purpose !== 'backup' || client.major >= standardStringsSince
  if (isDumpedAsItIs || !facts.mayEscapeInStrings) return server
  const standard = await openConnection(withStandardStrings(parameters), options)
  const { database } = facts
  return {
    ...server,
    connection: await chooseConnection(server, standard, { database, log: surroundings.log }),
  }
}

/** What finding and installing a client needs to know. */
export function makeClientContext(
  request: Pick<ServerRequest, 'postgresVersion'>,
  surroundings: Omit<Surroundings, 'privateDirectory' | 'protect'>,
): ClientContext {
  return {
    environment: {
      ...selectToolEnvironment(surroundings.environment),
      ...selectInstallerEnvironment(surroundings.environment),
    },
    path: surroundings.environment['PATH'] ?? '',
    platform: process.platform,
    signal: surroundings.signal,
    log: surroundings.log,
    requestedMajor: request.postgresVersion,
    warned: new Set(),
    root: '/',
    aptRepository: postgresqlAptRepository,
  }
}

/** What package managers and the search for clients need of the outside; psql and pg_dump never get it. */
function selectInstallerEnvironment(environment: Surroundings['environment']): Environment {
  const names = /^(https?_proxy|no_proxy|programfiles|pgbin|runner_tool_cache|homebrew_prefix)$/i
  const entries = Object.entries(environment).filter(
    ([name, value]) => names.test(name) && value !== undefined,
  )
  return Object.fromEntries(entries) as Environment
}
