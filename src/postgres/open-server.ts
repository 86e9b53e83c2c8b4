import { findClients, type Client } from './client/find-clients.ts'
import { postgresqlAptRepository, type ClientContext } from './client/client-context.ts'
import { provideClient, provideFirstClient } from './client/provide-client.ts'
import {
  openConnection,
  resolveConnectionParameters,
  type Connection,
  type ConnectionInputs,
} from './connection/open-connection.ts'
import { buildTransactionPoolerError, isTransactionPooler } from './connection/pooler.ts'
import { selectToolEnvironment } from './connection/tool-environment.ts'
import { inspectServer, type ServerFacts } from './server.ts'
import type { Environment } from '../process/pipeline.ts'
import type { Run } from '../step/run.ts'

export interface ServerRequest {
  readonly connection: ConnectionInputs
  /** Major version of the client; undefined matches the server. */
  readonly postgresVersion: number | undefined
  readonly allowTransactionPooler: boolean
  /** Whether the connection's own database must exist. */
  readonly needsDatabase: boolean
}

/** A server that answered, with the client that fits it. */
export interface OpenServer {
  readonly connection: Connection
  readonly client: Client
  readonly facts: ServerFacts
  readonly signal: AbortSignal
}

/**
 * Connects, asks the server for its version, and provides the client for it.
 * @throws BackupError PGB_EMPTY_SECRET, PGB_URL, PGB_INPUT, PGB_CLIENT, PGB_CONNECT, PGB_AUTH, PGB_NO_DATABASE
 */
export async function openServer(request: ServerRequest, run: Run): Promise<OpenServer> {
  const parameters = resolveConnectionParameters(request.connection, run.environment)
  if (isTransactionPooler(parameters) && !request.allowTransactionPooler) {
    throw buildTransactionPoolerError(parameters)
  }
  const connection = await openConnection(parameters, {
    directory: run.privateDirectory,
    environment: run.environment,
    ...(request.connection.sslRootCert === undefined ? {} : { sslRootCert: request.connection.sslRootCert }),
  })
  run.protect(connection.secrets)
  const context = makeClientContext(request, run)
  const found = await findClients(context)
  const clients = found.length > 0 ? found : await provideFirstClient(context)
  const newest = clients.at(-1) as Client
  const { signal } = run
  const facts = await inspectServer({ connection, client: newest, signal }, request.needsDatabase)
  return { connection, client: await provideClient(facts, clients, context), facts, signal }
}

function makeClientContext(request: ServerRequest, run: Run): ClientContext {
  return {
    environment: {
      ...selectToolEnvironment(run.environment),
      ...selectInstallerEnvironment(run.environment),
    },
    path: run.environment['PATH'] ?? '',
    platform: process.platform,
    signal: run.signal,
    log: run.log,
    requestedMajor: request.postgresVersion,
    warned: new Set(),
    root: '/',
    aptRepository: postgresqlAptRepository,
  }
}

/** What package managers and the search for clients need of the outside; psql and pg_dump never get it. */
function selectInstallerEnvironment(environment: Run['environment']): Environment {
  const names = /^(https?_proxy|no_proxy|programfiles|pgbin|runner_tool_cache|homebrew_prefix)$/i
  const entries = Object.entries(environment).filter(
    ([name, value]) => names.test(name) && value !== undefined,
  )
  return Object.fromEntries(entries) as Environment
}
