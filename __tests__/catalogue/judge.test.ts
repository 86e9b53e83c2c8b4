import { describe, expect, it } from '@jest/globals'
import { isGood, judge, type Criteria, type Judgement } from '../../src/catalogue/judge.ts'
import { parseDuration } from '../../src/inputs/duration.ts'
import { makeFile } from '../support/manifests.ts'
import { makeBackup, type Told } from './samples.ts'

const now = new Date('2026-11-28T08:00:00Z')
const maxAge = parseDuration('26h') ?? { milliseconds: 0, text: '' }
const usual: Criteria = { databases: undefined, maxAge, maxShrink: 0.5, requiresEncryption: false }

function look(told: readonly Told[], change: Partial<Criteria> = {}): Judgement {
  return judge(told.map(makeBackup), [], { ...usual, ...change }, now)
}

/** The codes of all problems, and for what. */
function listCodes({ problems, verdicts }: Judgement): string[] {
  const own = verdicts.flatMap((verdict) => verdict.problems.map(({ code }) => `${verdict.subject} ${code}`))
  return [...problems.map(({ code }) => code as string), ...own]
}

type File = NonNullable<Told['file']>

const rows = (count: number): File => ({ rows: count })
const bytes = (uncompressedSize: number, others: File = {}): File => ({
  uncompressedSize,
  ...others,
})
const table = (name: string, count: number): File => ({
  rows: 1000,
  verification: {
    method: 'restore',
    compared: [],
    notCompared: [],
    rowCounts: [{ table: name, rows: count }],
  },
})

