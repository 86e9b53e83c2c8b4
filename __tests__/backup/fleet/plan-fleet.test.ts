import { describe, expect, it } from '@jest/globals'
import type { Experience } from '../../../src/backup/fleet/experience.ts'
import type { Surroundings } from '../../../src/backup/fleet/obstacles.ts'
import { planFleet, type FleetPlan } from '../../../src/backup/fleet/plan-fleet.ts'
import type { BackupInputs } from '../../../src/backup/inputs.ts'
import { makePlan } from '../../../src/backup/plan.ts'
import { defaults, server } from '../samples.ts'

const near: Surroundings = {
  cores: 2,
  roundTrip: 0,
  freeConnections: 90,
  freeDisk: 14e9,
  mostSeconds: 6 * 3600,
}

function plan(
  sizes: readonly number[],
  shards: number,
  change: Partial<Surroundings> = {},
  inputs: Partial<BackupInputs> = {},
  past: Parameters<typeof planFleet>[4] = new Map(),
): FleetPlan {
  const given = { ...defaults, databases: ['db*'], ...inputs }
  const databases = sizes.map((size, index) => ({
    ...{ name: `db${index}`, isTemplate: false, allowsConnections: true, mayConnect: true },
    size,
  }))
  const setting = { clientMajor: 15, cores: 2, now: new Date('2026-11-04T02:00:00Z') }
  const planned = makePlan(given, { ...server, databases }, setting)
  return planFleet(planned, given, shards, { ...near, ...change }, past)
}

const alike = (count: number, size: number): number[] => Array<number>(count).fill(size)

describe('planFleet', () => {
  it('divides databases by their work, and names the parts after the plan', () => {
    const { matrix, warnings } = plan([9e9, 1e9, 2e9, 3e9], 2, {}, { globals: true })
    expect(matrix.include).toEqual([
      {
        shard: 1,
        databases: '["db0"]',
        size: 9e9,
        label: '1 of 2: 1 database, 9.0 GB',
        name: 'postgres-backup-20261104T020000Z-1-of-2',
        globals: false,
      },
      {
        shard: 2,
        databases: '["db1","db2","db3"]',
        size: 6e9,
        label: '2 of 2: 3 databases, 6.0 GB',
        name: 'postgres-backup-20261104T020000Z-2-of-2',
        globals: true,
      },
    ])
    expect(warnings).toEqual([])
  })

  it('names the parts after the artifact where that has a name', () => {
    const { matrix } = plan([1, 1], 2, {}, { artifactName: 'night' })
    expect(matrix.include.map(({ name }) => name)).toEqual(['night-1-of-2', 'night-2-of-2'])
  })

  it('counts the work of tiny databases by their number', () => {
    const { parts } = plan([60e6, ...alike(20, 0)], 2)
    expect(parts.map(({ loads }) => loads.length)).toEqual([14, 7])
  })

  // 60 MB/s for each of two cores: 2.592 TB in six hours.
  const cases: [string, number[], number, Partial<Surroundings>, RegExp][] = [
    [
      'time',
      alike(100, 50e9),
      1,
      { freeDisk: undefined },
      /^Part 1 .* 12 hours .* 6 hours\. Set "shards: 2"\.$/,
    ],
    ['the time of one', [2e12], 4, { freeDisk: undefined }, /9\.3 hours .* No number of parts would do/],
    ['disk', alike(100, 1e9), 1, {}, /^Part 1 .* 35\.0 GB, .* 14\.0 GB free\. Set "shards: 3"\.$/],
    ['disk for one', [100e9], 1, {}, /No number of parts would do, .* "compression"/],
    ['connections', alike(200, 1e6), 64, {}, /128 connections, .* 90 free .* "max-parallel: 45"/],
    [
      'a single connection',
      alike(8, 1e6),
      4,
      { freeConnections: 0 },
      /"max-parallel: 1".* lower "jobs" than 1/,
    ],
  ]
  it.each(cases)('warns of too little %s', (_, sizes, shards, change, words) => {
    const { warnings } = plan(sizes, shards, change)
    expect(warnings).toEqual([expect.stringMatching(words)])
  })

  it.each<[string, number[], number, Partial<Surroundings>, RegExp]>([
    [
      'time',
      alike(100, 150e9),
      1,
      { freeDisk: undefined },
      /"shards" .* 35 hours .* 6 hours\. Set "shards: 6"/,
    ],
    ['disk', alike(100, 2e9), 1, {}, /"shards" .* 70\.0 GB, .* 14\.0 GB free\. Set "shards: 5"/],
    ['disk for one', [200e9], 4, {}, /"shards" .* No number of parts would do/],
  ])('refuses what has far too little %s', (_, sizes, shards, change, words) => {
    expect(() => plan(sizes, shards, change)).toThrow(words)
  })

  it('lets a runner of your own take five days', () => {
    const own = { mostSeconds: 5 * 24 * 3600, freeDisk: undefined }
    expect(plan(alike(100, 150e9), 1, own).warnings).toEqual([])
  })

  const took = (hours: number, dumpHours: number, bytes: number): Experience => ({
    ...{ seconds: hours * 3600, dumpSeconds: dumpHours * 3600, bytes },
  })

  it('takes times and files of the last backups for what they tell of', () => {
    const past = new Map([
      ['db0', took(1, 1.5, 3e9)],
      ['db1', took(4, 2, 1e9)],
    ])
    // By their sizes the first would be alone, and the third takes 25 seconds of two cores.
    const { parts, warnings } = plan([90e9, 1e6, 3e9], 2, {}, {}, past)
    expect(parts.map(({ loads }) => loads.map(({ database }) => database).join())).toEqual(['db1', 'db0,db2'])
    expect(parts.map(({ seconds }) => Math.round(seconds))).toEqual([4 * 3600, 5400])
    expect(parts.map(({ disk }) => disk)).toEqual([1e9, 3e9 + 0.35 * 3e9])
    expect(warnings).toEqual([])
  })

  it('counts of those without a last backup what several dumps at once leave of their time', () => {
    const past = new Map([['db0', took(10 / 3600, 10 / 3600, 1)]])
    // Ten seconds each, of which two run at once.
    const { parts } = plan(alike(3, 600e6), 2, {}, {}, past)
    expect(parts.map(({ loads }) => loads.map(({ database }) => database).join())).toEqual(['db1,db2', 'db0'])
  })

  it('says by what it expects a part to take too long', () => {
    const past = new Map(['db0', 'db1'].map((name) => [name, took(4, 1, 1)]))
    expect(plan(alike(2, 1), 1, {}, {}, past).warnings).toEqual([
      'Part 1 is expected to take 8 hours, as its databases took the last time, and GitHub ends a job after 6 hours. Set "shards: 2".',
    ])
    expect(plan(alike(3, 1e9), 1, {}, {}, past).warnings).toEqual([
      expect.stringMatching(
        /^Part 1 .* 8 hours, as 2 of its databases took the last time and the others do on 2 cores, at 60 MB\/s for each, and /,
      ),
    ])
  })

  it('counts what a proof takes: two connections more for each dump, and room for a copy', () => {
    const { parts } = plan(alike(4, 1e9), 2, {}, { verify: 'restore' })
    expect(parts.map(({ connections, disk }) => [connections, disk])).toEqual([
      [6, 2.7e9],
      [6, 2.7e9],
    ])
  })
})
