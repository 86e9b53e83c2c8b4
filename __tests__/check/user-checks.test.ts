import { expect, it } from '@jest/globals'
import { parseChecks } from '../../src/check/proof/user-checks.ts'

it('reads one check a line, with names as they are and queries without what ends them', () => {
  const text =
    '\n  shop: select count(*) > 0 from "a:b"; \r\n"we:ird \\" one":select true;;\nmy db : select now() > \'1999-1-1 10:00\'\n'
  expect(parseChecks(text)).toEqual([
    { database: 'shop', query: 'select count(*) > 0 from "a:b"' },
    { database: 'we:ird " one', query: 'select true' },
    { database: 'my db', query: "select now() > '1999-1-1 10:00'" },
  ])
  expect(parseChecks(' \n')).toEqual([])
})

it.each([
  'select 1',
  'shop:',
  'shop: ;',
  ': select true',
  '"": select true',
  '"shop: select true',
  '"\\x": select 1',
])('refuses %j, and does not show it', (line) => {
  expect(() => parseChecks(`shop: select true\n${line}`)).toThrow(/"checks" cannot be used: line 2 is no/)
})