/** Each is what pg_restore would take without a word, beside a healthy twin on which the check must be silent. */
describe('is red, and its healthy twin green:', () => {
  const exhibits: [string, Told[], string[], Told[], Partial<Criteria>?][] = [
    ['no backup', [], ['PGB_STALE'], [{ at: '11-28' }]],
    [
      'a night was skipped',
      [{ at: '11-26' }],
      ['"shop" PGB_STALE'],
      [{ at: '11-27', storedAt: '2026-11-27T09:00:00Z' }, { at: '11-28' }],
    ],
    [
      'the newest has lost its file, and the one before is old',
      [{ at: '11-26' }, { at: '11-28', short: ['shop'] }],
      ['"shop" PGB_STALE'],
      [
        {
          at: '11-27',
          change: { startedAt: '2026-11-27T07:00:00Z', finishedAt: '2026-11-27T07:01:00Z' },
          storedAt: '2026-11-27T07:02:00Z',
        },
        { at: '11-28', short: ['shop'] },
      ],
    ],
    ['all are cut short', [{ at: '11-28', short: ['shop'] }], ['"shop" PGB_STALE'], [{ at: '11-28' }]],
    [
      'an empty file',
      [{ at: '11-28', file: { size: 0 } }],
      ['"shop" PGB_STALE'],
      [{ at: '11-28', file: { size: 1 } }],
    ],
    [
      'two files for one database',
      [{ at: '11-28', databases: ['shop', 'shop'] }],
      ['"shop" PGB_STALE'],
      [{ at: '11-28', databases: ['shop', 'blog'] }],
    ],
    [
      'an old one that was stored today',
      [{ at: '11-01', storedAt: '2026-11-28T07:00:00Z' }],
      ['PGB_STALE'],
      [{ at: '11-28' }],
    ],
    [
      'dated in the future',
      [{ at: '12-24', storedAt: '2026-12-24T04:00:00Z' }],
      ['PGB_STALE'],
      [{ at: '2026-11-28T08:03:00.000Z', storedAt: '2026-11-28T08:04:00Z' }],
    ],
    [
      'dated later than it was stored',
      [{ at: '11-28', storedAt: '2026-11-20T00:00:00Z' }],
      ['PGB_STALE'],
      [{ at: '11-28', storedAt: '2026-11-28T02:57:00Z' }],
    ],
    [
      'a dump failed for days',
      [{ at: '11-26' }, { at: '11-28', databases: [], failed: ['shop'] }],
      ['"shop" PGB_STALE'],
      [
        { at: '11-28', failed: ['blog'], databases: ['shop', 'news'] },
        { at: '2026-11-28T04:00:00.000Z', databases: ['blog'] },
      ],
    ],
    [
      'another database is the one that was wanted',
      [{ at: '11-28', databases: ['Shop'] }],
      ['"shop" PGB_STALE'],
      [{ at: '11-28' }],
      { databases: ['shop'] },
    ],
    [
      'one of several shards did not run',
      [
        { at: '11-28', databases: ['a'] },
        { at: '11-26', databases: ['b'] },
      ],
      ['"b" PGB_STALE'],
      [
        { at: '11-28', databases: ['a'] },
        { at: '11-28', databases: ['b'] },
      ],
    ],
    [
      'a part is fresh and the whole is old',
      [{ at: '11-26' }, { at: '11-28', options: ['--table=x'] }],
      ['"shop" PGB_STALE'],
      [
        { at: '11-26', options: ['--no-owner'] },
        { at: '11-28', options: ['--no-owner'] },
      ],
    ],
    [
      "staging's is fresh and production's is not",
      [
        { at: '11-20', from: { server: 'b'.repeat(32) } },
        { at: '11-26' },
        { at: '11-28', from: { server: 'b'.repeat(32) } },
      ],
      ['"shop" PGB_STALE'],
      [{ at: '11-28' }, { at: '11-28', from: { server: 'b'.repeat(32) } }],
    ],
    [
      'not encrypted',
      [{ at: '11-28' }],
      ['"shop" PGB_ENCRYPT'],
      [{ at: '11-28', file: { encryption: 'age-recipients' } }],
      { requiresEncryption: true },
    ],
    [
      'rows are gone',
      [
        { at: '11-27', file: rows(1000) },
        { at: '11-28', file: rows(499) },
      ],
      ['"shop" PGB_SHRUNK'],
      [
        { at: '11-27', file: rows(1000) },
        { at: '11-28', file: rows(500) },
      ],
    ],
    [
      'bytes are gone',
      [
        { at: '11-27', file: bytes(1000) },
        { at: '11-28', file: bytes(499) },
      ],
      ['"shop" PGB_SHRUNK'],
      [
        { at: '11-27', file: bytes(1000) },
        { at: '11-28', file: bytes(499, { format: 'custom' }) },
      ],
    ],
    [
      'bytes are gone and rows are known once',
      [
        { at: '11-27', file: bytes(1000, rows(5)) },
        { at: '11-28', file: bytes(499) },
      ],
      ['"shop" PGB_SHRUNK'],
      [
        { at: '11-27', file: bytes(1000, rows(5)) },
        { at: '11-28', file: bytes(400, rows(5)) },
      ],
    ],
    [
      'one table is emptied',
      [
        { at: '11-27', file: table('public.a', 9) },
        { at: '11-28', file: table('public.a', 0) },
      ],
      ['"shop" PGB_SHRUNK'],
      [
        { at: '11-27', file: table('public.log_2026_10', 9) },
        { at: '11-28', file: table('public.log_2026_11', 9) },
      ],
    ],
    [
      'it is as small as one that alarmed',
      [
        { at: '11-26', file: rows(1000) },
        { at: '11-27', file: rows(1), alarm: ['shop'] },
        { at: '11-28', file: rows(1) },
      ],
      ['"shop" PGB_SHRUNK'],
      [
        { at: '11-26', file: rows(1000) },
        { at: '11-27', file: rows(1), alarm: ['shop'] },
        { at: '11-28', file: rows(1000) },
      ],
    ],
    [
      'rows are gone, and it lies in two places',
      [
        { at: '11-27', file: rows(1000) },
        { at: '11-28', file: rows(499) },
        { at: '11-28', file: rows(499), name: 'twin' },
      ],
      ['"shop" PGB_SHRUNK'],
      [
        { at: '11-27', file: rows(1000) },
        { at: '11-28', file: rows(500) },
        { at: '11-28', file: rows(500), name: 'twin' },
      ],
    ],
    [
      'it alarms by itself',
      [{ at: '11-28', alarm: ['shop'] }],
      ['"shop" PGB_SHRUNK'],
      [{ at: '11-28', databases: ['shop', 'blog'], alarm: ['news'] }],
    ],
  ]
  it.each(exhibits.map(([name, ...rest]) => ({ name, rest })))('$name', ({ rest }) => {
    const [exhibit, codes, twin, change] = rest
    const judged = look(exhibit, change)
    expect(listCodes(judged)).toEqual(codes)
    expect(isGood(judged)).toBe(false)
    const healthy = look(twin, change)
    expect(listCodes(healthy)).toEqual([])
    expect(isGood(healthy)).toBe(true)
  })
})

