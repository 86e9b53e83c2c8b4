import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createRunKey, type KeyPair } from '../../../src/archive/age/age-keys.ts'
import type { ErrorCode } from '../../../src/errors.ts'
import { startCluster, type Cluster } from '../../support/postgres/cluster.ts'
import { runAction, type ActionRun } from '../../support/runner.ts'
import { backUp, changeManifest } from '../../support/story.ts'
import { expectFailure } from '../../support/backup-run.ts'

/*
 * The drill: `verify: restore` of the check, which restores stored backups into a throw-away server.
 */

let cluster: Cluster
let keys: KeyPair
/** Backups of shop that are never changed. */
let sound: string

beforeAll(async () => {
  ;[cluster, keys] = await Promise.all([startCluster(), createRunKey([])])
  await cluster.psql('postgres', 'create database shop')
  await cluster.psql('template1', 'create table stray as select 1 as id')
  await cluster.psql(
    'shop',
    `create table item (id int, name text);
     insert into item select n, 'secret-' || n from generate_series(1, 1000) n;
     create table note as select 1 as id;
     create function slow(int) returns int immutable language sql as 'select $1 from pg_sleep(1.2)';
     create role keeper; alter table note owner to keeper;
     create role reader; grant select on note to reader;
     create function watch() returns event_trigger language plpgsql as 'begin end';
     create role boss superuser; grant create on schema public to boss; set role boss;
     create event trigger watched on ddl_command_end execute function watch();
     create foreign data wrapper far; reset role; alter role boss nosuperuser`,
  )
  sound = await makeBackup()
})

afterAll(async () => {
  await cluster.stop('immediate')
})

function makeBackup(inputs: Record<string, string> = {}): Promise<string> {
  return backUp({ url: cluster.url('shop'), verify: 'restore', format: 'custom', ...inputs })
}

function drill(path: string, inputs: Record<string, string> = {}): Promise<ActionRun> {
  return runAction({ bundle: 'check', inputs: { path, verify: 'restore', ...inputs } })
}

interface Entry {
  name: string
  verified: string
  restoreSeconds: number | null
  rows: number | null
  verdict: string
}

function readEntry(run: ActionRun): Entry | undefined {
  return (JSON.parse(run.outputs['databases'] ?? '') as Entry[])[0]
}

// A plain file is restored as the whole cluster's, below.
it.each(['custom', 'directory'])('restores the stored copy in the format %s', async (format) => {
  const directory = format === 'custom' ? sound : await makeBackup({ format, verify: 'none' })
  const checks = 'shop: select count(*) = 1000 from item;\n"shop": select true -- a remark'
  const run = await drill(dirname(directory), {
    checks,
    'max-duration': '1h',
  })
  expect(run.log).not.toMatch(/::error/)
  expect(readEntry(run)).toMatchObject({ verified: 'restore', rows: 1001, verdict: 'good' })
  const { restoreSeconds } = readEntry(run) ?? {}
  expect(restoreSeconds).toEqual(expect.any(Number))
  expect(Number(run.outputs['restore-seconds'])).toBeGreaterThanOrEqual(restoreSeconds ?? Infinity)
  expect(run.log).toMatch(/"shop": fetched from .* in .*, decrypted and restored in .*, 2 checks asked in/)
  expect(run.summary).toContain('1 database with a good backup, fetched and restored')
  expect(run.summary).toMatch(/Not looked at: passwords of roles/)
  expect(run.summary.includes('the backup did not count them')).toBe(format === 'directory')
  expect(run.shown).not.toContain('secret-')
  expect([run.orphans, run.leftOver]).toEqual([[], []])
})

it('restores a file of a whole cluster by its parts, roles included, also an encrypted one', async () => {
  const encryption = { 'age-recipients': keys.recipient }
  const whole = await makeBackup({ all: 'true', format: 'plain', verify: 'decode', ...encryption })
  const checks = "shop: select pg_get_userbyid(relowner) = 'keeper' from pg_class where relname = 'note'"
  const run = await drill(whole, { checks, databases: 'shop', 'age-identity': keys.identity })
  expect(run.log).not.toMatch(/::error/)
  expect(readEntry(run)).toMatchObject({ name: 'cluster', verified: 'restore', rows: 1001, verdict: 'good' })
  expect(run.log).toMatch(/the cluster: fetched from .* restored in .*, 1 check asked in/)
  expect(run.summary).not.toContain('owners and privileges')
  expect([run.orphans, run.leftOver]).toEqual([[], []])
  await changeManifest(whole, (manifest) => ({
    ...manifest,
    plan: { ...manifest.plan, databases: [...manifest.plan.databases, 'news'] },
  }))
  const lacking = await drill(whole, { 'age-identity': keys.identity })
  expectFailure(lacking, 'PGB_VERIFY')
  expect(lacking.log).toMatch(/::error.*is not good: it lacks the database "news"/)
})

describe('is red', () => {
  it('for checks that are false, give no boolean, fail, or ask what is not there, and quotes no row', async () => {
    const checks = [
      'shop: select count(*) > 1000 from item',
      'shop: select 1',
      'shop: select name::int > 0 from item limit 1',
      'news: select true',
    ]
    const run = await drill(sound, { checks: checks.join('\n') })
    expectFailure(run, ...checks.map((): ErrorCode => 'PGB_CHECK'))
    const errors = run.annotations.filter(({ level }) => level === 'error').map(({ message }) => message)
    expect(errors).toEqual([
      expect.stringContaining('no backup of it was found'),
      expect.stringContaining('it is not true of the restored copy (select count(*) > 1000 from item)'),
      expect.stringContaining('SQLSTATE 42804'),
      expect.stringContaining('it could not be asked: SQLSTATE 22P02'),
    ])
    expect(run.shown).not.toContain('secret-')
    expect(readEntry(run)).toMatchObject({ verified: 'restore', verdict: 'PGB_CHECK' })
  })

  it('for a table that does not come back, also where roles are missing', async () => {
    const lost = await makeBackup({ verify: 'decode' })
    await changeManifest(lost, (manifest) => ({
      ...manifest,
      files: manifest.files.map((file) => {
        const { rowCounts } = file.verification
        const counts = rowCounts && [...rowCounts, { table: 'public.orders', rows: 5 }]
        return { ...file, verification: { ...file.verification, rowCounts: counts } }
      }),
    }))
    const run = await drill(lost)
    expectFailure(run, 'PGB_VERIFY')
    expect(run.log).toMatch(/::error.*public\.orders is missing, and had 5 rows/)
  })

  it('for a restore that takes longer than it may', async () => {
    await cluster.psql('shop', 'create index slow_index on note (slow(id))')
    const slow = await makeBackup({ verify: 'decode' })
    await cluster.psql('shop', 'drop index slow_index')
    const run = await drill(slow, { 'max-duration': '1s' })
    expectFailure(run, 'PGB_SLOW')
    expect(Number(run.outputs['restore-seconds'])).toBeGreaterThan(1)
    expect(readEntry(run)).toMatchObject({ verified: 'restore', verdict: 'good' })
    expect(run.outputs['status']).toBe('bad')
  })
})
