import type { IncomingMessage } from 'node:http'
import { azureError, readText, Refusal } from './results-service-reply.ts'
import type { Reply } from './results-service-reply.ts'
import type { Store, StoredArtifact } from './results-service-store.ts'

const maximumBlocks = 50_000

function authenticate(url: URL, store: Store, purpose: string): StoredArtifact {
  const artifact = store.byId(Number(url.pathname.split('/').at(-1)))
  const query = url.searchParams
  if (artifact === undefined || query.get('sig') !== artifact.signature || query.get('sp') !== purpose) {
    throw new Refusal(azureError(403, 'AuthenticationFailed'))
  }
  return artifact
}

async function putBlock(
  request: IncomingMessage,
  url: URL,
  artifact: StoredArtifact,
  store: Store,
): Promise<Reply> {
  const blockId = url.searchParams.get('blockid') ?? ''
  const sameLength = [...artifact.blocks.keys()].every((other) => other.length === blockId.length)
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(blockId) || blockId.length > 88 || !sameLength) {
    throw new Refusal(azureError(400, 'InvalidBlobOrBlock'))
  }
  const size = await store.putBlock(artifact, blockId, request)
  if (request.headers['content-length'] !== String(size))
    throw new Refusal(azureError(400, 'InvalidHeaderValue'))
  return { status: 201 }
}

async function putBlockList(
  request: IncomingMessage,
  artifact: StoredArtifact,
  store: Store,
): Promise<Reply> {
  const xml = await readText(request)
  const ids = [...xml.matchAll(/<(?:Latest|Uncommitted)>([^<]+)<\/(?:Latest|Uncommitted)>/g)].map(
    (m) => m[1] ?? '',
  )
  if (
    !xml.includes('<BlockList>') ||
    ids.length > maximumBlocks ||
    !ids.every((id) => artifact.blocks.has(id))
  ) {
    throw new Refusal(azureError(400, 'InvalidBlockList'))
  }
  artifact.contentType = String(request.headers['x-ms-blob-content-type'] ?? 'application/octet-stream')
  await store.commit(artifact, ids)
  return { status: 201, headers: { etag: '"1"' } }
}

/** Answers one call of the blob storage: a block, a block list, or a download by its signed URL. */
export async function answerBlob(request: IncomingMessage, url: URL, store: Store): Promise<Reply> {
  if (request.method === 'GET') {
    const artifact = authenticate(url, store, 'r')
    const disposition = `attachment; filename="${encodeURIComponent(artifact.name)}.zip"`
    const headers = { 'content-type': artifact.contentType, 'content-disposition': disposition }
    const { range } = request.headers
    return { status: 200, headers, file: artifact.path, ...(range === undefined ? {} : { range }) }
  }
  const artifact = authenticate(url, store, 'w')
  if (request.method !== 'PUT' || request.headers['x-ms-version'] === undefined) {
    throw new Refusal(azureError(400, 'UnsupportedHeader'))
  }
  if (artifact.state === 'finalized') throw new Refusal(azureError(409, 'BlobImmutableDueToPolicy'))
  const comp = url.searchParams.get('comp')
  if (comp === 'block') return putBlock(request, url, artifact, store)
  if (comp === 'blocklist') return putBlockList(request, artifact, store)
  throw new Refusal(azureError(400, 'UnsupportedQueryParameter'))
}
