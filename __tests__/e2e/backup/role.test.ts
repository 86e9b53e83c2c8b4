import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { startCluster } from '../../support/postgres/cluster.ts'
import type { Cluster } from '../../support/postgres/cluster.ts'
import type { ActionRun } from '../../support/runner.ts'
import { expectFailure, runBackup } from '../../support/backup-run.ts'
import { repository } from '../../support/repository.ts'

let cluster: Cluster

/** The SQL that docs/backup-role.md has under a heading, as it is pasted. */
async function readSql(heading: string): Promise<string> {
  const page = await readFile(join(repository, 'docs', 'backup-role.md'), 'utf8')
  const [, section = ''] = page.split(`## ${heading}\n`)
  const [, sql = ''] = /```sql\n([^]*?)```/.exec(section) ?? []
  expect(sql).not.toBe('')
  return sql
}

const backUp = (inputs: Record<string, string> = {}): Promise<ActionRun> => {
  const url = cluster.url('shop', { user: 'backup', password: 'long and random' })
  return runBackup({ url, ...inputs })
}

async function expectComplete(run: ActionRun): Promise<string> {
  expect([run.outputs['status'], run.annotations.filter(({ level }) => level === 'error')]).toEqual([
    'complete',
    [],
  ])
  const [file = ''] = JSON.parse(run.outputs['files'] ?? '[]') as string[]
  return gunzipSync(await readFile(file)).toString()
}

beforeAll(async () => {
  cluster = await startCluster()
  await cluster.psql('postgres', 'create role app login')
  await cluster.psql('postgres', 'create database shop owner app')
  await cluster.psql(
    'shop',
    `set role app;
     create schema private;
     create sequence private.counter start 41;
     select nextval('private.counter'), nextval('private.counter');
     create table private.secrets (id serial, text text);
     insert into private.secrets (text) values ('kept');`,
  )
  await cluster.psql('postgres', await readSql('The role'))
}, 60_000)
afterAll(async () => {
  await cluster.stop('immediate')
})

it('reads the tables and sequences of others, and proves the copy', async () => {
  const dump = await expectComplete(await backUp({ verify: 'restore' }))
  expect(dump).toContain('\tkept\n')
  expect(dump).toContain(`setval('private.counter', 42, true)`)
}, 60_000)

it('reads no table with row-level security, until it may', async () => {
  await cluster.psql('shop', 'set role app; alter table private.secrets enable row level security')
  const refused = await backUp()
  expectFailure(refused, 'PGB_PERMISSION')
  expect(refused.annotations.map(({ message }) => message).join()).toContain('BYPASSRLS')
  await cluster.psql('shop', await readSql('Row-level security'))
  expect(await expectComplete(await backUp())).toContain('\tkept\n')
}, 60_000)

it('reads no large object of others, until it may', async () => {
  await cluster.psql('shop', `set role app; select lo_from_bytea(4711, 'abc')`)
  expectFailure(await backUp(), 'PGB_PERMISSION')
  await cluster.psql('shop', await readSql('Large objects'))
  expect(await expectComplete(await backUp())).toContain('lo_open')
}, 60_000)

it('reads the hashes of passwords, but no options of user mappings, and warns of that', async () => {
  await cluster.psql(
    'shop',
    `create foreign data wrapper far; create server partner foreign data wrapper far;
     create user mapping for app server partner options (password 'of the partner');
     create user mapping for public server partner options (password 'of all');
     create user mapping for backup server partner; grant usage on foreign server partner to backup`,
  )
  const run = await backUp({ globals: 'true' })
  const files = JSON.parse(run.outputs['files'] ?? '[]') as string[]
  const texts = await Promise.all(files.map(async (file) => gunzipSync(await readFile(file)).toString()))
  expect(texts.join()).toContain(`PASSWORD 'SCRAM-SHA-256$`)
  expect(texts.join()).toContain('CREATE USER MAPPING FOR app SERVER partner;')
  const warnings = run.annotations.filter(({ title }) => title === 'Incomplete dump')
  expect(warnings.map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /^The database "shop" was dumped with a warning: the options of 2 user mappings of /,
    ),
  ])
}, 60_000)
