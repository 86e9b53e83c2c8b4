import { describe, expect, it } from '@jest/globals'
import { decideRetention, type Fate } from '../../src/catalogue/retention.ts'
import { parseKeep } from '../../src/inputs/keep.ts'
import { makeBackup, series, type Told } from './samples.ts'

function decide(keep: string, told: readonly Told[]): Fate[] {
  const policy = parseKeep(keep)
  if (policy === undefined) throw new Error('No policy')
  return decideRetention(told.map(makeBackup), [], policy, series)
}

/** Expects that just these are removed, by the times that the test gave. */
function expectRemoved(keep: string, told: readonly Told[], removed: readonly string[]): void {
  const fates = decide(keep, told)
  expect(fates).toHaveLength(told.length)
  const names = fates.filter(({ isKept }) => !isKept).map(({ backup }) => backup.name)
  const expected = told.filter(({ at }) => removed.includes(at)).map((entry) => makeBackup(entry).name)
  expect(names.sort()).toEqual(expected.sort())
}

describe('retention removes what the policy does not keep, and', () => {
  it('says why it keeps each backup, and why it removes one', () => {
    const told = ['11-25', '11-26', '11-27', '11-28'].map((at) => ({ at }))
    expect(decide('last=1 daily=2 within=26h', told).map(({ isKept, why }) => [isKept, why])).toEqual([
      [true, 'within 26h, last, daily'],
      [true, 'within 26h, daily'],
      [false, 'nothing keeps it'],
      [false, 'nothing keeps it'],
    ])
  })

  it('keeps all without a rule that is kept to', () => {
    expectRemoved('last=9', [{ at: '11-27' }, { at: '11-28' }], [])
  })

  it('counts the production server alone where staging has databases of the same name', () => {
    const staging = { server: 'b'.repeat(32) }
    const told = [{ at: '11-26' }, { at: '11-27', from: staging }, { at: '11-28', from: staging }]
    expectRemoved('last=1', told, [])
  })

  it('does not count what another workflow made before a migration', () => {
    const migration = { workflow: '.github/workflows/migrate.yml' }
    expectRemoved('last=1', [{ at: '11-26' }, { at: '11-27', from: migration }], [])
    expectRemoved('last=1', [{ at: '11-26' }, { at: '11-27', from: { job: 'before' } }], [])
    expectRemoved('last=1', [{ at: '11-26' }, { at: '11-27', from: { repository: 'octo/blog' } }], [])
  })

  it('does not count a part of a database for the whole, in whatever order the options stand', () => {
    const part = ['--table=orders', '--no-owner']
    expectRemoved('last=1', [{ at: '11-26' }, { at: '11-27', options: part }], [])
    const whole = [{ at: '11-26' }, { at: '11-27' }, { at: '11-28', options: part }]
    expectRemoved('last=1', whole, ['11-26'])
    const told = [
      { at: '11-26', options: part },
      { at: '11-27', options: part.toReversed() },
    ]
    const policy = parseKeep('last=1')
    const parts = { ...series, options: part.toSorted() }
    const fates = policy && decideRetention(told.map(makeBackup), [], policy, parts)
    expect(fates?.map(({ isKept }) => isKept)).toEqual([true, false])
  })

  it('keeps all shards of a night, however the databases are spread over them', () => {
    const told = [
      { at: '2026-11-27T03:00:00Z', databases: ['a', 'b'] },
      { at: '2026-11-27T03:00:05Z', databases: ['c'] },
      { at: '2026-11-28T03:00:00Z', databases: ['a'] },
      { at: '2026-11-28T03:00:05Z', databases: ['b', 'c'] },
    ]
    expectRemoved('last=1', told, ['2026-11-27T03:00:00Z', '2026-11-27T03:00:05Z'])
    expectRemoved('daily=1', told, ['2026-11-27T03:00:00Z', '2026-11-27T03:00:05Z'])
    expectRemoved('daily=2', told, [])
    // One shard of today is late or lost.
    expectRemoved('last=1', told.slice(0, 3), [])
    expect(decide('last=1', told.slice(0, 3)).map(({ why }) => why)).toEqual(['last', 'last', 'last for "b"'])
  })

  it('keeps what a database that was added needs, and the last of one that is gone', () => {
    const told = [
      { at: '11-24', databases: ['old', 'shop'] },
      { at: '11-25', databases: ['shop'] },
      { at: '11-26', databases: ['shop', 'new'] },
      { at: '11-27', databases: ['shop', 'new'] },
    ]
    expectRemoved('last=1', told, ['11-25', '11-26'])
  })

  it('does not let a cluster in one file stand in for databases, nor a database that is named like it', () => {
    const cluster = { file: { kind: 'cluster', database: null, name: 'cluster.sql' } } as const
    const change = { plan: makeBackup({ at: '11-27', databases: [] }).manifest.plan }
    expectRemoved('last=1', [{ at: '11-26' }, { at: '11-27', ...cluster, change }], [])
    const named = { at: '11-28', databases: ['the cluster'] }
    expectRemoved('last=1', [{ at: '11-27', ...cluster, change }, named], [])
  })
})

