import { cp, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createRunKey } from '../../../src/archive/age/age-keys.ts'
import { startCluster, type Cluster } from '../../support/postgres/cluster.ts'
import { startResultsService } from '../../support/github/results-service.ts'
import { runAction, type ActionRun } from '../../support/runner.ts'
import { startMoto } from '../../support/stores/s3-server.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { backUp, changeManifest, readManifest } from '../../support/story.ts'
import { expectFailure, readError } from '../../support/backup-run.ts'

/*
 * The check as a step, over backups that the backup action has made of a real server.
 */

let cluster: Cluster
/** A backup of shop and blog that is never changed. */
let sound: string

beforeAll(async () => {
  cluster = await startCluster()
  for (const name of ['shop', 'blog']) {
    await cluster.psql('postgres', `create database ${name}`)
    await cluster.psql(name, 'create table item as select generate_series(1, 1000) as id')
  }
  sound = await makeBackup()
})

afterAll(async () => {
  await cluster.stop('immediate')
})

/** Backs up both databases into a directory that holds this backup alone, and returns the backup's own. */
function makeBackup(inputs: Record<string, string> = {}): Promise<string> {
  return backUp({ url: cluster.url('shop'), databases: 'shop, blog', ...inputs })
}

/** A copy of the sound backup, to be damaged. */
async function copySound(): Promise<string> {
  const copy = join(await makeScratchDirectory('copy'), basename(sound))
  await cp(sound, copy, { recursive: true })
  return copy
}

function check(
  path: string,
  inputs: Record<string, string> = {},
  environment: Record<string, string> = {},
): Promise<ActionRun> {
  return runAction({ bundle: 'check', inputs: { path, ...inputs }, environment })
}

