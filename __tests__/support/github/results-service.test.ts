import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { startResultsService } from './results-service.ts'
import type { ResultsService } from './results-service.ts'

const BLOCK = Buffer.from('block-1').toString('base64')
const BYTES = Buffer.from('the bytes of a zip')
const HASH = `sha256:${createHash('sha256').update(BYTES).digest('hex')}`

let service: ResultsService
beforeAll(async () => {
  service = await startResultsService()
})
afterEach(() => {
  service.reset()
})
afterAll(async () => {
  await service.close()
})

interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

function ids(): { workflow_run_backend_id: string; workflow_job_run_backend_id: string } {
  const claims = service.environment['ACTIONS_RUNTIME_TOKEN']?.split('.')[1] ?? ''
  const { scp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { scp: string }
  const [, run = '', job = ''] = scp.split(' ')[1]?.split(':') ?? []
  return { workflow_run_backend_id: run, workflow_job_run_backend_id: job }
}

async function call(method: string, message: object, headers: Record<string, string> = {}): Promise<Answer> {
  const base = service.environment['ACTIONS_RESULTS_URL'] ?? ''
  const response = await fetch(`${base}twirp/github.actions.results.api.v1.ArtifactService/${method}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${service.environment['ACTIONS_RUNTIME_TOKEN'] ?? ''}`,
      ...headers,
    },
    body: JSON.stringify({ ...ids(), ...message }),
  })
  return { status: response.status, body: (await response.json()) as Answer['body'] }
}

async function create(name = 'a'): Promise<string> {
  const { body } = await call('CreateArtifact', { name, version: 7 })
  return String(body['signed_upload_url'])
}

async function put(url: string, query: string, body: string | Buffer): Promise<number> {
  const headers = { 'x-ms-version': '2025-01-05', 'x-ms-blob-content-type': 'application/zip' }
  const response = await fetch(`${url}&${query}`, {
    method: 'PUT',
    headers,
    body: new Uint8Array(Buffer.from(body)),
  })
  await response.arrayBuffer()
  return response.status
}

async function uploadBlob(url: string): Promise<void> {
  expect(await put(url, `comp=block&blockid=${encodeURIComponent(BLOCK)}`, BYTES)).toBe(201)
  const list = `<?xml version="1.0"?><BlockList><Latest>${BLOCK}</Latest></BlockList>`
  expect(await put(url, 'comp=blocklist', list)).toBe(201)
}

async function finalize(changes: object = {}): Promise<Answer> {
  return call('FinalizeArtifact', { name: 'a', size: String(BYTES.length), hash: HASH, ...changes })
}

describe('the right order of calls', () => {
  it('stores an artifact that can be listed, downloaded and deleted', async () => {
    await uploadBlob(await create())
    expect(await finalize()).toMatchObject({ status: 200, body: { ok: true } })
    const { body } = await call('ListArtifacts', { name_filter: 'a' })
    expect(body['artifacts']).toMatchObject([{ name: 'a', size: String(BYTES.length), digest: HASH }])
    const signed = await call('GetSignedArtifactURL', { name: 'a' })
    const download = await fetch(String(signed.body['signed_url']))
    expect(Buffer.from(await download.arrayBuffer())).toEqual(BYTES)
    expect(await service.read('a')).toEqual(BYTES)
    expect((await call('DeleteArtifact', { name: 'a' })).status).toBe(200)
    expect(service.artifacts()).toEqual([])
  })

  it('is written down', async () => {
    await uploadBlob(await create())
    await finalize()
    expect(service.calls()).toEqual(['create', 'block', 'blocklist', 'finalize'])
  })
})