it('what cannot be read is unknown where it may be the newest of something', () => {
  const good = makeBackup({ at: '11-28' })
  const unread = (day: string) => [{ backup: makeBackup({ at: day, name: 'odd' }), why: 'it is not JSON' }]
  const listed = (day: string): string[] => listCodes(judge([good], unread(day), usual, now))
  expect(listed('11-28')).toEqual(['PGB_UNKNOWN'])
  expect(listed('11-27')).toEqual([])
  expect(listCodes(judge([], unread('11-27'), usual, now))).toEqual(['PGB_STALE', 'PGB_UNKNOWN'])
})

it('a server that took the place of another answers for it, which is told', () => {
  const moved = [{ at: '11-26' }, { at: '11-28', from: { server: 'b'.repeat(32) } }]
  const judged = look(moved)
  expect(listCodes(judged)).toEqual([])
  const replaced = judged.verdicts.flatMap((verdict) => verdict.replaced)
  expect(replaced.map(({ backup }) => backup.name)).toEqual(['backup-2026-11-26T03:00:00.000Z'])
  expect(look([{ at: '11-28' }]).verdicts[0]?.replaced).toEqual([])
})

/** The same name on another server, which is backed up by a job of its own. */
const staging = { server: 'b'.repeat(32), job: 'staging' }

it.each<[string, Told[]]>([
  ['of another job', [{ at: '11-26' }, { at: '11-28', from: staging }]],
  [
    'of another job that backs up all, where production backs up a part',
    [
      { at: '11-26', options: ['--exclude-table-data=log'] },
      { at: '11-28', from: staging },
    ],
  ],
  [
    'of the same job, which tried production later and failed',
    [
      { at: '11-26' },
      { at: '11-28', from: { server: 'b'.repeat(32) } },
      { at: '2026-11-28T04:00:00.000Z', databases: [], failed: ['shop'] },
    ],
  ],
  ["where production's do not tell their server", [{ at: '11-26', from: null }, { at: '11-28' }]],
])("a fresh backup of staging's hides no old one of production's: %s", (_, told) => {
  expect(listCodes(look(told))).toEqual(['"shop" PGB_STALE'])
})

