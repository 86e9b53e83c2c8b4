import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { answerApi, deleteByApi } from './results-service-api.ts'
import type { StoredRepository, StoredRun } from './results-service-api.ts'
import { answerBlob } from './results-service-blob.ts'
import type { FaultRule, Faults, Step } from './results-service-faults.ts'
import { azureError, json, readText, Refusal, send } from './results-service-reply.ts'
import type { Reply } from './results-service-reply.ts'
import type { Store, StoredArtifact } from './results-service-store.ts'
import { answerTwirp, twirpError } from './results-service-twirp.ts'

const TWIRP = '/twirp/github.actions.results.api.v1.ArtifactService/'
const STEPS: Readonly<Record<string, Step>> = {
  CreateArtifact: 'create',
  FinalizeArtifact: 'finalize',
  ListArtifacts: 'list',
  GetSignedArtifactURL: 'signed-url',
  DeleteArtifact: 'delete',
}

/** What the service knows. */
export interface State {
  readonly store: Store
  readonly faults: Faults
  readonly repositories: Map<string, StoredRepository>
  readonly runs: Map<number, Partial<StoredRun>>
  readonly runtimeToken: string
  readonly apiToken: string
  readonly repository: string
  readonly runId: number
  readonly backendIds: { run: string; job: string }
  readonly log: string[]
  /** Connections whose answer never comes. */
  readonly hanging: Set<Socket>
  origin: string
}

function findStep(request: IncomingMessage, url: URL): Step {
  if (url.pathname.startsWith(TWIRP)) return STEPS[url.pathname.slice(TWIRP.length)] ?? 'api'
  if (!url.pathname.startsWith('/blob/')) return 'api'
  if (request.method === 'GET') return 'download'
  return url.searchParams.get('comp') === 'block' ? 'block' : 'blocklist'
}

function blobUrl(state: State, artifact: StoredArtifact, purpose: 'upload' | 'download'): string {
  const rights = purpose === 'upload' ? 'w' : 'r'
  return `${state.origin}/blob/results/${artifact.id}?sv=2025-01-05&sp=${rights}&sig=${artifact.signature}`
}

async function answer(request: IncomingMessage, url: URL, state: State): Promise<Reply> {
  if (url.pathname.startsWith(TWIRP)) {
    const body = await readText(request)
    if (request.headers.authorization !== `Bearer ${state.runtimeToken}`) {
      return twirpError(401, 'unauthenticated', 'the token is not valid')
    }
    if (request.method !== 'POST' || request.headers['content-type'] !== 'application/json') {
      return twirpError(404, 'bad_route', 'only POST of JSON')
    }
    const context = {
      ...state,
      blobUrl: (artifact: StoredArtifact, purpose: 'upload' | 'download') =>
        blobUrl(state, artifact, purpose),
    }
    return answerTwirp(url.pathname.slice(TWIRP.length), body, context)
  }
  if (url.pathname.startsWith('/blob/')) return answerBlob(request, url, state.store)
  const authorization = request.headers.authorization?.replace(/^(token|bearer) /i, '')
  if (authorization !== undefined && authorization !== state.apiToken)
    return json(401, { message: 'Bad credentials' })
  const downloadUrl = (artifact: StoredArtifact): string => blobUrl(state, artifact, 'download')
  if (!url.pathname.startsWith('/api/v3/')) return json(404, { message: 'Not Found' })
  const route = url.pathname.slice('/api/v3'.length)
  if (request.method === 'DELETE') return deleteByApi(route, state.store)
  if (request.method !== 'GET') return json(404, { message: 'Not Found' })
  return answerApi(route, url.searchParams, { ...state, downloadUrl })
}

async function applyFault(
  rule: FaultRule,
  request: IncomingMessage,
  response: ServerResponse,
  state: State,
): Promise<void> {
  if (rule.kind === 'hang') {
    state.hanging.add(request.socket)
    return
  }
  if (typeof rule.kind !== 'number') {
    request.socket.resetAndDestroy()
    return
  }
  request.resume()
  await once(request, 'end')
  const isBlob = ['block', 'blocklist', 'download'].includes(rule.step)
  const message = rule.message ?? 'made to fail'
  await send(
    response,
    isBlob ? azureError(rule.kind, 'MadeToFail') : twirpError(rule.kind, 'unavailable', message),
  )
}

async function sendHalf(request: IncomingMessage, response: ServerResponse, reply: Reply): Promise<void> {
  const { size } = await stat(reply.file ?? '')
  response.writeHead(reply.status, { ...reply.headers, 'content-length': String(size) })
  const half = createReadStream(reply.file ?? '', { end: Math.floor(size / 2) })
  await pipeline(half, response, { end: false })
  setTimeout(() => request.socket.resetAndDestroy(), 50)
}

/** Answers one request, or lets it fail where a rule says so. */
export async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  state: State,
): Promise<void> {
  const url = new URL(request.url ?? '/', state.origin)
  const step = findStep(request, url)
  const rule = state.faults.take(step)
  if (rule !== undefined) state.log.push(`${step} ${rule.kind}`)
  if (rule !== undefined && rule.kind !== 'lost' && rule.kind !== 'cut') {
    await applyFault(rule, request, response, state)
    return
  }
  let reply: Reply
  try {
    reply = await answer(request, url, state)
  } catch (error) {
    reply = error instanceof Refusal ? error.reply : json(500, { msg: String(error) })
  }
  if (rule === undefined) state.log.push(reply.status < 400 ? step : `${step} ${reply.status}`)
  if (rule?.kind === 'cut') await sendHalf(request, response, reply)
  else if (rule?.kind === 'lost') request.socket.resetAndDestroy()
  else await send(response, reply)
}