describe('a backup counts for nothing, and stays,', () => {
  it.each<[string, Partial<Told>, string]>([
    ['of the future', { storedAt: '2026-11-27T12:00:00Z' }, 'it is dated later than it was stored'],
    [
      'that ended before it began',
      { change: { finishedAt: '2026-11-27T02:00:00Z' } },
      'it is dated later than it was stored',
    ],
    ['without a series', { from: null }, 'it does not say what workflow and server it is of'],
  ])('%s', (_, change, why) => {
    const told = [{ at: '11-27' }, { at: '11-28', ...change }]
    expectRemoved('last=1', told, [])
    expect(decide('last=1', told)[0]?.why).toBe(why)
  })

  it('unless it is only the clocks that differ', () => {
    expectRemoved('last=1', [{ at: '11-27' }, { at: '11-28', storedAt: '2026-11-28T03:00:59Z' }], ['11-27'])
  })

  it('that cannot be read', () => {
    const policy = parseKeep('last=1')
    const backup = makeBackup({ at: '11-28' })
    const unread = [{ backup, why: 'no JSON' }]
    const fates = policy && decideRetention([makeBackup({ at: '11-27' })], unread, policy, series)
    expect(fates?.map(({ isKept, why }) => [isKept, why])).toEqual([
      [true, 'last'],
      [true, 'it could not be read: no JSON'],
    ])
  })
})

describe('an incomplete backup counts for nothing, and stays until it is replaced,', () => {
  it.each<[string, Partial<Told>]>([
    ['where a dump failed', { failed: ['blog'] }],
    [
      'where the globals failed',
      {
        change: {
          status: 'partial',
          failures: [{ database: null, code: 'PGB_PERMISSION', reason: '' }],
        },
      },
    ],
    ['where a file is cut short', { short: ['shop'] }],
    ['that claims to be complete and holds nothing', { change: { files: [] } }],
    [
      'that claims to be complete and lacks a database',
      { change: { plan: makeBackup({ at: '11-27', databases: ['shop', 'blog'] }).manifest.plan } },
    ],
    ['with two files for one database', { databases: ['shop', 'shop'] }],
    ['with an empty file', { file: { size: 0 } }],
  ])('%s', (_, change) => {
    // Were it counted, the complete one before it would go.
    expectRemoved('last=1', [{ at: '11-26' }, { at: '11-27', ...change }], [])
  })

  it('when newer complete ones hold all that it has', () => {
    const partial = { at: '11-26', databases: ['shop'], failed: ['blog'] }
    expectRemoved('last=3', [{ at: '11-25' }, partial], [])
    expectRemoved('last=3', [{ at: '11-25' }, partial, { at: '11-27' }], ['11-26'])
  })

  it('but never with the last copy of a database', () => {
    const partial = { at: '11-26', databases: ['shop', 'blog'], failed: ['news'] }
    expectRemoved('last=1', [partial, { at: '11-27' }, { at: '11-28' }], ['11-27'])
    expect(decide('last=1', [partial, { at: '11-27' }])[1]?.why).toBe(
      'it is incomplete, and no newer complete backup holds "blog"',
    )
    // Another incomplete one is no replacement either.
    expectRemoved('last=1', [partial, { ...partial, at: '11-27' }], [])
  })
})

describe('nothing is removed while an alarm lasts:', () => {
  const nights = [{ at: '11-25' }, { at: '11-26' }]
  const alarming = { at: '11-27', alarm: ['shop'] }

  it('the newest alarms', () => {
    expectRemoved('last=1', [...nights, alarming], [])
    expect(decide('last=1', [...nights, alarming])[1]?.why).toBe(
      'the alarm of "max-shrink" in backup-2026-11-27T03:00:00.000Z lasts',
    )
  })

  it('another shard of the night alarms', () => {
    const shards = [
      { at: '11-26', databases: ['blog'] },
      { at: '11-27', databases: ['blog'], alarm: ['blog'] },
      { at: '11-28' },
    ]
    expectRemoved('last=1', [...nights, ...shards], [])
  })

  it('until a newer one does not', () => {
    expectRemoved('last=1', [...nights, alarming, { at: '11-28' }], ['11-25', '11-26', '11-27'])
  })
})
