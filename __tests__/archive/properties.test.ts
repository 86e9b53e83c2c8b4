import { describe, expect, it } from '@jest/globals'
import { JsonError } from '../../src/archive/json-reader.ts'
import { parseProperties, serializeProperties, type Properties } from '../../src/archive/properties.ts'

const database = {
  name: 'a\nb "c" ü',
  owner: 'App',
  encoding: 'UTF8',
  locale: { provider: 'icu', collate: 'C', ctype: 'C', locale: 'de', icuRules: '&V << w' },
  tablespace: 'pg_default',
  connectionLimit: -1,
  allowsConnections: true,
  isTemplate: false,
  comment: 'two\nlines',
  privileges: [{ grantee: null, privilege: 'CONNECT', grantable: false }],
  settings: [
    { role: null, name: 'app.key', value: 's3cr3t' },
    { role: '__proto__', name: 'search_path', value: '"$user", public' },
  ],
} as const

const sparse = {
  ...database,
  locale: { provider: 'libc', collate: null, ctype: null, locale: null, icuRules: null },
  comment: null,
  privileges: null,
  settings: [],
} as const

describe('the properties of databases', () => {
  it.each<[string, Properties]>([
    ['of none', { schema: 1, databases: [] }],
    ['in full and with nothing but what must be', { schema: 1, databases: [database, sparse] }],
  ])('%s survive writing and reading', (_, properties) => {
    const text = serializeProperties(properties)
    expect(parseProperties(text)).toEqual(properties)
    expect(serializeProperties(parseProperties(text))).toBe(text)
  })

  it.each<[string, object, string]>([
    ['another schema', { schema: 2, databases: [] }, 'properties.schema is not 1'],
    ['an unknown field', { schema: 1, databases: [{ ...database, host: 'x' }] }, 'unknown field "host"'],
    [
      'a NUL',
      { schema: 1, databases: [{ ...database, owner: 'a\0s3cr3t' }] },
      'properties.databases[0].owner is not a name',
    ],
    [
      'another provider',
      { schema: 1, databases: [{ ...database, locale: { ...database.locale, provider: 'x' } }] },
      'properties.databases[0].locale.provider is not one of libc, icu, builtin',
    ],
  ])('with %s are refused, and no value is told', (_, json, message) => {
    const parse = (): Properties => parseProperties(JSON.stringify(json))
    expect(parse).toThrow(JsonError)
    expect(parse).toThrow(message)
    expect(parse).not.toThrow('s3cr3t')
  })

  it('that are no JSON are refused without a word of them', () => {
    expect(() => parseProperties('s3cr3t')).toThrow(/^it is not JSON$/)
  })
})