describe('a wrong call', () => {
  it.each<[string, number, object, Record<string, string>]>([
    ['with a wrong token', 401, { name: 'a', version: 7 }, { authorization: 'Bearer wrong' }],
    ['for another run', 403, { name: 'a', version: 7, workflow_run_backend_id: 'other' }, {}],
    ['for another job', 403, { name: 'a', version: 7, workflow_job_run_backend_id: 'other' }, {}],
    ['without a name', 400, { version: 7 }, {}],
    ['with a refused character', 400, { name: 'a:b', version: 7 }, {}],
    ['with a line end', 400, { name: 'a\nb', version: 7 }, {}],
    ['without a version', 400, { name: 'a' }, {}],
    ['with an unknown field', 400, { name: 'a', version: 7, colour: 'blue' }, {}],
    ['with an expiry in the past', 400, { name: 'a', version: 7, expires_at: '2001-01-01T00:00:00Z' }, {}],
    ['that is no JSON', 404, { name: 'a', version: 7 }, { 'content-type': 'text/plain' }],
  ])('%s is answered with %d', async (_what, status, message, headers) => {
    expect((await call('CreateArtifact', message, headers)).status).toBe(status)
  })

  it('of a name that is taken is a conflict', async () => {
    await create()
    expect((await call('CreateArtifact', { name: 'a', version: 7 })).status).toBe(409)
  })

  it('to finalize before anything is uploaded is refused', async () => {
    expect((await finalize()).status).toBe(404)
    const url = await create()
    expect((await finalize()).status).toBe(400)
    await put(url, `comp=block&blockid=${encodeURIComponent(BLOCK)}`, BYTES)
    expect((await finalize()).status).toBe(400)
    expect((await finalize({ size: '0', hash: 'sha256:' })).status).toBe(400)
  })

  it.each([[{ size: '1' }], [{ hash: `sha256:${'0'.repeat(64)}` }], [{ hash: undefined }]])(
    'to finalize with %j is refused',
    async (changes) => {
      await uploadBlob(await create())
      expect((await finalize(changes)).status).toBe(400)
      expect(service.artifacts()).toEqual([])
    },
  )

  it('to the blob storage is refused', async () => {
    const url = await create()
    expect(await put(url.replace(/sig=.*/, 'sig=wrong'), `comp=block&blockid=${BLOCK}`, BYTES)).toBe(403)
    expect(await put(url, 'comp=block&blockid=', BYTES)).toBe(400)
    expect(await put(url, 'comp=blocklist', `<BlockList><Latest>${BLOCK}</Latest></BlockList>`)).toBe(400)
    expect(await put(url, 'comp=page', BYTES)).toBe(400)
    expect((await fetch(url)).status).toBe(403)
  })

  it('does not find an unfinished artifact', async () => {
    await uploadBlob(await create())
    expect((await call('ListArtifacts', {})).body['artifacts']).toEqual([])
    expect((await call('GetSignedArtifactURL', { name: 'a' })).status).toBe(404)
  })
})

describe('a fault', () => {
  it('with a status comes as often as told, then goes', async () => {
    service.fail({ step: 'create', kind: 503, times: 2 })
    const statuses = []
    for (let count = 0; count < 3; count += 1) {
      statuses.push((await call('CreateArtifact', { name: 'a', version: 7 })).status)
    }
    expect(statuses).toEqual([503, 503, 200])
    expect(service.calls()).toEqual(['create 503', 'create 503', 'create'])
  })

  it.each([
    ['reset', 0],
    ['lost', 1],
  ] as const)('%s breaks the connection, with %d artifacts made', async (kind, made) => {
    await uploadBlob(await create())
    service.fail({ step: 'finalize', kind })
    await expect(finalize()).rejects.toThrow('fetch failed')
    expect(service.artifacts()).toHaveLength(made)
  })

  it('hang never answers', async () => {
    service.fail({ step: 'create', kind: 'hang' })
    const answered = call('CreateArtifact', { name: 'a', version: 7 }).then(
      () => 'answer',
      () => 'broken',
    )
    const quiet = new Promise((resolve) => setTimeout(resolve, 300, 'quiet'))
    expect(await Promise.race([answered, quiet])).toBe('quiet')
    service.reset()
    expect(await answered).toBe('broken')
  })
})

describe('the REST API', () => {
  async function get(route: string, token = service.token): Promise<Answer> {
    const url = `${service.environment['GITHUB_API_URL'] ?? ''}${route}`
    const response = await fetch(url, { headers: { authorization: `token ${token}` }, redirect: 'manual' })
    return { status: response.status, body: (await response.json().catch(() => ({}))) as Answer['body'] }
  }

  it('tells the visibility', async () => {
    expect((await get('/repos/octo/shop')).body).toMatchObject({ visibility: 'private', private: true })
  })

  it('refuses wrong tokens, unknown repositories and routes', async () => {
    expect((await get('/repos/octo/shop', 'wrong')).status).toBe(401)
    expect((await get('/repos/octo/unknown')).status).toBe(404)
    expect((await get('/repos/octo/shop/issues')).status).toBe(404)
  })

  it('lists artifacts newest first, by name, by run and by page', async () => {
    for (const runId of [1, 2, 3])
      await service.seed({ name: 'a', bytes: BYTES, runId, createdAt: new Date(runId) })
    await service.seed({ name: 'b', bytes: BYTES, runId: 3, createdAt: new Date(9) })
    const runs = async (route: string): Promise<unknown> => {
      const { artifacts } = (await get(`/repos/octo/shop/actions${route}`)).body
      return (artifacts as { workflow_run: { id: number } }[]).map((artifact) => artifact.workflow_run.id)
    }
    expect(await runs('/artifacts')).toEqual([3, 3, 2, 1])
    expect(await runs('/artifacts?name=a')).toEqual([3, 2, 1])
    expect(await runs('/artifacts?per_page=2&page=2')).toEqual([2, 1])
    expect(await runs('/runs/3/artifacts?name=b')).toEqual([3])
  })

  it('redirects to the zip, unless it expired', async () => {
    const { id } = await service.seed({ name: 'a', bytes: BYTES })
    const expired = await service.seed({ name: 'b', bytes: BYTES, expired: true })
    expect((await get(`/repos/octo/shop/actions/artifacts/${id}/zip`)).status).toBe(302)
    expect((await get(`/repos/octo/shop/actions/artifacts/${expired.id}/zip`)).status).toBe(410)
  })
})
