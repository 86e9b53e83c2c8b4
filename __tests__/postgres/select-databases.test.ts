import { describe, expect, it } from '@jest/globals'
import { parseDatabaseNames, parseDatabases, selectDatabases } from '../../src/postgres/select-databases.ts'
import { hostingServices } from '../../src/postgres/hosting/services.ts'
import type { DatabaseFacts } from '../../src/postgres/server.ts'

function refusal(text: string, parse = parseDatabases): string {
  try {
    return `accepted ${JSON.stringify(parse(text))}`
  } catch (error) {
    return (error as Error).message
  }
}

describe('parseDatabases', () => {
  it.each<[string | undefined, string[] | undefined]>([
    [undefined, undefined],
    ['', undefined],
    [' \n, ,\r\n', undefined],
    ['[]', undefined],
    ['shop', ['shop']],
    ['shop,blog', ['shop', 'blog']],
    [' shop \r\n blog ,, wiki\n', ['shop', 'blog', 'wiki']],
    ['my shop\n*, !scratch', ['my shop', '*', '!scratch']],
    ['["shop", " a,b ", "c\\nd"]', ['shop', ' a,b ', 'c\nd']],
    [' [\n"shop"\n] ', ['shop']],
    [' "my, db"\n', ['my, db']],
    ['"c\\nd"', ['c\nd']],
    ['"a", "b"', ['"a"', '"b"']],
    ['"', ['"']],
    ['""', ['""']],
  ])('reads %j', (text, expected) => {
    expect(parseDatabases(text)).toEqual(expected)
  })

  it.each([
    ['[shop]', /JSON array/],
    ['["shop"', /JSON array/],
    ['["shop", 1]', /JSON array/],
    ['["shop", ""]', /JSON array/],
    ['["shop"],blog', /JSON array/],
    ['!shop', /only excludes/],
    ['!shop, !b*', /only excludes/],
    ['["!shop"]', /only excludes/],
    ['"!shop"', /only excludes/],
  ])('refuses %j', (text, words) => {
    const message = refusal(text)
    expect(message).toMatch(words)
    expect(message).toMatch(/\[PGB_INPUT\]$/)
  })
})

describe('parseDatabaseNames', () => {
  it.each<[string | undefined, string[] | undefined]>([
    [undefined, undefined],
    ['shop!, blog', ['shop!', 'blog']],
    ['"a,b"', ['a,b']],
    ['"shop*"', ['shop*']],
    ['["!shop", "b?"]', ['!shop', 'b?']],
  ])('reads %j', (text, expected) => {
    expect(parseDatabaseNames(text)).toEqual(expected)
  })

  it.each([
    ['["shop", 2024]', /JSON array/],
    ['["shop", ""]', /JSON array/],
    [',', /names none/],
    ['[]', /names none/],
    ['*', /holds a pattern/],
    ['shop, b?', /holds a pattern/],
    ['shop\n!blog', /holds a pattern/],
    ['"shop*', /holds a pattern/],
  ])('refuses %j', (text, words) => {
    const message = refusal(text, parseDatabaseNames)
    expect(message).toMatch(words)
    expect(message).toMatch(/\[PGB_INPUT\]$/)
  })
})

function make(name: string, facts: Partial<DatabaseFacts> = {}): DatabaseFacts {
  return { name, isTemplate: false, allowsConnections: true, mayConnect: true, size: 1, ...facts }
}

const server = [
  make('Shop'),
  make('a+b'),
  make('axb'),
  make('closed', { allowsConnections: false }),
  make('postgres'),
  make('shop'),
  make('shop*'),
  make('shop_eu'),
  make('shop_us'),
  make('template0', { isTemplate: true, allowsConnections: false }),
  make('template1', { isTemplate: true }),
  make('!odd'),
  make('two\nlines'),
  make('Füße'),
  make('c😀d'),
]

describe('selectDatabases', () => {
  it.each<[string, string[], string[], string[]]>([
    ['a name', ['shop'], ['shop'], []],
    ['names in the order of the server, once each', ['shop_us', 'shop', 'shop'], ['shop', 'shop_us'], []],
    ['a name that does not exist', ['shop', 'none', 'none'], ['shop'], ['none']],
    ['another case', ['SHOP'], [], ['SHOP']],
    ['a pattern', ['shop_*'], ['shop_eu', 'shop_us'], []],
    ['a question mark', ['shop_?s'], ['shop_us'], []],
    ['a question mark is one character, also beyond ASCII', ['F??e', 'c?d'], ['Füße', 'c😀d'], []],
    ['a pattern that nothing matches', ['nothing*'], [], []],
    ['a star over a line break', ['two*s'], ['two\nlines'], []],
    ['an exclusion', ['shop*_*', '!*_us'], ['shop_eu'], []],
    ['an exclusion before', ['!shop_us', 'shop_*'], ['shop_eu'], []],
    ['an exclusion of what is named', ['shop', 'shop_eu', '!shop'], ['shop_eu'], []],
    ['an exclusion of nothing', ['shop', '!none'], ['shop'], []],
    ['a name that looks like a pattern', ['shop*'], ['shop*'], []],
    ['a name that looks like an exclusion', ['!odd'], ['!odd'], []],
    ['an exclusion of a name that looks like one', ['*odd', 'shop', '!!odd'], ['shop'], []],
    ['an exclusion of a name that looks like a pattern', ['shop', 'shop*', '!shop*'], ['shop'], []],
    ['letters that regular expressions mind', ['a+?'], ['a+b'], []],
    ['a template by its name', ['template1'], ['template1'], []],
    ['a template by a pattern', ['templat*'], [], []],
    ['a database without connections by its name', ['closed'], ['closed'], []],
    ['a database without connections by a pattern', ['clos*'], [], []],
  ])('understands %s', (_, entries, names, missing) => {
    expect(selectDatabases(entries, { databases: server, service: undefined })).toEqual({
      names,
      missing,
      passedOver: [],
    })
  })

  it('takes all but templates and closed ones for a star', () => {
    const names = server.filter(({ name }) => !/^(closed|template.)$/.test(name)).map(({ name }) => name)
    expect(selectDatabases(['*'], { databases: server, service: undefined }).names).toEqual(names)
  })

  describe("passes over the service's own and what is shut", () => {
    const databases = [make('rdsadmin'), make('shop'), make('tenant', { mayConnect: false })]
    const service = hostingServices.find(({ id }) => id === 'rds')
    it.each<[string[], string[], string[]]>([
      [['*'], ['shop'], ['rdsadmin', 'tenant']],
      [['*', '!tenant'], ['shop'], ['rdsadmin']],
      [['rdsadmin', 'tenant'], ['rdsadmin', 'tenant'], []],
    ])('%j', (entries, names, passedOver) => {
      expect(selectDatabases(entries, { databases, service })).toEqual({ names, missing: [], passedOver })
    })
  })
})
