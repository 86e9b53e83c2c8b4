import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createRunKey } from '../../../src/archive/age/age-keys.ts'
import { startCluster } from '../../support/postgres/cluster.ts'
import type { Cluster } from '../../support/postgres/cluster.ts'
import type { ActionRun } from '../../support/runner.ts'
import { readManifest, runBackup } from '../../support/backup-run.ts'

const role = { user: 'app', password: 'app-password' }
const subscriptions = 'subscriptions not dumped because current user is not a superuser'

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster()
  await cluster.psql('postgres', `create role app login password 'app-password'`)
  for (const database of ['shop', 'blog', 'cyclic', 'bare'])
    await cluster.psql('postgres', `create database ${database} owner app`)
  for (const database of ['shop', 'blog'])
    await cluster.psql(
      database,
      `set role app; create table t (n int); reset role;
       create subscription news connection 'dbname=nowhere' publication p with (connect = false);`,
    )
  await cluster.psql(
    'cyclic',
    `create table "Secret Hen" (id int primary key, egg int); create table "Secret Egg" (id int primary key, hen int references "Secret Hen");
     alter table "Secret Hen" add foreign key (egg) references "Secret Egg"; create unlogged table u as select 1`,
  )
}, 60_000)
afterAll(async () => {
  await cluster.stop()
})

function listWarnings({ annotations }: ActionRun): string[] {
  return annotations.filter(({ title }) => title === 'Incomplete dump').map(({ message }) => message)
}

describe('what a green backup does not hold is a warning', () => {
  it('of pg_dump, once for all databases, in annotation, manifest and summary', async () => {
    const run = await runBackup({ url: cluster.url('shop', role), databases: 'shop, blog' })
    const text = `The database "blog" and 1 more were dumped with a warning: ${subscriptions}`
    expect([run.exitCode, listWarnings(run)]).toEqual([0, [`${text}.`]])
    expect((await readManifest(run)).warnings).toEqual([text])
    expect(run.summary).toContain(text)
  }, 60_000)

  it('whose names of tables stay out of the manifest and the summary of an encrypted backup', async () => {
    const url = cluster.url('cyclic')
    const options = '--data-only'
    const open = await runBackup({ url, options })
    const [warning = 'none'] = listWarnings(open)
    expect(warning).toContain('there are circular foreign-key constraints')
    expect((await readManifest(open)).warnings).toEqual([warning.slice(0, -1)])
    const { recipient } = await createRunKey([])
    const closed = await runBackup({ url, options, 'age-recipients': recipient })
    expect(listWarnings(closed)).toEqual([warning])
    const text = 'The database "cyclic" was dumped with a warning: see the log of the run'
    expect((await readManifest(closed)).warnings).toEqual([text])
    expect(closed.summary).not.toContain('Secret')
  }, 60_000)

  it.each([
    ['plain', 'bare', ''],
    ['custom', 'bare', ''],
    ['directory', 'bare', ''],
    ['plain', 'shop', '--exclude-table=*'],
    ['custom', 'shop', '--exclude-table=*'],
  ])(
    'of a dump that holds nothing: %s of %s with options "%s"',
    async (format, database, options) => {
      const run = await runBackup({ url: cluster.url(database), format, options })
      expect(run.exitCode).toBe(0)
      expect(listWarnings(run).filter((text) => text.includes('it holds no table'))).toHaveLength(1)
    },
    60_000,
  )

  it('but not of the empty "postgres" beside others', async () => {
    const run = await runBackup({ url: cluster.url(), databases: 'postgres, cyclic' })
    expect([run.exitCode, listWarnings(run)]).toEqual([0, []])
  }, 60_000)
})

it('and so are the rows of unlogged tables, when a standby is backed up', async () => {
  const standby = await startCluster({
    standbyAfter: 'create unlogged table lost as select 1; create table kept as select 1',
  })
  try {
    const run = await runBackup({ url: standby.url() })
    const text =
      'The database "postgres" was dumped with a warning: the rows of one unlogged table are not in it, since a standby does not have them; back up from the primary to keep them'
    expect([run.exitCode, listWarnings(run)]).toEqual([0, [`${text}.`]])
    expect((await readManifest(run)).warnings).toEqual([text])
  } finally {
    await standby.stop()
  }
}, 60_000)
