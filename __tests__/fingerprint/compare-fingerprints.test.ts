import { describe, expect, it } from '@jest/globals'
import type { Omissions } from '../../src/archive/omissions.ts'
import { compareFingerprints } from '../../src/fingerprint/compare-fingerprints.ts'
import type { Fingerprint } from '../../src/fingerprint/fingerprint.ts'
import { parseFingerprint } from '../../src/fingerprint/read-fingerprint.ts'

type Line = [kind: string, name: string, value: string | null, rows?: number]

function make(...lines: Line[]): Fingerprint {
  return parseFingerprint(
    lines.map(([kind, name, value, rows = null]) => JSON.stringify({ kind, name, value, rows })).join('\n'),
  )
}

const nothing: Omissions = { objects: false, data: false }
const orders: Line = ['table', 'public.orders', '123', 4]

function compare(source: Line[], copy: Line[], omissions = nothing) {
  const fingerprint = make(...source)
  return compareFingerprints({ before: fingerprint, after: fingerprint }, make(...copy), omissions)
}

describe('differences', () => {
  it.each<[string, Line[], Line[], string[]]>([
    ['none', [orders], [orders], []],
    [
      'fewer rows',
      [orders],
      [['table', 'public.orders', '9', 3]],
      ['table public.orders has 3 rows instead of 4'],
    ],
    [
      'other content',
      [orders],
      [['table', 'public.orders', '9', 4]],
      ['table public.orders holds other content'],
    ],
    ['a lost table', [orders], [], ['table public.orders is missing in the copy']],
    ['a table too many', [orders], [orders, ['table', 'x.y', '', 0]], ['table x.y is in the copy only']],
    ['a lost object', [['object', 'index i', '']], [], ['index i is missing in the copy']],
    ['an object too many', [], [['object', 'index i', '']], ['index i is in the copy only']],
    [
      'a changed object',
      [['object', 'view v', 'a']],
      [['object', 'view v', 'b']],
      ['view v is defined otherwise'],
    ],
    [
      'a sequence',
      [['sequence', 's', '7 true']],
      [['sequence', 's', '1 false']],
      ['sequence s stands at another value'],
    ],
    [
      'large objects',
      [['largeObjects', 'large objects', 'a', 2]],
      [['largeObjects', 'large objects', 'b', 2]],
      ['large objects holds other content'],
    ],
  ])('%s', (_, source, copy, differences) => {
    expect(compare(source, copy).differences).toEqual(differences)
  })
})

describe('what cannot be compared is counted', () => {
  it.each<[string, Line[], Line[], Line[], Omissions, string, string]>([
    [
      'moved',
      [['sequence', 's', '1']],
      [['sequence', 's', '2']],
      [['sequence', 's', '9']],
      nothing,
      'sequence',
      'moved',
    ],
    ['appeared', [], [['object', 'table t', '']], [], nothing, 'object', 'moved'],
    [
      'unreadable',
      [['table', 't', null]],
      [['table', 't', null]],
      [['table', 't', '1', 1]],
      nothing,
      'table',
      'unreadable',
    ],
    ['left out', [orders], [orders], [], { objects: true, data: false }, 'table', 'omitted'],
    [
      'emptied',
      [orders],
      [orders],
      [['table', 'public.orders', '', 0]],
      { objects: false, data: true },
      'table',
      'omitted',
    ],
    [
      'a sequence at its start',
      [['sequence', 's', '7 true']],
      [['sequence', 's', '7 true']],
      [['sequence', 's', '1 false']],
      { objects: false, data: true },
      'sequence',
      'omitted',
    ],
    [
      'large objects left out',
      [['largeObjects', 'large objects', 'a', 2]],
      [['largeObjects', 'large objects', 'a', 2]],
      [['largeObjects', 'large objects', '', 0]],
      { objects: true, data: false },
      'largeObjects',
      'omitted',
    ],
  ])('%s', (_, before, after, copy, omissions, kind, outcome) => {
    const source = { before: make(...before), after: make(...after) }
    const { differences, tallies } = compareFingerprints(source, make(...copy), omissions)
    expect(differences).toEqual([])
    expect(tallies[kind as keyof typeof tallies]).toMatchObject({ equal: 0, [outcome]: 1 })
  })
})

it('lets no option excuse rows that are there in part', () => {
  const copy: Line[] = [['table', 'public.orders', '9', 3]]
  const { differences } = compare([orders], copy, { objects: true, data: true })
  expect(differences).toEqual(['table public.orders has 3 rows instead of 4'])
})

it('does not compare rows that were never read in the source', () => {
  expect(compare([], [orders])).toMatchObject({ differences: [], tallies: { table: { equal: 0 } } })
})
