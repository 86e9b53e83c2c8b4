import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { quoteIdentifier, startCluster, type Cluster } from '../support/postgres/cluster.ts'
import { execute } from '../support/machine/execute.ts'
import { commit, type StoredRun } from '../support/github/results-service-api.ts'
import { startResultsService, type ResultsService } from '../support/github/results-service.ts'
import { runAction, type ActionRun } from '../support/runner.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'
import { backUp } from '../support/story.ts'

/** Another bundle in place of dist/restore, by which each test was seen to fail. */
const bundlePath = process.env['POSTGRES_RESTORE_BUNDLE']

let cluster: Cluster
let service: ResultsService
/** A good backup holds the database "good", an enemy's one "evil". */
let zips: { good: Buffer; evil: Buffer }

beforeAll(async () => {
  ;[cluster, service] = await Promise.all([startCluster(), startResultsService()])
  await cluster.psql('postgres', `create role app login createdb password '${cluster.password}'`)
  zips = { good: await makeBackup('good'), evil: await makeBackup('evil') }
})
afterAll(async () => {
  await Promise.all([cluster.stop('immediate'), service.close()])
})
beforeEach(async () => {
  for (const name of await listDatabases())
    await cluster.psql('postgres', `drop database ${quoteIdentifier(name)} with (force)`)
})
afterEach(() => {
  service.reset()
  service.setRepository('octo/shop', {})
})

async function makeBackup(database: string): Promise<Buffer> {
  await cluster.psql('postgres', `create database ${database}`)
  await cluster.psql(database, 'create table t as select 1 as id')
  const directory = await backUp({ url: cluster.url(database), verify: 'none' })
  const zip = `${directory}.zip`
  await execute('python3', ['-m', 'zipfile', '-c', zip, ...(await readdir(directory))], { directory })
  return readFile(zip)
}

async function listDatabases(): Promise<string[]> {
  const names = await cluster.psql(
    'postgres',
    `select datname from pg_database where datname !~ '^(postgres|template.)$' order by 1`,
  )
  return names === '' ? [] : names.split('\n')
}

/** Restores as a role that is no superuser. */
function restore(
  inputs: Record<string, string>,
  environment: Record<string, string> = {},
): Promise<ActionRun> {
  return runAction({
    bundle: 'restore',
    ...(bundlePath === undefined ? {} : { bundlePath }),
    inputs: { url: cluster.url('postgres', { user: 'app' }), 'github-token': service.token, ...inputs },
    environment: { ...service.environment, ...environment },
  })
}

/** An artifact of a run of this kind; later ones are newer. */
let clock = 1e12
async function seed(
  runId: number,
  run: Partial<StoredRun>,
  content: 'good' | 'evil',
): Promise<{ id: number; digest: string }> {
  clock += 1000
  service.setRun(runId, run)
  const createdAt = new Date(clock)
  return service.seed({ name: `postgres-backup-${runId}`, bytes: zips[content], runId, createdAt })
}

async function expectRefused(run: ActionRun, words: RegExp): Promise<void> {
  expect(run.annotations.filter(({ level }) => level === 'error')).toEqual([
    expect.objectContaining({ title: 'PGB_RESTORE', message: expect.stringMatching(words) }),
  ])
  expect([run.exitCode, run.leftOver, await listDatabases()]).toEqual([1, [], []])
}

async function expectRestored(run: ActionRun, database: string): Promise<void> {
  expect(run.annotations.filter(({ level }) => level === 'error')).toEqual([])
  expect(await listDatabases()).toEqual([database])
}

it('the newest artifact that can be trusted is restored, however many others are newer', async () => {
  service.setRepository('octo/shop', { tags: { main: commit(7) } })
  await seed(1, { event: 'push', commit: commit(2) }, 'good')
  const enemies: Partial<StoredRun>[] = [
    { branch: 'dependabot/npm/left-pad-9', event: 'push' },
    { headRepositoryId: 2, event: 'push' },
    { repositoryId: null, headRepositoryId: null },
    { isHidden: true },
    { event: 'pull_request' },
    { event: 'workflow_run' },
    { event: 'push', commit: commit(7) },
    { branch: 'feature-x', event: 'push' },
  ]
  for (const [index, run] of enemies.entries()) await seed(index + 2, run, 'evil')
  const run = await restore({ 'artifact-name': 'postgres-backup-*' })
  await expectRestored(run, 'good')
  expect(run.shown).toContain(`of run 1: workflow "Nightly", branch "main", event push, commit ${commit(2)}`)
  expect(run.shown).toMatch(/Passed over the artifact .* branch or tag "feature-x"/)
  expect(run.shown.match(/Passed over the artifact/g)).toHaveLength(5)
  expect(run.shown).toContain(`Passed over ${enemies.length - 5} more.`)
})

