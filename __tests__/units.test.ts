import { expect, it } from '@jest/globals'
import { formatCount, formatRate } from '../src/units.ts'

it.each([
  [52_000_000, 1, '52.0 MB/s'],
  [9_000_000, 4, '2.3 MB/s'],
  [999_999, 4, undefined],
  [9_000_000, 0.9, undefined],
])('the rate of %d bytes in %d s is %s', (bytes, seconds, expected) => {
  expect(formatRate(bytes, seconds)).toBe(expected)
})

it.each([
  [0, '0 tables'],
  [1, '1 table'],
  [2, '2 tables'],
])('counts %d as %s', (number, expected) => {
  expect(formatCount(number, 'table')).toBe(expected)
})
