import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { startCluster, type Cluster } from '../../support/postgres/cluster.ts'
import { backUp, readManifest, restore } from '../../support/story.ts'

/**
 * A server has room for some 3,300 locks with 30 connections, and pg_dump takes one for each table. PGB_FULL_MATRIX asks
 * for far more, on a server with as many locks as that takes.
 */
const isFull = process.env['PGB_FULL_MATRIX'] !== undefined
const [tables, partitions] = isFull ? [20_000, 2000] : [2500, 0]
/** Milliseconds: the full form writes some 200,000 files for each database, which a busy disk makes slow. */
const patience = isFull ? 3_600_000 : 600_000
const settings = { max_connections: '30', ...(isFull && { max_locks_per_transaction: '450' }) }

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
  if (partitions === 0) return
  await cluster.psql('wide', 'create table parts (id int primary key, note text) partition by range (id)')
  for (let first = 1; first <= partitions; first += 250)
    await cluster.psql(
      'wide',
      `do $$ begin for i in ${first} .. ${first + 249} loop
        execute format('create table %I partition of parts for values from (%s) to (%s)', 'part ' || i, i, i + 1);
        execute format('insert into parts values (%s, %L)', i, i);
      end loop; end $$`,
    )
}, patience)

afterAll(async () => {
  await cluster.stop('immediate')
}, patience)

it.each(isFull ? ['plain', 'custom', 'directory'] : ['plain', 'directory'])(
  'a server with just the locks for pg_dump is enough to prove and restore the format %s',
  async (format) => {
    const url = cluster.url('wide')
    const directory = await backUp({ url, format, verify: 'restore', jobs: '2' })
    const [file] = (await readManifest(directory)).files
    expect(file?.verification.compared).toContain(
      `Number of rows and hash of the content: ${tables + partitions} tables, in the snapshot of the dump`,
    )
    const target = `again_${format}`
    const run = await restore({ url, path: directory, 'target-database': target, jobs: '2' })
    expect(run.log).not.toContain('::error')
    expect(run.exitCode).toBe(0)
    const count = `select count(*) from pg_tables where schemaname = 'public' and tablename <> 'parts'`
    expect(await cluster.psql(target, count)).toBe(String(tables + partitions))
    await cluster.psql('postgres', `drop database ${target}`)
  },
  patience,
)
