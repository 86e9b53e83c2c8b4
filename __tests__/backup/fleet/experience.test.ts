import { describe, expect, it } from '@jest/globals'
import { learn, selectParts } from '../../../src/backup/fleet/experience.ts'
import { makePlan, type PlannedFile } from '../../../src/backup/plan.ts'
import { makeBackup, series, type Told } from '../../catalogue/samples.ts'
import { makeFile } from '../../support/manifests.ts'
import { database, defaults, server } from '../samples.ts'

const plan = { ...series, job: 'plan' }

function select(...told: Told[]): string[] {
  return selectParts(told.map(makeBackup), plan).map(({ manifest }) => manifest.startedAt.slice(5, 10))
}

describe('selectParts', () => {
  it('takes the complete backups of all jobs of the workflow, newest first', () => {
    expect(select({ at: '11-02' }, { at: '11-03', from: { job: 'other' } }, { at: '11-01' })).toEqual([
      '11-03',
      '11-02',
      '11-01',
    ])
  })

  it.each<[string, Partial<Told>]>([
    ['of another workflow', { from: { workflow: 'other.yml' } }],
    ['of another server', { from: { server: 'b'.repeat(32) } }],
    ['of no series', { from: null }],
    ['with other options', { options: ['--schema-only'] }],
    ['of which one failed', { failed: ['blog'] }],
    ['that the store had before it was made', { storedAt: '2026-11-01T00:00:00Z' }],
  ])('takes none %s', (_, told) => {
    expect(select({ at: '11-02', ...told }, { at: '11-01' })).toEqual(['11-01'])
  })
})

function planFiles(names: readonly string[]): readonly PlannedFile[] {
  const given = { ...defaults, databases: [...names] }
  const databases = names.map((name) => database(name))
  return makePlan(given, { ...server, databases }, { clientMajor: 15, cores: 2, now: new Date() }).files
}

describe('learn', () => {
  // Each of these took a minute.
  const both = {
    files: [
      makeFile({ database: 'shop', durationSeconds: 30, size: 500 }),
      makeFile({ database: 'blog', name: 'blog.sql.gz', durationSeconds: 10, size: 20 }),
      makeFile({ database: null, kind: 'globals', name: 'globals.sql.gz', durationSeconds: 40 }),
    ],
  }

  it('gives each database its share of what its newest run took', () => {
    const backups = [makeBackup({ at: '11-02', change: both }), makeBackup({ at: '11-01' })]
    expect(learn(backups, planFiles(['shop', 'blog', 'new']))).toEqual(
      new Map([
        ['shop', { seconds: 45, dumpSeconds: 30, bytes: 500 }],
        ['blog', { seconds: 15, dumpSeconds: 10, bytes: 20 }],
      ]),
    )
  })

  it('learns nothing from a file of another format or compression, and nothing of what is not planned', () => {
    const others = [
      makeBackup({ at: '11-04', file: { format: 'custom' } }),
      makeBackup({ at: '11-03', file: { compression: { method: 'zstd', level: 3, inside: false } } }),
      makeBackup({ at: '11-02', file: { size: 7 } }),
    ]
    expect([...learn(others, planFiles(['shop'])).values()].map(({ bytes }) => bytes)).toEqual([7])
    expect(learn(others, planFiles(['blog'])).size).toBe(0)
  })

  it('takes no time of a run that took none', () => {
    const backup = makeBackup({ at: '11-02', file: { durationSeconds: 0 } })
    expect(learn([backup], planFiles(['shop'])).get('shop')?.seconds).toBe(0)
  })
})
