import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { connectionKeywords } from '../../../src/postgres/connection/connection-keywords.ts'
import { resolveConnectionParameters } from '../../../src/postgres/connection/open-connection.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'

const NOTHING = { url: undefined, user: undefined, password: undefined, sslRootCert: undefined }
const resolve = (inputs: Partial<Parameters<typeof resolveConnectionParameters>[0]>, environment = {}) =>
  resolveConnectionParameters({ ...NOTHING, ...inputs }, environment)

describe('resolveConnectionParameters', () => {
  it.each([
    ['nothing', {}, {}],
    ['a Windows runner, whose image sets user and password', {}, { PGUSER: 'postgres', PGPASSWORD: 'root' }],
    ['empty variables', {}, { PGHOST: '', PGDATABASE: '' }],
    ['a blank url', { url: ' ' }, {}],
    ['a url of empty secrets', { url: 'postgres://:@:5432/' }, {}],
    ['a password alone', { password: 'x' }, {}],
  ])('refuses %s', (_, inputs, environment) => {
    expect(() => resolve(inputs, environment)).toThrow(/fork.*\[PGB_EMPTY_SECRET\]/)
  })

  it.each([
    [{ user: 'postgres://u:s3cret@h/d' }, {}, /"user" cannot be used.*"url"/],
    [{ user: 'host=h user=u password=s3cret' }, {}, /"user" cannot be used/],
    [{ url: 'postgres://h' }, { PGUSER: 'postgresql://u:s3cret@h' }, /PGUSER cannot be used/],
  ])('refuses a connection string as the name of a user: %j %j', (inputs, environment, words) => {
    expect(() => resolve(inputs, environment)).toThrow(words)
    expect(() => resolve(inputs, environment)).not.toThrow(/s3cret/)
  })

  it.each([
    [{ user: 'u' }, {}, { user: 'u' }],
    [{}, { PGHOST: 'h' }, { host: 'h' }],
    [{}, { PGHOSTADDR: '::1', PGHOST: 'h' }, { hostaddr: '::1', host: 'h' }],
    [{}, { PGPORT: '1' }, { port: '1' }],
    [{}, { PGDATABASE: 'a=b' }, { dbname: 'a=b' }],
    [
      { url: 'postgres://u:p@h/d', user: 'v', password: 'q:@/' },
      {},
      { user: 'v', password: 'q:@/', host: 'h', dbname: 'd' },
    ],
    [
      { url: 'postgres://h' },
      { PGUSER: 'u', PGPASSWORD: 'p', PGDATABASE: 'd' },
      { host: 'h', user: 'u', password: 'p', dbname: 'd' },
    ],
    [{ url: 'postgres://u@h' }, { PGUSER: 'x' }, { host: 'h', user: 'u' }],
    [{ url: 'postgres://h' }, { PGHOSTADDR: '6.6.6.6', PGPORT: '6', PGHOST: 'x' }, { host: 'h' }],
    [{ url: 'hostaddr=::1' }, { PGHOST: 'x', PGPORT: '6' }, { hostaddr: '::1' }],
    [{ url: "host=''" }, { PGHOST: 'x' }, { host: '' }],
    [{ url: 'dbname=d' }, { PGHOST: 'h', PGPORT: '6' }, { dbname: 'd', host: 'h', port: '6' }],
    [{ url: 'host=h' }, { PGREQUIRESSL: '1' }, { host: 'h', sslmode: 'require' }],
    [{ url: 'host=h' }, { PGREQUIRESSL: '1', PGSSLMODE: 'prefer' }, { host: 'h', sslmode: 'prefer' }],
    [{ url: 'host=h' }, { PGSSLMODE: '' }, { host: 'h' }],
    [
      { url: 'host=h sslrootcert=x', sslRootCert: 'pem' },
      { PGSSLMODE: 'prefer', PGSSLROOTCERT: 'y' },
      { host: 'h', sslmode: 'verify-full' },
    ],
    [{ url: 'host=h sslmode=verify-ca', sslRootCert: 'pem' }, {}, { host: 'h', sslmode: 'verify-ca' }],
  ])('%j with %j', (inputs, environment, expected) => {
    expect(resolve(inputs, environment)).toEqual(expected)
  })

  it('takes every variable of libpq, but those that older clients do not know', () => {
    const known = [...connectionKeywords].flatMap(([keyword, { variable, since }]) =>
      variable === undefined || keyword === 'service' ? [] : [{ keyword, variable, since }],
    )
    const environment = Object.fromEntries(known.map(({ variable }) => [variable, '7']))
    expect(resolve({}, environment)).toEqual(
      Object.fromEntries(
        known.filter(({ since }) => since === undefined).map(({ keyword }) => [keyword, '7']),
      ),
    )
  })

  it('reads services, of which one from PGSERVICE cannot redirect a host of the url', async () => {
    const file = join(await makeScratchDirectory('service'), 'conf')
    await writeFile(file, '[s]\nhost=sh\nhostaddr=6.6.6.6\nport=6\nuser=su\ndbname=sd\npassword=sp\n')
    const environment = { PGSERVICEFILE: file, PGSERVICE: 's', PGUSER: 'eu', PGDATABASE: 'ed' }
    const service = { user: 'su', dbname: 'sd', password: 'sp' }
    const place = { host: 'sh', hostaddr: '6.6.6.6', port: '6' }
    expect(resolve({}, environment)).toEqual({ ...service, ...place })
    expect(resolve({ url: 'postgres://u@h' }, environment)).toEqual({ ...service, host: 'h', user: 'u' })
    expect(resolve({ url: 'service=s port=7' }, { PGSERVICEFILE: file, PGHOST: 'x' })).toEqual({
      ...service,
      ...place,
      port: '7',
    })
    expect(() => resolve({ url: 'service=nope' }, environment)).toThrow(/PGB_URL/)
  })

  it('refuses hosts and ports that do not fit', () => {
    expect(() => resolve({ url: 'host=a,b,c port=1,2' })).toThrow(/PGB_URL/)
    expect(() => resolve({ url: 'user=u' }, { PGPORT: 's3cret' })).toThrow(/a port is not a number/)
  })
})
