import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { checkPublicUpload, readRepositoryVisibility } from '../../src/github/repository.ts'
import type { KnownVisibility, UploadPolicy, Visibility } from '../../src/github/repository.ts'
import { startResultsService } from '../support/github/results-service.ts'
import type { ResultsService } from '../support/github/results-service.ts'

let service: ResultsService
beforeAll(async () => {
  service = await startResultsService({ visibility: 'internal' })
  service.setRepository('octo/open', { visibility: 'public' })
  service.setRepository('octo/unauthorized', { status: 401 })
  service.setRepository('octo/forbidden', { status: 403 })
})
afterAll(async () => {
  await service.close()
})

async function read(event: unknown, repository = 'octo/shop', token?: string): Promise<KnownVisibility> {
  const apiUrl = service.environment['GITHUB_API_URL'] ?? ''
  return readRepositoryVisibility({ event, repository, token: token ?? service.token, apiUrl })
}

function repositoryOf(visibility: Visibility): object {
  return { repository: { visibility } }
}

describe('readRepositoryVisibility', () => {
  it.each([
    [undefined],
    [null],
    ['text'],
    [{}],
    [{ repository: null }],
    [{ repository: { private: 'yes' } }],
    [repositoryOf('private')],
    [repositoryOf('internal')],
  ])('asks the API, whatever the payload %j says', async (event) => {
    expect(await read(event)).toEqual({ visibility: 'internal', why: undefined })
  })

  it('knows that the repository became public since the run began', async () => {
    expect(await read(repositoryOf('private'), 'octo/open')).toEqual({ visibility: 'public', why: undefined })
  })

  it('takes the wider audience of two, and says so', async () => {
    const known = await read(repositoryOf('public'))
    expect(known.visibility).toBe('public')
    expect(known.why).toMatch(/event .* says public, though GitHub says internal .* a new run/)
  })

  it('leaves a payload about another repository aside', async () => {
    const event = { repository: { full_name: 'octo/else', visibility: 'public' } }
    expect((await read(event)).visibility).toBe('internal')
  })

  it.each<[object, Visibility]>([
    [{ visibility: 'public', private: false }, 'public'],
    [{ visibility: 'private', private: true }, 'private'],
    [{ visibility: 'internal', private: true }, 'internal'],
    [{ private: true }, 'private'],
    [{ private: false }, 'public'],
    [{ visibility: 'private', full_name: 'octo/forbidden' }, 'private'],
  ])('reads the payload %j as %s where the API gives no answer', async (repository, expected) => {
    expect(await read({ repository }, 'octo/forbidden')).toEqual({ visibility: expected, why: undefined })
  })

  it.each([
    ['octo/unauthorized', /does not take `github-token` \(status 401\)/],
    ['octo/forbidden', /status 403/],
    ['octo/missing', /there is no repository octo\/missing \(status 404\)/],
    ['nonsense', /status 404/],
  ])('does not know %s, and says why', async (name, why) => {
    expect(await read({}, name)).toEqual({ visibility: 'unknown', why: expect.stringMatching(why) })
  })

  it('does not know it when nobody answers, or nonsense is answered, and says why', async () => {
    const query = { event: {}, repository: 'octo/shop', token: undefined }
    const nobody = await readRepositoryVisibility({ ...query, apiUrl: 'http://127.0.0.1:9' })
    expect(nobody).toEqual({ visibility: 'unknown', why: expect.stringMatching(/gave no answer/) })
    service.fail({ step: 'api', kind: 500, times: 1 })
    expect((await read({})).why).toMatch(/status 500/)
    expect((await read({}, 'octo/shop', 'wrong token')).why).toMatch(/status 401/)
  })
})

describe('checkPublicUpload', () => {
  const known = (visibility: Visibility): KnownVisibility => ({ visibility, why: undefined })
  const policy: UploadPolicy = { upload: true, encrypted: false, allowPublicPlaintext: false }

  it.each<[Visibility, Partial<UploadPolicy>]>([
    ['private', {}],
    ['public', { encrypted: true }],
    ['public', { upload: false }],
    ['internal', { encrypted: true }],
    ['internal', { upload: false }],
    ['unknown', { encrypted: true }],
    ['unknown', { upload: false }],
  ])('lets %s with %j pass silently', (visibility, changes) => {
    expect(checkPublicUpload(known(visibility), { ...policy, ...changes })).toBeUndefined()
  })

  it.each<[Visibility, Partial<UploadPolicy>, RegExp]>([
    ['internal', {}, /internal.*`age-recipients`/],
    ['public', { allowPublicPlaintext: true }, /Anyone signed in/],
    ['unknown', { allowPublicPlaintext: true }, /Anyone signed in/],
  ])('lets %s with %j pass with a warning', (visibility, changes, words) => {
    expect(checkPublicUpload(known(visibility), { ...policy, ...changes })).toMatch(words)
  })

  it('refuses a public repository, and says how to help', () => {
    expect(() => checkPublicUpload(known('public'), policy)).toThrow(
      /is public.*`age-recipients`.*`upload: false`.*`allow-public-plaintext: true`.*PGB_PUBLIC/,
    )
  })

  it('refuses an unknown one, and names the permission', () => {
    expect(() => checkPublicUpload({ visibility: 'unknown', why: 'no answer' }, policy)).toThrow(
      /nothing tells .* public \(no answer\), .*`permissions: contents: read`.*`allow-public-plaintext: true`.*PGB_PUBLIC/,
    )
  })
})
