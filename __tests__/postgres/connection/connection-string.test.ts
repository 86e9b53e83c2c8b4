import { describe, expect, it } from '@jest/globals'
import { BackupError } from '../../../src/errors.ts'
import {
  escapeConninfoValue,
  formatDatabaseArgument,
  listHosts,
  parseConnectionString,
} from '../../../src/postgres/connection/connection-string.ts'

function catchError(action: () => unknown): BackupError {
  try {
    action()
  } catch (error) {
    if (error instanceof BackupError) return error
    throw error
  }
  throw new Error('Nothing was thrown')
}

describe('parseConnectionString', () => {
  it.each([
    [
      'postgres://u:p%40s@h:5433/d?ssl=true',
      { user: 'u', password: 'p@s', host: 'h', port: '5433', dbname: 'd', sslmode: 'require' },
    ],
    ["host=h password='a b\\'c' dbname=a\\ b", { host: 'h', password: "a b'c", dbname: 'a b' }],
    ['postgres://h1:1,h2:2', { host: 'h1,h2', port: '1,2' }],
    ['host=', { host: '' }],
  ])('reads %s', (text, expected) => {
    expect(parseConnectionString(text)).toEqual(expected)
  })

  it.each([
    ['postgres://user:Tr0ub@dor@host/db', /second "@"/, /%40.*password input/],
    ['postgres://user:Tr0ub/dor@host/db', /"\/" before the "@"/, /%2F/],
    ['postgres://user:Tr0ub%dor@host/db', /hexadecimal/, /%25/],
    ['postgres://user:Tr0ub dor@host/db', /no blanks/, /%20/],
    ['postgres://user:Tr0ub@[dor/db', /IPv6/, /\[2001:db8::1\]/],
    ['postgres://host:Tr0ub:dor/db', /port is not a number/, /%2F, %3A and %40/],
    ['postgres://host/db?password=Tr0ub&dor=Tr0ub', /parameter number 2 has a name/, /%26/],
    ['postgres://host/db?password=Tr0ub&dor', /parameter number 2 after/, /%26/],
    ['postgres://host/db?password=Tr0ub=dor', /not of the form name=value/, /%3D/],
    ['postgres://host?password=Tr0ub@dor', /user name and password/, /%40/],
    ['host=h password=Tr0ub dor', /no "=" after the name of parameter number 3/, /single quotes/],
    ["host=h password='Tr0ub dor", /never closed/, /no quoting/],
    ['host=h user= password=Tr0ub', /parameter number 2 is empty/, /secret is empty/],
    ['Tr0ub dor', /neither a URI/, /postgres:\/\/user/],
    ['"postgres://u:Tr0ub@dor"', /begins with exactly postgres:\/\//, /quote/],
    ['jdbc:postgresql://host/db?user=u&password=Tr0ub', /begins with exactly/, /jdbc/],
    ['postgres://u:Tr0ub%FFdor@h', /not UTF-8/, /%C3%A9/],
    ['host=h\0password=Tr0ub', /NUL/, /Remove/],
  ])('refuses %j and shows no piece of it', (text, why, whatToDo) => {
    const { code, explanation, message } = catchError(() => parseConnectionString(text))
    expect(code).toBe('PGB_URL')
    expect(explanation.why).toMatch(why)
    expect(explanation.whatToDo).toMatch(whatToDo)
    expect(message).not.toMatch(/Tr0ub|dor\b/)
  })

  it.each([
    ['schema', 'postgres://h/d?schema=public', /--schema=NAME/],
    ['pgbouncer', 'postgres://h/d?pgbouncer=true', /not through its pooler/],
    ['connection_limit', 'postgres://h/d?connection_limit=1', /Remove "connection_limit"/],
    ['sslaccept', 'postgres://h/d?sslaccept=strict', /sslmode=verify-full/],
    ['ssl', 'postgres://h/d?ssl=1', /sslmode=require/],
    ['supa', 'postgres://h/d?supa=base-pooler.x', /Remove "supa"/],
    ['database', 'host=h database=d', /by "dbname"/],
  ])('names %s as the parameter of another tool', (name, text, whatToDo) => {
    const { explanation } = catchError(() => parseConnectionString(text))
    expect(explanation.why).toContain(`"${name}" belongs to another tool`)
    expect(explanation.whatToDo).toMatch(whatToDo)
  })

  it('is not misled by names that JavaScript objects have', () => {
    expect(catchError(() => parseConnectionString('__proto__=x')).code).toBe('PGB_URL')
    expect(catchError(() => parseConnectionString('constructor=x')).code).toBe('PGB_URL')
  })
})

describe('formatDatabaseArgument', () => {
  it.each(["it's", 'a\\b', 'a=b', 'postgres://x', '-x', '', 'a\nb', "host=h port=1 dbname='y'"])(
    'survives libpq for %j',
    (name) => {
      const argument = formatDatabaseArgument(name)
      expect(argument).toMatch(/^--dbname=dbname='/)
      expect(parseConnectionString(argument.slice('--dbname='.length))).toEqual({ dbname: name })
      expect(parseConnectionString(`user=${escapeConninfoValue(name)}`)).toEqual({ user: name })
    },
  )
})

describe('listHosts', () => {
  it.each([
    [{}, [{ port: '5432' }]],
    [
      { host: 'a,b', port: '1' },
      [
        { host: 'a', port: '1' },
        { host: 'b', port: '1' },
      ],
    ],
    [
      { host: 'a,b', port: '1,' },
      [
        { host: 'a', port: '1' },
        { host: 'b', port: '5432' },
      ],
    ],
    [{ host: 'a,', port: '1,2' }, [{ host: 'a', port: '1' }, { port: '2' }]],
    [
      { host: 'a,b', hostaddr: '::1,' },
      [
        { host: 'a', hostaddr: '::1', port: '5432' },
        { host: 'b', port: '5432' },
      ],
    ],
    [{ hostaddr: '::1' }, [{ hostaddr: '::1', port: '5432' }]],
  ])('expands %j', (parameters, expected) => {
    expect(listHosts(parameters)).toEqual(expected)
  })

  it.each([
    [{ host: 'a,b', port: '1,2,3' }, /3 ports cannot be matched to 2 hosts/],
    [{ port: '1,2' }, /2 ports cannot be matched to 1 hosts/],
    [{ host: 'a', hostaddr: '::1,::2' }, /1 hosts cannot be matched to 2/],
    [{ port: 's3cret' }, /port is not a number/],
  ])('refuses %j', (parameters, why) => {
    const error = catchError(() => listHosts(parameters))
    expect(error.code).toBe('PGB_URL')
    expect(error.explanation.why).toMatch(why)
    expect(error.message).not.toContain('s3cret')
  })
})
