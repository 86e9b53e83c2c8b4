import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import {
  fitsServiceFile,
  formatServiceFile,
  parseServiceFile,
  readService,
} from '../../../src/postgres/connection/service-file.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'

describe('parseServiceFile', () => {
  it('takes the first section of the name, the first value, and trims as libpq does', () => {
    const text = '# c\n[a]\nhost=x\n[b] tail\n  host= y \t\nport=1\r\nport=2\n\n#port=3\n[b]\nuser=u\n'
    expect(parseServiceFile(text, 'b')).toEqual({ host: ' y', port: '1' })
    expect(parseServiceFile(text, 'a')).toEqual({ host: 'x' })
    expect(parseServiceFile(text, 'c')).toBeUndefined()
    expect(parseServiceFile('[e]\n', 'e')).toEqual({})
  })

  it.each([
    ['host = x', /line 2 .*without blanks/],
    ['host', /line 2/],
    ['s3cret=x', /line 2/],
    ['service=b', /another service/],
    ['ldap://h/dn?a?base?f', /LDAP/],
    [`options=${'x'.repeat(1014)}`, /too long/],
  ])('refuses %j', (line, why) => {
    expect(() => parseServiceFile(`[a]\n${line}\n`, 'a')).toThrow(why)
    expect(() => parseServiceFile(`[a]\n${line}\n`, 'a')).not.toThrow(/s3cret/)
  })
})

describe('formatServiceFile', () => {
  it.each(['', 'x', ' x', 'a=b', '#x', '[x]', '\\', "'", 'é\u00a0', 'x'.repeat(1021 - 8)])(
    'gives %j back',
    (options) => {
      expect(fitsServiceFile('options', options)).toBe(true)
      expect(parseServiceFile(formatServiceFile('s', { options, user: 'u' }), 's')).toEqual({
        options,
        user: 'u',
      })
    },
  )

  it.each(['x ', 'x\t', 'a\nb', 'a\rb', '\n', 'x\0', 'x'.repeat(1022 - 8)])('does not fit %j', (options) => {
    expect(fitsServiceFile('options', options)).toBe(false)
  })
})

describe('readService', () => {
  it('looks in PGSERVICEFILE, else in the home, then in PGSYSCONFDIR', async () => {
    const home = await makeScratchDirectory('home')
    const system = join(home, 'system')
    await mkdir(system)
    await writeFile(join(home, 'own.conf'), '[a]\nhost=own\n')
    await writeFile(join(home, '.pg_service.conf'), '[a]\nhost=personal\n[b]\nhost=b\n')
    await writeFile(join(system, 'pg_service.conf'), '[a]\nhost=system\n[c]\nhost=c\n')
    const environment = { HOME: home, PGSYSCONFDIR: system, PGSERVICEFILE: '' }
    expect(readService('a', environment)).toEqual({ host: 'personal' })
    expect(readService('c', environment)).toEqual({ host: 'c' })
    const chosen = { ...environment, PGSERVICEFILE: join(home, 'own.conf') }
    expect(readService('a', chosen)).toEqual({ host: 'own' })
    expect(() => readService('b', chosen)).toThrow(/PGB_URL/)
  })
})
