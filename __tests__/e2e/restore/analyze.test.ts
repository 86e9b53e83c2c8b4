import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { startCluster, type Cluster } from '../../support/postgres/cluster.ts'
import type { ActionRun } from '../../support/runner.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { backUp, restore } from '../../support/story.ts'

let cluster: Cluster
let path: string

beforeAll(async () => {
  // The server by itself would gather them too, sooner or later.
  cluster = await startCluster({ settings: { autovacuum: 'off' } })
  await cluster.psql('postgres', 'create database shop; create database blog')
  await cluster.psql('shop', 'create table item as select generate_series(1, 500) as id')
  await cluster.psql('blog', 'create table post as select generate_series(1, 7) as id')
  path = await backUp({ url: cluster.url(), databases: 'shop, blog', verify: 'none', format: 'custom' })
})
afterAll(() => cluster.stop('immediate'))

/** Rows of a table as the planner takes them, and columns of which it knows something. */
function readStatistics(database: string, table: string): Promise<string> {
  const rows = `select reltuples from pg_class where relname = '${table}'`
  return cluster.psql(
    database,
    `select (${rows}), (select count(*) from pg_stats where tablename = '${table}')`,
  )
}

function listLacks({ annotations }: ActionRun): string[] {
  const lacks = annotations.filter(({ title }) => title === 'No statistics')
  return lacks.map(({ level, message }) => `${level}: ${message}`)
}

it('leaves statistics of each database, whatever limit a database has, and says how long each phase took', async () => {
  await cluster.psql('postgres', `alter database shop set statement_timeout = '1ms'`)
  const file = join(await makeScratchDirectory('analyze'), 'summary.md')
  await writeFile(file, '')
  const run = await restore(
    { url: cluster.url(), path, clean: 'true', jobs: '3' },
    { environment: { GITHUB_STEP_SUMMARY: file } },
  )
  await cluster.psql('postgres', 'alter database shop reset statement_timeout')
  expect([run.exitCode, listLacks(run)]).toEqual([0, []])
  expect(await readStatistics('shop', 'item')).toBe('500|1')
  expect(await readStatistics('blog', 'post')).toBe('7|1')
  expect(await readFile(file, 'utf8')).toMatch(/\(fetch [\d.]+ \w+, check .+, restore .+, analyze .+\)\.\n/)
})

it('leaves none with `analyze: false`', async () => {
  const run = await restore({ url: cluster.url(), path, clean: 'true', analyze: 'false' })
  expect(run.exitCode).toBe(0)
  expect(await readStatistics('shop', 'item')).toBe('-1|0')
})

it('does not fail a restore whose statistics fail, and goes on with the other databases', async () => {
  await cluster.psql('postgres', 'create database bad')
  await cluster.psql(
    'bad',
    `create function picky(int) returns int immutable language plpgsql as $$ begin
       if pg_catalog.current_query() ~ '^ANALYZE' then raise 'not me'; end if; return $1; end $$;
     create table item as select 1 as id; create index on item (picky(id))`,
  )
  const directory = await backUp({ url: cluster.url(), databases: 'bad, shop', verify: 'none' })
  const run = await restore({ url: cluster.url(), path: directory, clean: 'true' })
  expect([run.exitCode, run.outputs['status']]).toEqual([0, 'complete'])
  expect(listLacks(run)).toEqual([
    expect.stringMatching(/^warning: .*no statistics of "bad": .*not me.*\. Run ANALYZE/),
  ])
  expect(await readStatistics('shop', 'item')).toBe('500|1')
})
