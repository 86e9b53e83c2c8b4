import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { checkPublicUpload, readRepositoryVisibility } from '../../src/github/repository.ts'
import type { UploadPolicy, Visibility } from '../../src/github/repository.ts'
import { startResultsService } from '../support/results-service.ts'
import type { ResultsService } from '../support/results-service.ts'

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

async function read(event: unknown, repository = 'octo/shop', token?: string): Promise<Visibility> {
  const apiUrl = service.environment['GITHUB_API_URL'] ?? ''
  return readRepositoryVisibility({ event, repository, token: token ?? service.token, apiUrl })
}

describe('readRepositoryVisibility', () => {
  it.each<[object, Visibility]>([
    [{ visibility: 'public', private: false }, 'public'],
    [{ visibility: 'private', private: true }, 'private'],
    [{ visibility: 'internal', private: true }, 'internal'],
    [{ private: true }, 'private'],
    [{ private: false }, 'public'],
    [{ visibility: 'private', full_name: 'octo/shop' }, 'private'],
  ])('reads %j in the payload as %s, without asking', async (repository, expected) => {
    const before = service.calls().length
    expect(await read({ repository })).toBe(expected)
    expect(service.calls()).toHaveLength(before)
  })

  it.each([
    [undefined],
    [null],
    ['text'],
    [{}],
    [{ repository: null }],
    [{ repository: { private: 'yes' } }],
  ])('asks the API when the payload is %j', async (event) => {
    expect(await read(event)).toBe('internal')
  })

  it('asks the API when the payload is about another repository', async () => {
    const event = { repository: { full_name: 'octo/shop', visibility: 'private' } }
    expect(await read(event, 'octo/open')).toBe('public')
  })

  it.each(['octo/unauthorized', 'octo/forbidden', 'octo/missing', 'nonsense'])(
    'does not know %s',
    async (name) => {
      expect(await read({}, name)).toBe('unknown')
    },
  )

  it('does not know it when nobody answers, or nonsense is answered', async () => {
    const query = { event: {}, repository: 'octo/shop', token: undefined }
    expect(await readRepositoryVisibility({ ...query, apiUrl: 'http://127.0.0.1:9' })).toBe('unknown')
    service.fail({ step: 'api', kind: 500, times: 1 })
    expect(await read({})).toBe('unknown')
    expect(await read({}, 'octo/shop', 'wrong token')).toBe('unknown')
  })
})

describe('checkPublicUpload', () => {
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
    expect(checkPublicUpload(visibility, { ...policy, ...changes })).toBeUndefined()
  })

  it.each<[Visibility, Partial<UploadPolicy>, RegExp]>([
    ['internal', {}, /internal.*`age-recipients`/],
    ['public', { allowPublicPlaintext: true }, /Anyone signed in/],
    ['unknown', { allowPublicPlaintext: true }, /Anyone signed in/],
  ])('lets %s with %j pass with a warning', (visibility, changes, words) => {
    expect(checkPublicUpload(visibility, { ...policy, ...changes })).toMatch(words)
  })

  it('refuses a public repository, and says how to help', () => {
    expect(() => checkPublicUpload('public', policy)).toThrow(
      /is public.*`age-recipients`.*`upload: false`.*`allow-public-plaintext: true`.*PGB_PUBLIC/,
    )
  })

  it('refuses an unknown one, and names the permission', () => {
    expect(() => checkPublicUpload('unknown', policy)).toThrow(
      /nothing tells.*`permissions: contents: read`.*`allow-public-plaintext: true`.*PGB_PUBLIC/,
    )
  })
})
