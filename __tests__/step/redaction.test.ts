import { describe, expect, it } from '@jest/globals'
import { canBeMasked, isShownAnyway, redact } from '../../src/step/redaction.ts'

describe('redact', () => {
  it.each([
    ['the longest first', 'x s3cret-long y', ['s3cret', 's3cret-long'], 'x *** y'],
    ['inside words', 'as3cretb', ['s3cret'], 'a***b'],
    [
      'characters of patterns',
      'a.b$c (x|y) [z] a-b/c',
      ['a.b$c', '(x|y)', '[z]', 'a-b/c'],
      '*** *** *** ***',
    ],
    ['each line', 'one line1 two line2', ['line1\nline2\n'], 'one *** two ***'],
    [
      '2 and 3 characters as words',
      'value "abc" of abc, abcd, xabc',
      ['abc'],
      'value "***" of ***, abcd, xabc',
    ],
    [
      '1 character where a value stands',
      'a is a port "a", u:a@h, a=a',
      ['a'],
      'a is a port "***", u:***@h, a=***',
    ],
    ['nothing', 'text', [], 'text'],
    ['no empty secret', 'a="" b', ['', ' ', '\n'], 'a="" b'],
    ['what surrounding blanks hide', 'x s3cret y', ['  s3cret '], 'x *** y'],
  ])('replaces %s', (_, text, secrets, expected) => {
    expect(redact(text, secrets)).toBe(expected)
  })
})

describe('canBeMasked', () => {
  it.each([
    ['abcd', true],
    ['abc', false],
    ['', false],
    ['abcd\nefgh\n', true],
    ['abcd\n}\nefgh', false],
    ['   a   ', false],
  ])('%j: %s', (secret, expected) => {
    expect(canBeMasked(secret)).toBe(expected)
  })
})

describe('isShownAnyway', () => {
  it.each([
    ['postgres', ['postgres-backup'], true],
    ['shop', ['myshop'], true],
    [' shop\n', ['shop'], true],
    ['Shop', ['shop'], false],
    ['shop-1', ['shop'], false],
    ['shop', [], false],
  ])('%j in %j: %s', (secret, shown, expected) => {
    expect(isShownAnyway(secret, shown)).toBe(expected)
  })
})
