import { describe, expect, it } from '@jest/globals'
import { quoteIdentifier, quoteLiteral } from '../../../src/postgres/sql/quote.ts'

describe('quoteIdentifier', () => {
  it.each([
    ['shop', '"shop"'],
    ['a"b\\c', '"a""b\\c"'],
  ])('writes %s as %s', (name, expected) => {
    expect(quoteIdentifier(name)).toBe(expected)
  })
})

describe('quoteLiteral', () => {
  it.each([
    ["it's", "'it''s'"],
    ['a\\b', " E'a\\\\b'"],
  ])('writes %s as %s', (text, expected) => {
    expect(quoteLiteral(text)).toBe(expected)
  })
})
