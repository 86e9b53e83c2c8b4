import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startCluster, type Cluster } from '../../support/postgres/cluster.ts'
import { backUp, restore } from '../../support/story.ts'
import { expectFailure, readError, runBackup } from '../../support/backup-run.ts'

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
  await createTables('vast', 1000)
  const run = await runBackup({ url: cluster.url('vast') })
  expectFailure(run, 'PGB_LOCK')
  expect(readError(run)).toMatch(
    /room for 410, others hold \d+, and the dump needs 1000, .* max_locks_per_transaction on the server to [23]\d or more/,
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

describe('a restore in one transaction', () => {
  const quick = { verify: 'none', compression: 'none' }
  async function createKeyedTables(database: string, tables: number): Promise<void> {
    await cluster.psql('postgres', `create database ${database} template template0`)
    for (let first = 1; first <= tables; first += 50)
      await cluster.psql(
        database,
        `do $$ begin for i in ${first} .. ${Math.min(first + 49, tables)} loop
          execute format('create table t_%s (id int primary key, a int, b int); create index on t_%1$s (a); create index on t_%1$s (b)', i); end loop; end $$`,
      )
  }
  async function createKeyed(database: string, tables: number): Promise<string> {
    await createKeyedTables(database, tables)
    return backUp({ url: cluster.url(database), ...quick })
  }
  const read = (database: string): Promise<string> =>
    cluster.psql(database, `select count(*), min(oid) from pg_class where relname ~ '^t_' and relkind = 'r'`)

  it('is refused with figures where the server has no room for its locks, and goes into a new database', async () => {
    const path = await createKeyed('keyed', 275)
    const before = await read('keyed')
    const within = { url: cluster.url('keyed'), path, clean: 'true', replace: 'in-place' }
    const refused = await restore(within)
    expectFailure(refused, 'PGB_LOCK')
    // Of each table: itself, its three indexes, and where it is dropped the key's constraint and two types.
    expect(readError(refused)).toMatch(
      /"keyed" was not restored, and was left .* takes 3025 locks \(1925 for what is dropped and at least 1100 for .* room for about 410, of which others hold \d+\. Raise max_locks_per_transaction on the server to 8\d or more and restart it, or set `replace: database`, or .*"target-database"/,
    )
    expect(await read('keyed')).toBe(before)
    await cluster.psql('postgres', 'create database empty')
    const full = await restore({ url: cluster.url('postgres'), path, 'target-database': 'empty' })
    expectFailure(full, 'PGB_LOCK')
    expect(readError(full)).toMatch(/takes 1100 locks \(0 for what is dropped/)
    const fresh = await restore({ url: cluster.url('postgres'), path, 'target-database': 'fresh' })
    expect([fresh.exitCode, fresh.exitCode === 0 ? '' : fresh.log]).toEqual([0, ''])
    expect((await read('fresh')).split('|')[0]).toBe('275')
  }, 120_000)

  it('is not refused where the server has room for more locks than it promises', async () => {
    const path = await createKeyed('roomy', 40)
    const run = await restore({ url: cluster.url('roomy'), path, clean: 'true', replace: 'in-place' })
    expect([run.exitCode, run.exitCode === 0 ? '' : run.log]).toEqual([0, ''])
    expect((await read('roomy')).split('|')[0]).toBe('40')
  }, 60_000)

  it('is made after another one where side by side they have no room, and that is said', async () => {
    for (const name of ['dawn', 'dusk']) await createKeyedTables(name, 44)
    const url = cluster.url('postgres')
    const path = await backUp({ url, databases: 'dawn, dusk', ...quick })
    for (const name of ['dawn', 'dusk']) await cluster.psql(name, 'insert into t_1 values (1)')
    const run = await restore({ url, path, clean: 'true', replace: 'in-place', jobs: '2' })
    expect([run.exitCode, run.exitCode === 0 ? '' : run.log]).toEqual([0, ''])
    expect(run.log).toMatch(
      /::warning[^\n]*room for about 410 locks, and side by side the databases need 968\. They are restored one after the other/,
    )
    for (const name of ['dawn', 'dusk'])
      expect([(await read(name)).split('|')[0], await cluster.psql(name, 'select * from t_1')]).toEqual([
        '44',
        '',
      ])
  }, 120_000)
})
