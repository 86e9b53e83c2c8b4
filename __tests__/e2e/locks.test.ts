import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { startCluster, type Cluster } from '../support/cluster.ts'
import { expectFailure, readError, runBackup } from './backup-support.ts'

let cluster: Cluster

/** A server with room for few locks. */
beforeAll(async () => {
  cluster = await startCluster({ settings: { max_connections: '20', max_locks_per_transaction: '10' } })
})
afterAll(async () => {
  await cluster.stop('immediate')
})

async function createTables(database: string, tables: number): Promise<void> {
  await cluster.psql('postgres', `create database ${database} template template0`)
  for (let first = 1; first <= tables; first += 100)
    await cluster.psql(
      database,
      `do $$ begin for i in ${first} .. ${Math.min(first + 99, tables)} loop
        execute format('create table t_%s as select %s as id', i, i); end loop; end $$`,
    )
}

it('a dump that needs more locks than there are says how many', async () => {
  await createTables('vast', 3000)
  const run = await runBackup({ url: cluster.url('vast') })
  expectFailure(run, 'PGB_LOCK')
  expect(readError(run)).toMatch(
    /room for 410, others hold \d+, and the dump needs 3000, .* max_locks_per_transaction on the server to 8\d or more/,
  )
}, 60_000)

it('dumps that have no room side by side are made one after the other', async () => {
  for (const name of ['east', 'west']) await createTables(name, 440)
  const run = await runBackup({
    url: cluster.url('east'),
    databases: 'east, west',
    jobs: '2',
    'fail-fast': 'true',
  })
  expect(run.log).toMatch(/::warning.*is dumped again, by itself/)
  expect(run.outputs['status']).toBe('complete')
}, 60_000)

it('workers are given up where only one has room for its locks', async () => {
  const run = await runBackup({ url: cluster.url('east'), format: 'directory', jobs: '8' })
  expect(run.log).toMatch(/::warning.*"east" is dumped again by one worker/)
  expect(run.outputs['status']).toBe('complete')
}, 60_000)
