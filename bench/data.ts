import type { Cluster } from '../__tests__/support/postgres/cluster.ts'

/** Tables that together make a mixed dump: text, numbers, JSON, UUID, bytea, and rows like pgbench's. */
const tables = [
  `create table documents as select i as id, md5(i::text) || md5((i * 7)::text) || ' ' || md5((i * 13)::text) || repeat(md5((i % 977)::text) || ' the quick brown fox ', 6) as body,
     now() - i * interval '1 minute' as written_at from generate_series(1, :rows) i`,
  `create table events as select i as id, gen_random_uuid() as key, jsonb_build_object('user', i % 5000, 'kind',
     (array['view','click','buy'])[1 + i % 3], 'path', '/items/' || i % 10000, 'tags', jsonb_build_array(md5(i::text), i % 7),
     'ms', random() * 1000) as payload from generate_series(1, :rows * 2) i`,
  `create table accounts as select i as aid, i % 100 as bid, (random() * 100000)::int as abalance, repeat(' ', 84) as filler,
     random() as rate, (random() * 1e9)::numeric(18, 4) as amount from generate_series(1, :rows * 2) i`,
  `create table files as select i as id, gen_random_uuid() as key, decode(md5(i::text) || md5((i * 3)::text) || repeat('00ff7f', 20), 'hex')
     as content from generate_series(1, :rows * 2) i`,
]

/** Rows of the first table for each megabyte of dump, measured. */
const rowsPerMegabyte = 770

/** Creates a database whose plain dump has about the given size. */
export async function createBenchDatabase(cluster: Cluster, name: string, megabytes: number): Promise<void> {
  await cluster.psql('postgres', `create database ${name} template template0`)
  const rows = String(Math.ceil(megabytes * rowsPerMegabyte))
  for (const sql of tables) await cluster.psql(name, sql.replaceAll(':rows', rows))
  await cluster.psql(name, 'alter table documents add primary key (id)')
  await cluster.psql(name, 'vacuum analyze')
}

/** Tables that are made in one transaction, each with its locks. */
const tablesAtOnce = 500

/** Creates a database with many small tables, as of tenants that have a schema each. */
export async function createWideDatabase(cluster: Cluster, name: string, tables: number): Promise<void> {
  await cluster.psql('postgres', `create database ${name} template template0`)
  for (let first = 1; first <= tables; first += tablesAtOnce)
    await cluster.psql(
      name,
      `do $$ begin for i in ${first} .. ${Math.min(tables, first + tablesAtOnce - 1)} loop
        execute format('create schema tenant_%s; create table tenant_%s.notes (id int primary key, note text)', i, i);
        execute format('insert into tenant_%s.notes select n, md5(n::text) from generate_series(1, 10) n', i);
      end loop; end $$`,
    )
  await cluster.psql(name, 'vacuum analyze')
}
