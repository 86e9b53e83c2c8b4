import { describe, expect, it } from '@jest/globals'
import { compareWithPast, selectPast } from '../../src/catalogue/alarm.ts'
import type { ManifestFile } from '../../src/archive/manifest.ts'
import { makeFile } from '../support/manifests.ts'
import { makeBackup, series, type Told } from './samples.ts'

/** What a file says of a database with such tables. */
function rows(tables: Record<string, number>): Partial<ManifestFile> {
  const rowCounts = Object.entries(tables).map(([table, count]) => ({ table, rows: count }))
  return {
    rows: rowCounts.reduce((sum, table) => sum + table.rows, 0),
    verification: { ...makeFile().verification, method: 'restore', rowCounts },
  }
}

/** The same, where all tables named so are partitions of `log`. */
function parts(tables: Record<string, number>): Partial<ManifestFile> {
  const partitions = Object.keys(tables)
    .filter((table) => table.startsWith('log_'))
    .map((table) => ({ table, root: 'log' }))
  return { ...rows(tables), partitions }
}

const full = rows({ item: 60, log: 40 })
const empty = rows({ item: 0, log: 40 })

interface Case {
  most?: number
  onServer?: readonly string[]
}

function compare(now: Told, past: readonly Told[], { most = 0.2, onServer }: Case = {}) {
  const { manifest } = makeBackup(now)
  const selected = selectPast(past.map(makeBackup), series)
  return compareWithPast(manifest, selected, most, new Set(onServer ?? now.databases ?? ['shop']))
}

function listTexts(...given: Parameters<typeof compare>): string[] {
  return compare(...given).losses.map(({ text }) => text)
}

