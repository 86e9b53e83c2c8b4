import { describe, expect, it } from '@jest/globals'
import { applyPolicy } from '../../src/catalogue/keep-rules.ts'
import { parseKeep } from '../../src/inputs/keep.ts'

function apply(keep: string, times: readonly string[]): string[] {
  const policy = parseKeep(keep)
  if (policy === undefined) throw new Error('No policy')
  return applyPolicy(
    times.map((time) => new Date(time)),
    policy,
  ).map((reasons) => reasons.join('+'))
}

it.each<[string, string[], string[]]>([
  ['last=2', ['2026-11-04T03:00Z', '2026-11-03T03:00Z', '2026-11-02T03:00Z'], ['last', 'last', '']],
  ['hourly=1', ['2026-11-04T03:59:59Z', '2026-11-04T03:00Z', '2026-11-04T02:59Z'], ['hourly', '', '']],
  ['daily=2', ['2026-11-04T00:00Z', '2026-11-03T23:59Z', '2026-11-03T01:00Z'], ['daily', 'daily', '']],
  [
    'daily=3',
    ['2026-11-04T00:00Z', '2026-11-03T23:59Z', '2026-11-03T01:00Z'],
    ['daily', 'daily', 'oldest daily'],
  ],
  // A year may begin and end in a week of another's: all of these lie in 2020-W53, but the last.
  [
    'weekly=1',
    ['2021-01-03T23:00Z', '2021-01-01T00:00Z', '2020-12-28T00:00Z', '2020-12-27T23:00Z'],
    ['weekly', '', '', ''],
  ],
  ['weekly=2', ['2025-12-29T00:00Z', '2025-12-28T23:59Z', '2025-12-22T00:00Z'], ['weekly', 'weekly', '']],
  ['monthly=2', ['2026-03-01T00:00Z', '2026-02-28T23:59Z', '2026-02-01T00:00Z'], ['monthly', 'monthly', '']],
  ['yearly=1', ['2026-12-31T23:59Z', '2026-01-01T00:00Z', '2025-12-31T23:59Z'], ['yearly', '', '']],
  [
    'within=1d',
    ['2026-11-04T03:00Z', '2026-11-03T03:01Z', '2026-11-03T03:00Z'],
    ['within 1d', 'within 1d', ''],
  ],
])('%s of %j', (keep, times, kept) => {
  expect(apply(keep, times)).toEqual(kept)
})

describe('the input keep', () => {
  it('takes words in any order, between blanks and lines', () => {
    const policy = parseKeep(' within=26h\n  yearly=3\tlast=7 ')
    expect([...(policy?.counts ?? [])]).toEqual([
      ['yearly', 3],
      ['last', 7],
    ])
    expect(policy?.within).toEqual({ milliseconds: 26 * 3_600_000, text: '26h' })
  })

  it('is no policy when it is empty', () => {
    expect(parseKeep(undefined)).toBeUndefined()
    expect(parseKeep(' \n')).toBeUndefined()
  })

  it.each([
    'last',
    '7',
    'last=',
    'last=0',
    'last=-1',
    'last=07',
    'last=1 last=2',
    'keep-last=7',
    'tag=x',
    'within=7',
    'within=2y',
    'daily=1,weekly=2',
    'last=1000000',
    'toString=1',
  ])('%j is refused', (text) => {
    expect(() => parseKeep(text)).toThrow(expect.objectContaining({ code: 'PGB_INPUT' }))
  })
})
