import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { startCluster, type Cluster } from '../../support/postgres/cluster.ts'
import { deadlockingTables, writeNamedWorkers } from '../../support/postgres/deadlock-fixture.ts'
import { runAction, type ActionRun } from '../../support/runner.ts'
import { backUp, restore } from '../../support/story.ts'

/*
 * PostgreSQL ends one of two workers of pg_restore that wait for each other, as ALTER INDEX … ATTACH PARTITION and
 * foreign keys can make them do.
 */

let cluster: Cluster
let stored: string
let environment: Record<string, string>

beforeAll(async () => {
  cluster = await startCluster()
  await cluster.psql('postgres', 'create database shop')
  await cluster.psql('shop', deadlockingTables)
  environment = { PATH: await writeNamedWorkers() }
  stored = await backUp({ url: cluster.url('shop'), format: 'directory', verify: 'none' })
})
afterAll(async () => {
  await cluster.stop('immediate')
})

function expectSecondTry(run: ActionRun, subject: string): void {
  const of = (level: string): string[] =>
    run.annotations.filter((annotation) => annotation.level === level).map(({ message }) => message)
  expect(of('error')).toEqual([])
  expect(of('warning')).toEqual([expect.stringContaining(`${subject} is restored again by one worker`)])
  expect([run.exitCode, run.orphans]).toEqual([0, []])
}

it.each([
  ['a new database', 'fresh', 'created'],
  ['one that takes the place of another', 'taken', 'replaced'],
])(
  'is restored by one worker then, into %s',
  async (_, name, how) => {
    if (name === 'taken') await cluster.psql('postgres', 'create database taken')
    const target = { url: cluster.url(), 'target-database': name, clean: 'true' }
    const run = await restore({ ...target, path: stored, jobs: '2' }, { environment })
    expectSecondTry(run, `"${name}"`)
    expect(run.leftOver).toEqual([])
    expect(run.summary).toMatch(new RegExp(`\\| ${name} \\| ${how} \\|.* \\| 2 in 2 tables \\|`))
    const left = await cluster.psql(
      'postgres',
      `select count(*) from pg_database where datname ~ 'restoring'`,
    )
    expect(left).toBe('0')
  },
  240_000,
)

it('is no fault of the backup in a drill', async () => {
  const run = await runAction({
    bundle: 'check',
    inputs: { path: stored, verify: 'restore', jobs: '2' },
    environment,
  })
  expectSecondTry(run, '"shop"')
  expect(run.summary).toContain('1 database with a good backup, fetched and restored')
}, 240_000)

it('is no fault of the backup in its proof', async () => {
  const run = await runAction({
    bundle: 'backup',
    inputs: {
      ...{ url: cluster.url('shop'), format: 'directory', jobs: '2', verify: 'restore' },
      upload: 'false',
    },
    environment,
  })
  expectSecondTry(run, '"shop"')
  expect(run.outputs['status']).toBe('complete')
}, 240_000)
