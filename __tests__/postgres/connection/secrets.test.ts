import { describe, expect, it } from '@jest/globals'
import { listParameterSecrets, listSecrets } from '../../../src/postgres/connection/secrets.ts'

const list = (url: string | undefined, password?: string, environment = {}) =>
  listSecrets({ url, user: 'someuser', password, sslRootCert: undefined }, environment)

describe('listSecrets', () => {
  it('lists url, raw, decoded and escaped forms, and no user name', () => {
    const url = 'postgres://someuser:p%40s%3As%27%5C@h/d?sslpassword=k%20y'
    const secrets = list(url)
    expect(secrets).toEqual(
      expect.arrayContaining([
        url,
        'p%40s%3As%27%5C',
        "p@s:s'\\",
        "p@s\\:s'\\\\",
        "p@s:s\\'\\\\",
        'k%20y',
        'k y',
      ]),
    )
    expect(secrets).not.toContain('someuser')
  })

  it.each([
    ['postgres://someuser:p@ss/w@h/d', ['p', 'p@ss/w']],
    ['postgres://someuser:p%ss@h/d', ['p%ss']],
    ["host=h password = 'a\\' b' x", ["a\\' b"]],
    ['host=h password=a\\ b user=x y', ['a\\ b']],
    ['host=h password=abc', ['abc']],
    ["password='never closed", ['never closed']],
    ['oauth_client_secret=abc', ['abc']],
  ])('finds the secrets of %j, malformed or not', (url, expected) => {
    expect(list(url)).toEqual(expect.arrayContaining([url, ...expected]))
  })

  it('lists what stands in a connection string in the place of a name', () => {
    const user = 'postgres://u:p%40ss@h/d'
    const inputs = { url: undefined, user, password: undefined, sslRootCert: undefined }
    expect(listSecrets(inputs, {})).toEqual(expect.arrayContaining([user, 'p%40ss', 'p@ss']))
    expect(list(undefined, undefined, { PGDATABASE: user })).toEqual(expect.arrayContaining([user, 'p@ss']))
  })

  it('lists the password input and PGPASSWORD', () => {
    expect(list(undefined, 'a:b', { PGPASSWORD: 'c:d' })).toEqual(
      expect.arrayContaining(['a:b', 'a\\:b', 'a%3Ab', 'c:d', 'c\\:d']),
    )
    expect(list(undefined)).toEqual([])
  })

  it('lists what others make of it: percent-encoded in lower case, and with + for a blank', () => {
    const secrets = list(undefined, 'a b/Z+')
    expect(secrets).toEqual(
      expect.arrayContaining(['a%20b%2FZ%2B', 'a%20b%2fZ%2b', 'a+b%2FZ%2B', 'a+b%2fZ%2b']),
    )
  })
})

describe('listParameterSecrets', () => {
  it('knows each secret parameter', () => {
    expect(
      listParameterSecrets({
        user: 'u',
        password: 'pw',
        sslpassword: 'sp',
        scram_client_key: 'ck',
        host: 'h',
      }),
    ).toEqual(['pw', 'sp', 'ck'])
  })
})
