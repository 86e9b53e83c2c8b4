import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { startCluster, type Cluster } from '../../support/postgres/cluster.ts'
import { startResultsService, type ResultsService } from '../../support/github/results-service.ts'
import type { ActionRun } from '../../support/runner.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { expectFailure, readError, readManifest, runBackup } from '../../support/backup-run.ts'

let cluster: Cluster
let service: ResultsService

beforeAll(async () => {
  ;[cluster, service] = await Promise.all([startCluster(), startResultsService()])
  await cluster.psql('postgres', 'create database shop')
  await cluster.psql('shop', 'create table item (id int, words text)')
})
afterAll(async () => {
  await Promise.all([cluster.stop('immediate'), service.close()])
})

function backUp(inputs: Record<string, string>): Promise<ActionRun> {
  const given = { url: cluster.url('shop'), ...inputs }
  return runBackup(given, { environment: service.environment })
}

async function fill(rows: number): Promise<void> {
  await cluster.psql(
    'shop',
    `truncate item; insert into item select n, repeat('word ', 20) from generate_series(1, ${rows}) n`,
  )
}

function listWarnings({ annotations }: ActionRun, title: string): string[] {
  return annotations.filter((annotation) => annotation.title === title).map(({ message }) => message)
}

it('an emptied table alarms until it is accepted, is stored all the same, and holds back `keep`', async () => {
  const folder = await makeScratchDirectory('shrink')
  const inputs = { 'copy-to': folder, keep: 'last=1' }
  await fill(500)
  const first = await backUp({ ...inputs, 'max-shrink': '20%' })
  expect([first.exitCode, (await readManifest(first)).alarm]).toEqual([0, []])
  const [good = ''] = await readdir(folder)
  await fill(0)
  const warned = await backUp(inputs)
  expect([warned.exitCode, (await readManifest(warned)).alarm]).toEqual([0, ['shop']])
  expect(listWarnings(warned, 'Shrunk')).toEqual([
    expect.stringMatching(
      /^More than half is gone\. "shop": it has 0 rows, and had 500, and its table public\.item .*max-shrink: 100%/,
    ),
  ])
  expect(listWarnings(warned, 'Keep')).toEqual([expect.stringContaining('Nothing was removed by "keep"')])
  const failed = await backUp({ ...inputs, 'max-shrink': '20%' })
  expectFailure(failed, 'PGB_SHRUNK')
  expect(readError(failed)).toContain(`(against ${good})`)
  expect(JSON.parse(failed.outputs['stored-at'] ?? '')).toHaveLength(1)
  expect(await readdir(folder)).toHaveLength(3)
  await cluster.psql(
    'shop',
    `create table event (id int, night int) partition by list (night);
    create table event_1 partition of event for values in (1); create table event_2 partition of event default;
    insert into event select n, 1 from generate_series(1, 300) n`,
  )
  const accepted = await backUp({ ...inputs, 'max-shrink': '100%' })
  expect(accepted.summary).toContain('title "Size of the last 4 backups, in ')
  expect([accepted.exitCode, (await readManifest(accepted)).alarm]).toEqual([0, []])
  expect(await readdir(folder)).toHaveLength(1)
  expect((await readManifest(accepted)).files[0]?.partitions).toEqual([
    { table: 'public.event_1', root: 'public.event' },
    { table: 'public.event_2', root: 'public.event' },
  ])
  await cluster.psql('shop', 'update event set night = 2')
  const next = await backUp({ ...inputs, 'max-shrink': '20%' })
  expect([next.exitCode, listWarnings(next, 'Shrunk')]).toEqual([0, []])
})

it('artifacts are the measure too, and a token that may not read them is told which permission does', async () => {
  await fill(500)
  const inputs = { upload: 'true', 'github-token': service.token }
  expect((await backUp(inputs)).exitCode).toBe(0)
  await fill(10)
  const blind = await backUp({ upload: 'true', 'github-token': 'ghs_other' })
  expect([blind.exitCode, (await readManifest(blind)).alarm]).toEqual([0, []])
  expect(blind.log).toMatch(/Not compared with earlier backups: .*actions: read/)
  expectFailure(
    await backUp({ upload: 'true', 'github-token': 'ghs_other', 'max-shrink': '20%' }),
    'PGB_UNKNOWN',
  )
  // What the two blind ones stored raised no alarm, so that it is the measure from now on.
  await fill(0)
  expectFailure(await backUp({ ...inputs, 'max-shrink': '20%' }), 'PGB_SHRUNK')
})

it.each([
  [{ 'max-shrink': '20' }, /not a percentage/],
  [{ 'max-shrink': '20%', 'output-dir': join('/tmp', 'nowhere') }, /goes to no store/],
])('is refused before anything is touched: %j', async (inputs, words) => {
  const run = await backUp(inputs)
  expectFailure(run, 'PGB_INPUT')
  expect(readError(run)).toMatch(words)
})
