import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { startCluster, type Cluster } from '../../support/postgres/cluster.ts'
import { runAction, startAction, type ActionRun } from '../../support/runner.ts'
import { backUp, changeManifest, readManifest } from '../../support/story.ts'
import { expectFailure, readError } from '../../support/backup-run.ts'

/*
 * The check with a `url`: what the server holds must be backed up.
 */

let cluster: Cluster
let sound: string

beforeAll(async () => {
  cluster = await startCluster()
  await cluster.psql('postgres', 'create database shop')
  await cluster.psql('shop', 'create table item as select 1 as id')
  sound = await backUp({ url: cluster.url('shop'), databases: 'shop' })
})

afterAll(async () => {
  await cluster.stop('immediate')
})

function check(path: string, inputs: Record<string, string> = {}): Promise<ActionRun> {
  return runAction({ bundle: 'check', inputs: { path, url: cluster.url('shop'), ...inputs } })
}

it('is green where each database has a backup, an empty "postgres" aside, and red for one that has none', async () => {
  const run = await check(sound)
  expect(run.log).not.toMatch(/::error/)
  expect([run.exitCode, run.outputs['status']]).toEqual([0, 'good'])
  await cluster.psql('postgres', 'create table used as select 1 as id')
  await cluster.psql('postgres', 'create database news')
  try {
    const red = await check(sound, { databases: 'shop' })
    expectFailure(red, 'PGB_STALE', 'PGB_STALE')
    expect(red.summary).toMatch(/no backup of "news"[^]*no backup of "postgres"/)
    const whole = await backUp({ url: cluster.url('shop'), all: 'true' })
    expect((await check(whole)).exitCode).toBe(0)
  } finally {
    await cluster.psql('postgres', 'drop table used')
    await cluster.psql('postgres', 'drop database news')
  }
})

it('is red where the backups are those of another server', async () => {
  const directory = await backUp({ url: cluster.url('shop'), databases: 'shop' })
  const { series } = await readManifest(directory)
  expect(series?.server).toMatch(/^[0-9a-f]{32}$/)
  expect((await check(directory)).exitCode).toBe(0)
  const other = series && { ...series, server: '0'.repeat(32) }
  await changeManifest(directory, (manifest) => ({ ...manifest, series: other }))
  expect((await check(directory, { url: '' })).exitCode).toBe(0)
  const run = await check(directory)
  expectFailure(run, 'PGB_STALE')
  expect(readError(run)).toContain('There is no backup of "shop"')
})

it('is red where the server lets nobody in, and shows no password', async () => {
  const { host } = new URL(cluster.url('shop'))
  const run = await check(sound, { url: `postgres://app:kept-to-ourselves@${host}/shop` })
  expectFailure(run, 'PGB_AUTH')
  expect(run.shown).not.toContain('kept-to-ourselves')
})

it('waits while the server has no connection left, and is green then, naming what is closed to the role', async () => {
  await cluster.psql('postgres', "create role watcher login password 'of the night' connection limit 0")
  await cluster.psql('postgres', 'create database secret')
  await cluster.psql('postgres', 'revoke connect on database secret from public')
  const url = cluster.url('shop', { user: 'watcher', password: 'of the night' })
  const started = await startAction({ bundle: 'check', inputs: { path: sound, url } })
  await started.waitForLog(/out of connections\. Trying again in 5\.0 s/)
  await cluster.psql('postgres', 'alter role watcher connection limit -1')
  const run = await started.done
  expect(run.exitCode).toBe(0)
  const sentence = 'Not looked at: "secret", to which the role "watcher" may not connect'
  expect(run.summary).toContain(sentence)
  const warnings = run.annotations.filter(({ level }) => level === 'warning')
  expect(warnings.map(({ message }) => message)).toContainEqual(expect.stringContaining(sentence))
})