describe('a file of the whole cluster', () => {
  const cluster = (at: string, databases: readonly string[], told: Partial<Told> = {}): Told => {
    const { manifest } = makeBackup({ at })
    const file = { kind: 'cluster', database: null, name: `cluster_${at.replace(/\W/g, '')}.sql.gz` } as const
    return {
      at,
      ...told,
      change: {
        plan: { ...manifest.plan, all: true, databases, options: told.options ?? [] },
        files: [makeFile(file)],
      },
    }
  }
  it.each<[string, Told[], string[]]>([
    ['answers for each database that it holds', [cluster('11-28', ['shop', 'blog'])], []],
    ['does not for one that it does not hold', [cluster('11-28', ['blog'])], ['"shop" PGB_STALE']],
    ['does not where an option chose', [cluster('11-28', [])], ['"shop" PGB_STALE']],
    ['answers instead of an older file', [{ at: '11-20' }, cluster('11-28', ['shop'])], []],
    ['gives way to a newer file', [cluster('11-20', ['shop']), { at: '11-28' }], []],
    ['is judged as others are', [cluster('11-26', ['shop'])], ['the cluster PGB_STALE']],
  ])('%s', (_, told, codes) => {
    expect(listCodes(look(told, { databases: ['shop'] }))).toEqual(codes)
    const server = { databases: ['shop'], owns: () => true }
    expect(listCodes(look(told, { databases: ['shop'], server }))).toEqual(codes)
  })

  it('is one verdict, which tells what it must hold', () => {
    const { verdicts } = look([cluster('11-28', ['shop', 'blog'])], { databases: ['shop', 'blog'] })
    expect(verdicts).toEqual([expect.objectContaining({ subject: 'the cluster', wanted: ['shop', 'blog'] })])
  })
})

it('a backup without its roles is none', () => {
  const { manifest } = makeBackup({ at: '11-28' })
  const globals = makeFile({ kind: 'globals', database: null, name: 'globals_20261128T030000Z.sql.gz' })
  const told = { at: '11-28', change: { files: [...manifest.files, globals] } }
  expect(listCodes(look([told]))).toEqual([])
  const short = makeBackup(told)
  const gone = { ...short, files: new Map([...short.files].filter(([name]) => name !== globals.name)) }
  expect(listCodes(judge([gone], [], usual, now))).toEqual(['"shop" PGB_STALE'])
})

it('dumps with other options are no measure, and nothing at all is not good', () => {
  const other = [
    { at: '11-27', file: bytes(1000) },
    { at: '11-28', file: bytes(400), options: ['--no-comments'] },
  ]
  expect(listCodes(look(other))).toEqual([])
  expect(isGood({ verdicts: [], problems: [] })).toBe(false)
})

it('what was not backed up within two weeks is forgotten, unless it is named', () => {
  const told = [{ at: '11-10', databases: ['old'] }, { at: '11-28' }]
  expect(listCodes(look(told))).toEqual([])
  expect(listCodes(look(told, { databases: ['shop', 'old'] }))).toEqual(['"old" PGB_STALE'])
})

it('says in words what is wrong and what to do', () => {
  const [verdict] = look([{ at: '11-26' }]).verdicts
  expect(verdict?.problems[0]).toEqual({
    code: 'PGB_STALE',
    what: 'The newest backup of "shop" is too old',
    why: 's3://bucket/backup-2026-11-26T03:00:00.000Z was made 53 hours ago, and "max-age" is 26h',
    whatToDo: expect.stringContaining('disables schedules after 60 days'),
  })
})

describe('of a server that was asked,', () => {
  const owns = (series: { server: string } | null): boolean =>
    series === null || series.server === 'b'.repeat(32)
  const server = { databases: ['shop'], owns }
  const own = { server: 'b'.repeat(32) }
  it.each<[string, Told[], string[]]>([
    ['its own backup counts', [{ at: '11-28', from: own }], []],
    ['one that says of no server counts', [{ at: '11-28', from: null }], []],
    ['that of another one does not', [{ at: '11-28' }], ['"shop" PGB_STALE']],
    [
      'its own is judged beside that of another one',
      [{ at: '11-28' }, { at: '11-01', from: own }],
      ['"shop" PGB_STALE'],
    ],
    [
      "a part is all it has, beside another one's whole",
      [{ at: '11-28' }, { at: '11-28', from: own, options: ['--exclude-table-data=log'] }],
      [],
    ],
    ['nothing at all is said once', [], ['"shop" PGB_STALE']],
  ])('%s', (_, told, codes) => {
    expect(listCodes(look(told, { server }))).toEqual(codes)
  })
})