describe('an artifact that is named outright', () => {
  it.each([
    ['its run', () => ({ 'artifact-name': 'postgres-backup-2', 'run-id': '2' })],
    ['its id', (id: number) => ({ 'artifact-id': String(id) })],
  ])('by %s is not taken from a fork, but by its digest', async (_, name) => {
    const { id, digest } = await seed(2, { headRepositoryId: 2, event: 'pull_request' }, 'evil')
    const pin = { 'artifact-digest': `sha256:${digest}` }
    const advice = new RegExp(
      `its run is from a fork\\. .*set \`artifact-digest: ${pin['artifact-digest']}\``,
    )
    await expectRefused(await restore(name(id)), advice)
    await expectRestored(await restore({ ...name(id), ...pin }), 'evil')
  })

  it('of another branch is taken when `branch` names it, as the refusal says', async () => {
    service.setRepository('octo/shop', { branches: { main: [commit(1)], 'wip/x': [commit(1), commit(5)] } })
    const { id } = await seed(2, { branch: 'wip/x', event: 'push', commit: commit(5) }, 'good')
    await expectRefused(
      await restore({ 'artifact-id': String(id) }),
      /set `branch: wip\/x`, or `artifact-digest/,
    )
    await expectRestored(await restore({ 'artifact-id': String(id), branch: 'main\nwip/*' }), 'good')
  })
})

it('a pull request that backs up, migrates and restores takes its own artifact, and asks GitHub nothing', async () => {
  await cluster.psql('postgres', 'create database good owner app')
  await cluster.psql('good', 'create table t as select 1 as id; alter table t owner to app')
  service.setRun(4711, { event: 'pull_request', branch: 'feature-x', commit: commit(9) })
  const url = cluster.url('good', { user: 'app' })
  const pullRequest = { GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF: 'refs/pull/7/merge' }
  const environment = { ...service.environment, ...pullRequest }
  const backup = await runAction({ bundle: 'backup', inputs: { url, verify: 'none' }, environment })
  expect(backup.outputs['status']).toBe('complete')
  await cluster.psql('good', 'drop table t')
  const before = service.calls().length
  const inputs = { 'artifact-name': backup.outputs['artifact-name'] ?? '', clean: 'true', 'github-token': '' }
  await expectRestored(await restore(inputs, pullRequest), 'good')
  expect(service.calls().slice(before)).not.toContain('api')
  expect(await cluster.psql('good', 'select id from t')).toBe('1')
})

describe('an artifact that another action made', () => {
  const zipOf = async (folders: readonly string[]): Promise<Buffer> => {
    const directory = await makeScratchDirectory('by-others')
    await writeFile(join(directory, 'good.zip'), zips.good)
    for (const folder of folders) {
      await mkdir(join(directory, folder), { recursive: true })
      await execute('unzip', ['-q', 'good.zip', '-d', folder], { directory })
    }
    await writeFile(join(directory, 'log.txt'), 'log')
    await execute(
      'python3',
      ['-m', 'zipfile', '-c', 'all.zip', ...folders.map((folder) => folder.split('/')[0] ?? ''), 'log.txt'],
      { directory },
    )
    return readFile(join(directory, 'all.zip'))
  }

  it('is restored from the one folder that holds the backup', async () => {
    await service.seed({ name: 'theirs', bytes: await zipOf(['dumps/nightly']) })
    await expectRestored(await restore({ 'artifact-name': 'theirs' }), 'good')
  })

  it.each<[string, string[], RegExp]>([
    [
      'no manifest',
      [],
      /The artifact "theirs" \(id \d+\) is no backup: it has no manifest.json, and holds "log.txt"/,
    ],
    ['two', ['a', 'b'], /The artifact "theirs" .* is no backup: it holds several backups, in "a", "b"/],
  ])('is named when it has %s', async (_, folders, words) => {
    await service.seed({ name: 'theirs', bytes: await zipOf(folders) })
    await expectRefused(await restore({ 'artifact-name': 'theirs' }), words)
  })
})
