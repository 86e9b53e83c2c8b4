import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { startCluster, type Cluster } from '../support/cluster.ts'
import { backUp, readManifest, restore } from '../support/story.ts'

/** A server has room for some 3,300 locks with these settings, and pg_dump takes one for each table. */
const tables = 2500
const settings = { max_connections: '30' }

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster({ settings })
  await cluster.psql('postgres', 'create database wide')
  for (let first = 1; first <= tables; first += 250)
    await cluster.psql(
      'wide',
      `do $$ begin for i in ${first} .. ${first + 249} loop
        execute format('create table %I (id int primary key, note text)', 'tenant ' || i);
        execute format('insert into %I select n, md5(n::text) from generate_series(1, %s) n', 'tenant ' || i, i % 5);
      end loop; end $$`,
    )
}, 120_000)

afterAll(async () => {
  await cluster.stop('immediate')
})

it.each(['plain', 'custom', 'directory'])(
  'a server with just the locks for pg_dump is enough to prove and restore the format %s',
  async (format) => {
    const url = cluster.url('wide')
    const directory = await backUp({ url, format, verify: 'restore', jobs: '2' })
    const [file] = (await readManifest(directory)).files
    expect(file?.verification.compared).toContain(
      `Number of rows and hash of the content: ${tables} tables, in the snapshot of the dump`,
    )
    const target = `again_${format}`
    const run = await restore({ url, path: directory, 'target-database': target, jobs: '2' })
    expect(run.log).not.toContain('::error')
    expect(run.exitCode).toBe(0)
    const count = `select count(*) from pg_tables where schemaname = 'public'`
    expect(await cluster.psql(target, count)).toBe(String(tables))
  },
  240_000,
)
