import { json, Refusal } from './results-service-reply.ts'
import type { Reply } from './results-service-reply.ts'
import type { Store, StoredArtifact } from './results-service-store.ts'

/** Who calls, and where the store is. */
export interface TwirpContext {
  readonly store: Store
  readonly repository: string
  readonly runId: number
  readonly backendIds: { readonly run: string; readonly job: string }
  readonly blobUrl: (artifact: StoredArtifact, purpose: 'upload' | 'download') => string
}

type Message = Readonly<Record<string, unknown>>
type Method = (message: Message, context: TwirpContext) => Reply

const forbiddenInNames = /[":<>|*?\r\n\\/]/
const IDS = ['workflow_run_backend_id', 'workflow_job_run_backend_id']

/** The answer that Twirp gives to a refused call. */
export function twirpError(status: number, code: string, msg: string): Reply {
  return json(status, { code, msg })
}

function refuse(status: number, code: string, msg: string): never {
  throw new Refusal(twirpError(status, code, msg))
}

function text(message: Message, key: string): string {
  const value = message[key]
  if (typeof value !== 'string' || value === '') refuse(400, 'invalid_argument', `${key} is required`)
  return value
}

function optional(message: Message, key: string): string | undefined {
  return message[key] === undefined ? undefined : text(message, key)
}

function checkFields(message: Message, allowed: readonly string[]): void {
  const unknown = Object.keys(message).filter((key) => !IDS.includes(key) && !allowed.includes(key))
  if (unknown.length > 0) refuse(400, 'malformed', `unknown fields: ${unknown.join(', ')}`)
}

function checkIds(message: Message, context: TwirpContext): void {
  const own = [context.backendIds.run, context.backendIds.job]
  if (IDS.some((key, index) => text(message, key) !== own[index])) {
    refuse(403, 'permission_denied', 'the token is for another run or job')
  }
}

function checkName(name: string): string {
  if (forbiddenInNames.test(name)) {
    refuse(400, 'invalid_argument', `the artifact name is not valid: ${name}`)
  }
  return name
}

function finished(name: string, context: TwirpContext): StoredArtifact {
  const artifact = context.store.find(name, context.runId)
  if (artifact?.state !== 'finalized') refuse(404, 'not_found', `artifact not found: ${name}`)
  return artifact
}

const createArtifact: Method = (message, context) => {
  checkFields(message, ['name', 'version', 'expires_at', 'mime_type'])
  const name = checkName(text(message, 'name'))
  if (message['version'] !== 7 && message['version'] !== 4) refuse(400, 'invalid_argument', 'unknown version')
  const expiresAt = optional(message, 'expires_at')
  if (expiresAt !== undefined && !(Date.parse(expiresAt) > Date.now())) {
    refuse(400, 'invalid_argument', 'expires_at must lie in the future')
  }
  if (context.store.find(name, context.runId) !== undefined) {
    refuse(409, 'already_exists', 'an artifact with this name already exists on the workflow run')
  }
  const artifact = context.store.create(name, context.repository, context.runId)
  artifact.expiresAt = expiresAt === undefined ? undefined : new Date(expiresAt)
  return json(200, { ok: true, signed_upload_url: context.blobUrl(artifact, 'upload') })
}

const finalizeArtifact: Method = (message, context) => {
  checkFields(message, ['name', 'size', 'hash'])
  const artifact = context.store.find(text(message, 'name'), context.runId)
  if (artifact === undefined) refuse(404, 'not_found', 'finalize before create')
  if (artifact.state !== 'committed') refuse(400, 'failed_precondition', `artifact is ${artifact.state}`)
  if (text(message, 'size') !== String(artifact.size))
    refuse(400, 'invalid_argument', 'size differs from the blob')
  if (text(message, 'hash') !== `sha256:${artifact.digest}`) {
    refuse(400, 'invalid_argument', 'hash differs from the blob')
  }
  artifact.state = 'finalized'
  return json(200, { ok: true, artifact_id: String(artifact.id) })
}

const listArtifacts: Method = (message, context) => {
  checkFields(message, ['name_filter', 'id_filter'])
  const name = optional(message, 'name_filter')
  const id = optional(message, 'id_filter')
  const artifacts = context.store.all
    .filter(
      (artifact) => artifact.runId === context.runId && artifact.state === 'finalized' && !artifact.expired,
    )
    .filter((artifact) => name === undefined || artifact.name === name)
    .filter((artifact) => id === undefined || String(artifact.id) === id)
    .map((artifact) => ({
      workflow_run_backend_id: context.backendIds.run,
      workflow_job_run_backend_id: context.backendIds.job,
      database_id: String(artifact.id),
      name: artifact.name,
      size: String(artifact.size),
      created_at: artifact.createdAt.toISOString(),
      digest: `sha256:${artifact.digest}`,
    }))
  return json(200, { artifacts })
}

const getSignedArtifactUrl: Method = (message, context) => {
  checkFields(message, ['name'])
  return json(200, { signed_url: context.blobUrl(finished(text(message, 'name'), context), 'download') })
}

const deleteArtifact: Method = (message, context) => {
  checkFields(message, ['name'])
  const { id } = finished(text(message, 'name'), context)
  context.store.remove(id)
  return json(200, { ok: true, artifact_id: String(id) })
}

const METHODS: Readonly<Record<string, Method>> = {
  CreateArtifact: createArtifact,
  FinalizeArtifact: finalizeArtifact,
  ListArtifacts: listArtifacts,
  GetSignedArtifactURL: getSignedArtifactUrl,
  DeleteArtifact: deleteArtifact,
}

/** Answers one call of the results service's artifact interface. */
export function answerTwirp(method: string, body: string, context: TwirpContext): Reply {
  const handler = METHODS[method] ?? refuse(404, 'bad_route', `no such method: ${method}`)
  const message = JSON.parse(body) as Message
  checkIds(message, context)
  return handler(message, context)
}