it('is green where a good backup of each database is there, and says what it saw', async () => {
  const run = await check(dirname(sound), { databases: 'shop, blog' })
  expect(run.log).not.toMatch(/::error/)
  expect(run.exitCode).toBe(0)
  expect(run.outputs['status']).toBe('good')
  expect(Number(run.outputs['oldest-age'])).toBeLessThan(3600)
  const { files } = await readManifest(sound)
  const size = (name: string): number | undefined => files.find(({ database }) => database === name)?.size
  const described = (name: string): unknown => ({
    name,
    backup: basename(sound),
    address: sound,
    age: expect.any(Number),
    size: size(name),
    rows: 1000,
    verified: 'manifest',
    restoreSeconds: null,
    verdict: 'good',
  })
  expect(JSON.parse(run.outputs['databases'] ?? '')).toEqual([described('shop'), described('blog')])
  expect(run.summary).toMatch(/^### PostgreSQL backup check: good\n\n2 databases with a good backup/)
  expect(run.summary).toMatch(/\| shop \| .* \| 1000 \| good \|/)
  expect(run.leftOver).toEqual([])
})

describe('is red', () => {
  it('for a database that nobody backed up', async () => {
    const run = await check(sound, { databases: '["shop", "news"]' })
    expectFailure(run, 'PGB_STALE')
    expect(readError(run)).toContain('There is no backup of "news"')
    expect(run.outputs['status']).toBe('bad')
    expect(run.summary).toMatch(/check: bad\n[^]*\| news \| none \|/)
  })

  it('for one that is too old', async () => {
    const old = await copySound()
    const startedAt = new Date(Date.now() - 3_600_000).toISOString()
    await changeManifest(old, (manifest) => ({ ...manifest, startedAt }))
    expectFailure(await check(old, { 'max-age': '30min' }), 'PGB_STALE', 'PGB_STALE')
    expect((await check(old, { 'max-age': '90min' })).exitCode).toBe(0)
  })

  it('for a file that is not there', async () => {
    const directory = await copySound()
    const { files } = await readManifest(directory)
    const name = files.find(({ database }) => database === 'shop')?.name ?? ''
    await rename(join(directory, name), join(directory, `${name}.gone`))
    expectFailure(await check(directory), 'PGB_STALE')
  })

  it('for what has shrunk, by the rows that were counted', async () => {
    const store = await makeScratchDirectory('store')
    const before = await makeBackup({ databases: 'blog' })
    await changeManifest(before, (manifest) => ({ ...manifest, startedAt: '2026-01-01T00:00:00.000Z' }))
    await cluster.psql('blog', 'delete from item where id > 10')
    const after = await makeBackup({ databases: 'blog' })
    await cluster.psql('blog', 'insert into item select generate_series(11, 1000)')
    await rename(before, join(store, 'before'))
    await rename(after, join(store, 'after'))
    const run = await check(store)
    expectFailure(run, 'PGB_SHRUNK')
    expect(readError(run)).toContain('it has 10 rows, and had 1000')
    expect((await check(store, { 'max-shrink': '99%' })).exitCode).toBe(0)
    await rm(join(store, 'before'), { recursive: true })
    await changeManifest(join(store, 'after'), (manifest) => ({
      ...manifest,
      files: manifest.files.map((file) => ({ ...file, rows: null })),
    }))
    const alone = await check(store)
    expect([alone.exitCode, alone.summary]).toEqual([0, expect.stringContaining('| rows unknown | good |')])
  })

  it('for files in the clear where they should be encrypted', async () => {
    const clear = await check(sound, { 'require-encryption': 'true', databases: 'shop' })
    expectFailure(clear, 'PGB_ENCRYPT')
    const encrypted = await makeBackup({ 'age-recipients': (await createRunKey([])).recipient })
    expect((await check(encrypted, { 'require-encryption': 'true' })).exitCode).toBe(0)
  })

  it('for a manifest that cannot be read', async () => {
    const directory = await copySound()
    await writeFile(join(directory, 'manifest.json'), '{')
    expectFailure(await check(directory), 'PGB_STALE', 'PGB_UNKNOWN')
  })

  it('for a place that is not there, though another one is good', async () => {
    const run = await check(`${sound}\n/nowhere/at/all`)
    expectFailure(run, 'PGB_UNKNOWN')
    expect(readError(run)).toContain('/nowhere/at/all')
  })

  // The others stand beside the code that reads them.
  it('for inputs that cannot be used', async () => {
    const run = await check(sound, { 'max-age': 'a day' })
    expectFailure(run, 'PGB_INPUT')
    expect(readError(run)).toContain('"max-age"')
  })
})

it('looks at artifacts and into S3, where nothing proves nothing', async () => {
  const [service, moto] = await Promise.all([startResultsService(), startMoto()])
  const environment = { ...service.environment, ...moto.environment }
  const path = `s3://${moto.bucket}/nightly/*`
  try {
    const token = { 'github-token': service.token }
    expectFailure(await check('', token, environment), 'PGB_STALE')
    expectFailure(await check(path, {}, environment), 'PGB_STALE')
    expectFailure(await check('', { 'github-token': 'ghs_wrong' }, environment), 'PGB_UNKNOWN')
    const inputs = { url: cluster.url('shop'), 'copy-to': `s3://${moto.bucket}/nightly` }
    await runAction({ bundle: 'backup', inputs, environment })
    const workflow = { name: 'Backup', path: '.github/workflows/b.yml', state: 'disabled_inactivity' }
    service.setRepository('octo/shop', { workflows: [{ ...workflow, runs: { queued: [5] } }] })
    for (const place of ['', path]) {
      const run = await check(place, { databases: 'shop', ...token }, environment)
      expect([run.exitCode, run.outputs['status']]).toEqual([0, 'good'])
      const warnings = run.annotations.filter(({ level }) => level === 'warning')
      expect(warnings.map(({ message }) => message)).toEqual([
        expect.stringContaining(
          'The workflow .github/workflows/b.yml, which made these backups, is disabled',
        ),
      ])
      expect(run.summary).toMatch(
        /is disabled by GitHub[^]*is queued: https:\/\/github\.com\/octo\/shop\/actions\/runs\/5/,
      )
    }
  } finally {
    await Promise.all([service.close(), moto.stop()])
  }
})
