import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { StoredRepository, StoredRun } from './results-service-api.ts'
import { createFaults } from './results-service-faults.ts'
import type { FaultRule } from './results-service-faults.ts'
import { handle } from './results-service-routes.ts'
import type { State } from './results-service-routes.ts'
import { createStore } from './results-service-store.ts'
import type { Seed, StoredArtifact } from './results-service-store.ts'

/** What a test may choose. */
export interface ResultsServiceOptions {
  /** `owner/name` of the repository that the run belongs to; default `octo/shop`, private. */
  readonly repository?: string
  /** Its visibility. */
  readonly visibility?: 'public' | 'private' | 'internal'
  /** GITHUB_RUN_ID; default 4711. */
  readonly runId?: number
}

/** A finished artifact, its zip on disk until `close()`. */
export interface FinishedArtifact {
  readonly id: number
  readonly name: string
  readonly path: string
  readonly size: number
  /** Hex SHA-256 of the zip. */
  readonly digest: string
  readonly expiresAt: Date | undefined
}

/** The running stand-in for GitHub's results service, its blob storage and a small part of its REST API. */
export interface ResultsService {
  /** What a runner would put into the environment of the action. */
  readonly environment: Readonly<Record<string, string>>
  /** The token that the REST API accepts. */
  readonly token: string
  artifacts(): FinishedArtifact[]
  /** The bytes of an artifact's zip. */
  read(name: string): Promise<Buffer>
  /** Every request so far, as `STEP` or `STEP STATUS`, in the order of arrival. */
  calls(): readonly string[]
  fail(rule: FaultRule): void
  setRepository(fullName: string, repository: StoredRepository): void
  /** What a run is; without it, a nightly one of `main`. */
  setRun(id: number, run: Partial<StoredRun>): void
  seed(seed: Seed): Promise<FinishedArtifact>
  /** Forgets faults, calls, runs and artifacts, and ends the connections that hang. */
  reset(): void
  close(): Promise<void>
}

function createToken(backendIds: { run: string; job: string }): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { scp: `Actions.Example Actions.Results:${backendIds.run}:${backendIds.job}`, exp: 4e9 }
  return `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.signature`
}

function environmentOf(state: State): Record<string, string> {
  return {
    ACTIONS_RESULTS_URL: `${state.origin}/`,
    ACTIONS_RUNTIME_TOKEN: state.runtimeToken,
    GITHUB_API_URL: `${state.origin}/api/v3`,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: state.repository,
    GITHUB_RUN_ID: String(state.runId),
    GITHUB_RETENTION_DAYS: '90',
    NO_PROXY: '127.0.0.1',
  }
}

function finishedOf(artifact: StoredArtifact): FinishedArtifact {
  const { id, name, size, digest, expiresAt } = artifact
  return { id, name, path: artifact.path, size, digest, expiresAt }
}

function createState(options: ResultsServiceOptions, directory: string): State {
  const repository = options.repository ?? 'octo/shop'
  const backendIds = { run: randomUUID(), job: randomUUID() }
  return {
    store: createStore(directory),
    faults: createFaults(),
    repositories: new Map([[repository, { visibility: options.visibility ?? 'private' }]]),
    runs: new Map(),
    runtimeToken: createToken(backendIds),
    apiToken: `ghs_${randomUUID().replaceAll('-', '')}`,
    repository,
    runId: options.runId ?? 4711,
    backendIds,
    log: [],
    hanging: new Set(),
    origin: '',
  }
}

/** Starts the service on a free port of 127.0.0.1. Wrong use of the protocol is refused as GitHub refuses it. */
export async function startResultsService(options: ResultsServiceOptions = {}): Promise<ResultsService> {
  const directory = await mkdtemp(path.join(tmpdir(), 'results-service-'))
  const state = createState(options, directory)
  const server = createServer((request, response) => {
    handle(request, response, state).catch(() => request.socket.destroy())
  })
  server.requestTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  state.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const artifacts = (): FinishedArtifact[] =>
    state.store.all.filter((artifact) => artifact.state === 'finalized').map(finishedOf)
  return {
    environment: environmentOf(state),
    token: state.apiToken,
    artifacts,
    read: (name) =>
      readFile(artifacts().find((artifact) => artifact.name === name)?.path ?? `no artifact ${name}`),
    calls: () => [...state.log],
    fail: (rule) => {
      state.faults.add(rule)
    },
    setRepository: (fullName, repository) => {
      state.repositories.set(fullName, repository)
    },
    setRun: (id, run) => {
      state.runs.set(id, run)
    },
    seed: async (seed) => finishedOf(await state.store.seed(seed, state)),
    reset() {
      state.faults.clear()
      for (const socket of state.hanging) socket.destroy()
      state.hanging.clear()
      state.log.length = 0
      state.runs.clear()
      state.store.all.length = 0
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(directory, { recursive: true, force: true })
    },
  }
}
