import { describe, expect, it } from '@jest/globals'
import type { BackupInputs } from '../../src/backup/inputs.ts'
import { makePlan, type BackupPlan, type PlanConditions } from '../../src/backup/plan.ts'
import { database, defaults, server } from './samples.ts'

const now = new Date('2026-11-04T02:00:00.123Z')
const stamp = '20261104T020000Z'

function plan(change: Partial<BackupInputs> = {}, conditions: Partial<PlanConditions> = {}): BackupPlan {
  return makePlan({ ...defaults, ...change }, server, { clientMajor: 15, cores: 4, now, ...conditions })
}

const properties = `properties_${stamp}.json.gz`

const namesOf = ({ files }: BackupPlan): string[] => files.map(({ name }) => name)

describe('makePlan', () => {
  it.each<[string, Partial<BackupInputs>, string[]]>([
    ['the database of the url', {}, [`shop_${stamp}.sql.gz`, properties]],
    ['a named one', { databases: ['blog'] }, [`blog_${stamp}.sql.gz`, properties]],
    ['globals first', { globals: true }, [`globals_${stamp}.sql.gz`, `shop_${stamp}.sql.gz`, properties]],
    ['the cluster', { all: true }, [`cluster_${stamp}.sql.gz`, properties]],
    [
      'a cluster of which nobody knows what it holds',
      { all: true, options: ['--exclude-database=x*'] },
      [`cluster_${stamp}.sql.gz`],
    ],
    [
      'cluster and globals',
      { all: true, globals: true },
      [`globals_${stamp}.sql.gz`, `cluster_${stamp}.sql.gz`, properties],
    ],
    [
      'globals are plain whatever the format',
      { globals: true, format: 'custom' },
      [`globals_${stamp}.sql.gz`, `shop_${stamp}.dump`, properties],
    ],
  ])('plans %s', (_, change, expected) => {
    expect(namesOf(plan(change))).toEqual(expected)
  })

  it.each<[BackupInputs['format'], BackupInputs['compression']['method'], number, string]>([
    ['plain', 'none', 15, '.sql'],
    ['plain', 'bzip2', 15, '.sql.bz2'],
    ['plain', 'zstd', 18, '.sql.zst'],
    ['plain', 'lz4', 18, '.sql.lz4'],
    ['plain', 'xz', 15, '.sql.xz'],
    ['custom', 'none', 15, '.dump'],
    ['custom', 'gzip', 15, '.dump'],
    ['custom', 'zstd', 15, '.dump.zst'],
    ['custom', 'zstd', 16, '.dump'],
    ['custom', 'lz4', 15, '.dump.lz4'],
    ['custom', 'lz4', 16, '.dump'],
    ['custom', 'bzip2', 18, '.dump.bz2'],
    ['directory', 'gzip', 15, '.dir.tar'],
    ['directory', 'zstd', 15, '.dir.tar.zst'],
    ['directory', 'zstd', 17, '.dir.tar'],
    ['directory', 'xz', 17, '.dir.tar.xz'],
    ['tar', 'none', 15, '.tar'],
    ['tar', 'gzip', 15, '.tar.gz'],
    ['tar', 'lz4', 18, '.tar.lz4'],
  ])('names %s with %s by client %i shop_…%s', (format, method, clientMajor, ending) => {
    const [file] = plan({ format, compression: { method, level: undefined } }, { clientMajor }).files
    expect(file?.name).toBe(`shop_${stamp}${ending}`)
    const isInside = !/\.(gz|bz2|zst|lz4|xz)$/.test(ending) && method !== 'none'
    expect(file?.compression.inside).toBe(isInside)
  })

  it('gives encrypted files their suffix', () => {
    expect(namesOf(plan({ encryption: { kind: 'passphrase', passphrase: 'x' } }))).toEqual([
      `shop_${stamp}.sql.gz.age`,
      `${properties}.age`,
      'contents.json.age',
    ])
    const unread = plan({ encryption: { kind: 'passphrase', passphrase: 'x' }, verify: 'none' })
    expect(namesOf(unread)).not.toContain('contents.json.age')
  })

  it('gives names that differ by case, or are not plain, files of their own', () => {
    const names = namesOf(plan({ databases: ['*'] }))
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(5)
    expect(names).toContainEqual(expect.stringMatching(/^my_db-[0-9a-f]{16}_20261104T020000Z\.sql\.gz$/))
  })

  it.each<[string, Partial<BackupInputs>, string]>([
    ['the database', {}, `postgres-backup-shop-${stamp}`],
    ['its readable name', { databases: ['my db'] }, `postgres-backup-my_db-00000000-${stamp}`],
    ['the number of databases', { databases: ['shop', 'blog'] }, `postgres-backup-2-databases-${stamp}`],
    ['the cluster', { all: true }, `postgres-backup-cluster-${stamp}`],
    ['what is asked for', { artifactName: 'nightly' }, 'nightly'],
  ])('names the artifact after %s', (_, change, expected) => {
    const { artifactName } = plan(change)
    expect(artifactName.replace(/my_db-[0-9a-f]{16}/, 'my_db-00000000')).toBe(expected)
  })

  it.each<[string, Partial<BackupInputs>, number, [number, number, number]]>([
    ['one database', {}, 4, [1, 4, 4]],
    ['as many as there are', { databases: ['*'] }, 8, [4, 2, 2]],
    ['as many as cores', { databases: ['*'] }, 2, [2, 1, 1]],
    ['as many as asked for', { databases: ['*'], jobs: 3 }, 2, [3, 1, 1]],
    ['one at a time', { databases: ['*'], jobs: 1 }, 4, [1, 1, 4]],
    ['the tables of one', { jobs: 6, format: 'directory' }, 2, [1, 6, 2]],
  ])('shares out jobs and cores: %s', (_, change, cores, expected) => {
    const { concurrency, tableJobs, threads } = plan(change, { cores })
    expect([concurrency, tableJobs, threads]).toEqual(expected)
  })

  it('knows the sizes on the server, the yardstick of progress', () => {
    const sizes = plan({ databases: ['shop', 'my db'] }).files.map(({ sizeOnServer }) => sizeOnServer)
    expect(sizes).toEqual([5000, null, 0])
    expect(plan({ all: true }).files[0]?.sizeOnServer).toBe(6300)
  })

  it('keeps what is missing beside what is there', () => {
    expect(plan({ databases: ['shop', 'none'] }).missing).toEqual(['none'])
  })

  it('knows which databases a cluster has, templates aside', () => {
    const databases = [
      ...server.databases,
      { ...database('template1'), isTemplate: true },
      { ...database('closed'), allowsConnections: false },
      database('*'),
    ]
    const { clusterDatabases } = makePlan(
      { ...defaults, all: true },
      { ...server, databases },
      { clientMajor: 15, cores: 4, now },
    )
    expect(clusterDatabases).toEqual(['shop', 'Blog', 'blog', 'my db', '*'])
    expect(plan({ databases: ['*'] }).clusterDatabases).toEqual([])
    expect(plan({ all: true, options: ['--exclude-database=b*'] }).clusterDatabases).toEqual([])
  })

  it.each([[['none']], [['nothing*']], [['shop', '!shop']]])(
    'refuses %j, which leaves nothing',
    (databases) => {
      expect(() => plan({ databases })).toThrow(/There is no database to back up: .*\[PGB_NO_DATABASE\]$/)
    },
  )
})