describe('a new backup is measured by the last one that raised no alarm, and', () => {
  it('loses a database and a table, each with its numbers', () => {
    const { losses } = compare({ at: '11-28', file: empty }, [{ at: '11-27', file: full }])
    expect(losses).toEqual([
      {
        name: 'shop',
        isWhole: true,
        text:
          '"shop": it has 40 rows, and had 100, and its table item has 0 rows, and had 60 ' +
          '(against backup-2026-11-27T03:00:00.000Z)',
      },
    ])
  })

  it.each<[string, Told, Told[], Case, boolean]>([
    [
      'what is just within the limit is no loss',
      { at: '11-28', file: { rows: 80 } },
      [{ at: '11-27', file: { rows: 100 } }],
      {},
      false,
    ],
    [
      'what is just beyond it is one',
      { at: '11-28', file: { rows: 79 } },
      [{ at: '11-27', file: { rows: 100 } }],
      {},
      true,
    ],
    ['growth is none', { at: '11-28', file: full }, [{ at: '11-27', file: empty }], {}, false],
    ['100% accepts all', { at: '11-28', file: empty }, [{ at: '11-27', file: full }], { most: 1 }, false],
    [
      'an emptied backup is not the measure while it alarms',
      { at: '11-28', file: empty },
      [
        { at: '11-27', file: empty, alarm: ['shop'] },
        { at: '11-26', file: full },
      ],
      {},
      true,
    ],
    [
      'it is once it was accepted',
      { at: '11-29', file: empty },
      [
        { at: '11-28', file: empty },
        { at: '11-27', file: empty, alarm: ['shop'] },
        { at: '11-26', file: full },
      ],
      {},
      false,
    ],
    [
      'an alarm about another database does not count',
      { at: '11-28', file: empty },
      [
        { at: '11-27', file: empty, alarm: ['blog'] },
        { at: '11-26', file: full },
      ],
      {},
      false,
    ],
    [
      'bytes count where rows are not known',
      { at: '11-28', file: { uncompressedSize: 10 } },
      [{ at: '11-27', file: { uncompressedSize: 1000 } }],
      {},
      true,
    ],
    [
      'but not those of another format',
      { at: '11-28', file: { uncompressedSize: 10, format: 'custom' } },
      [{ at: '11-27', file: { uncompressedSize: 1000 } }],
      {},
      false,
    ],
    [
      'partitions count together: rows may move, and one may go',
      { at: '11-28', file: parts({ item: 60, log_1: 0, log_3: 39 }) },
      [{ at: '11-27', file: parts({ item: 60, log_1: 30, log_2: 10 }) }],
      {},
      false,
    ],
    [
      'and lose together, where the database as a whole does not',
      { at: '11-28', file: parts({ item: 90, log_1: 10, log_3: 0 }) },
      [{ at: '11-27', file: parts({ item: 60, log_1: 30, log_2: 10 }) }],
      {},
      true,
    ],
    [
      'also against a manifest that does not know them',
      { at: '11-28', file: parts({ item: 60, log_1: 0, log_2: 40 }) },
      [{ at: '11-27', file: rows({ item: 60, log_1: 20, log_2: 20 }) }],
      {},
      false,
    ],
    [
      'another server is no measure',
      { at: '11-28', file: empty },
      [{ at: '11-27', file: full, from: { server: 'b'.repeat(32) } }],
      {},
      false,
    ],
    [
      'nor are other options',
      { at: '11-28', file: empty },
      [{ at: '11-27', file: full, options: ['--schema=x'] }],
      {},
      false,
    ],
    [
      'nor what is dated later than it was stored',
      { at: '11-28', file: empty },
      [{ at: '11-27', file: full, storedAt: '2026-11-20T00:00:00Z' }],
      {},
      false,
    ],
    [
      'a database that the server lost is a loss',
      { at: '11-28', databases: ['blog'] },
      [{ at: '11-27', databases: ['blog', 'shop'] }],
      {},
      true,
    ],
    [
      'one that nobody asks for any more is none',
      { at: '11-28', databases: ['blog'] },
      [{ at: '11-27', databases: ['blog', 'shop'] }],
      { onServer: ['blog', 'shop'] },
      false,
    ],
    [
      'nor one whose dump failed, which is told already',
      { at: '11-28', databases: ['blog'], failed: ['shop'] },
      [{ at: '11-27', databases: ['blog', 'shop'] }],
      { onServer: [] },
      false,
    ],
    [
      'nor one of another job of the matrix',
      { at: '11-28', databases: ['blog'] },
      [{ at: '11-27', databases: ['shop'] }],
      { onServer: ['blog'] },
      false,
    ],
    [
      'it lasts',
      { at: '11-29', databases: ['blog'] },
      [
        { at: '11-28', databases: ['blog'], alarm: ['shop'] },
        { at: '11-27', databases: ['blog', 'shop'] },
      ],
      {},
      true,
    ],
    [
      'a night on which its dump failed accepts nothing',
      { at: '11-29', databases: ['blog'] },
      [
        { at: '11-28', databases: ['blog'], failed: ['shop'] },
        { at: '11-27', databases: ['blog', 'shop'] },
      ],
      {},
      true,
    ],
    [
      'it ends when it was accepted',
      { at: '11-29', databases: ['blog'] },
      [
        { at: '11-28', databases: ['blog'] },
        { at: '11-27', databases: ['blog', 'shop'] },
      ],
      {},
      false,
    ],
  ])('%s', (_, now, past, options, isLoss) => {
    expect(listTexts(now, past, options).length > 0).toBe(isLoss)
  })

  it('names a table apart from its database, which hardly shrank', () => {
    const before = rows({ item: 1000, queue: 4 })
    const { losses } = compare({ at: '11-28', file: rows({ item: 1000, queue: 0 }) }, [
      { at: '11-27', file: before },
    ])
    expect(losses.map(({ isWhole }) => isWhole)).toEqual([false])
    expect(losses[0]?.text).toContain('its table queue has 0 rows, and had 4')
  })

  it('says what has nothing to be measured by', () => {
    const { losses, unmeasured } = compare({ at: '11-28', databases: ['shop', 'blog'] }, [{ at: '11-27' }])
    expect([losses, unmeasured]).toEqual([[], ['"blog"']])
  })
})

it('a backup in two stores counts once', () => {
  const told = [{ at: '11-27' }, { at: '11-26' }, { at: '11-27', name: 'copy' }].map(makeBackup)
  expect(selectPast(told, series)).toHaveLength(2)
})
