import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { startCluster, type Cluster } from '../../support/postgres/cluster.ts'
import { startResultsService, type ResultsService } from '../../support/github/results-service.ts'
import type { ActionRun } from '../../support/runner.ts'
import { startMoto, type S3Server } from '../../support/stores/s3-server.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { changeManifest } from '../../support/story.ts'
import { expectFailure, readError, runBackup } from '../../support/backup-run.ts'

let cluster: Cluster
let service: ResultsService
let moto: S3Server

beforeAll(async () => {
  ;[cluster, service, moto] = await Promise.all([startCluster(), startResultsService(), startMoto()])
  await cluster.psql('postgres', 'create database shop')
  await cluster.psql('shop', 'create table item as select 1 as id')
})
afterAll(async () => {
  await Promise.all([cluster.stop('immediate'), service.close(), moto.stop()])
})

function backUp(
  inputs: Record<string, string>,
  environment: Record<string, string> = {},
): Promise<ActionRun> {
  return runBackup(
    { url: cluster.url('shop'), ...inputs },
    { environment: { ...service.environment, ...moto.environment, ...environment } },
  )
}

it('leaves in a directory and in S3 what the policy keeps of this series, and all of another job', async () => {
  const folder = await makeScratchDirectory('keep')
  const copyTo = `${folder}\ns3://${moto.bucket}/keep`
  const listKept = async (): Promise<string[]> => {
    const keys = await moto.keys()
    const inBucket = keys.filter((key) => key.startsWith('keep/')).map((key) => key.split('/')[1] ?? '')
    const names = (await readdir(folder)).sort()
    expect([...new Set(inBucket)].sort()).toEqual(names)
    return names
  }
  expect((await backUp({ 'copy-to': copyTo, keep: 'last=1' })).exitCode).toBe(0)
  expect((await backUp({ 'copy-to': copyTo }, { GITHUB_JOB: 'migrate' })).exitCode).toBe(0)
  const [first = ''] = await listKept()
  const preview = await backUp({ 'copy-to': copyTo, keep: 'last=1', 'dry-run': 'true' })
  expect(preview.log).toContain(`${join(folder, first)}: kept (last)`)
  const run = await backUp({ 'copy-to': copyTo, keep: 'last=1' })
  expect(run.exitCode).toBe(0)
  const left = await listKept()
  expect(left).toHaveLength(2)
  expect(left).not.toContain(first)
  expect(run.log).toContain(`${join(folder, first)}: removed (nothing keeps it)`)
  expect(run.log).toContain(`s3://${moto.bucket}/keep/${first}: removed (nothing keeps it)`)
  expect(run.log).toMatch(/kept \(it is of another workflow, job, server or choice of options\)/)
})

it('removes artifacts by the token of the job, from a part of a fleet too', async () => {
  const inputs = { upload: 'true', 'github-token': service.token }
  await backUp(inputs)
  const [first] = service.artifacts()
  const name = 'postgres-backup-20261104T020000Z-1-of-2'
  const run = await backUp({ ...inputs, 'artifact-name': name, keep: 'last=1' })
  expect(run.exitCode).toBe(0)
  expect(service.artifacts().map(({ name }) => name)).toEqual([run.outputs['artifact-name']])
  expect(run.log).toMatch(new RegExp(`artifacts/${first?.id ?? 0}: removed \\(nothing keeps it\\)`))
  expect(run.log).toContain(`${run.outputs['artifact-url'] ?? ''}: kept (last)`)
})

it('removes nothing after a backup that is not complete', async () => {
  const folder = await makeScratchDirectory('keep')
  await backUp({ 'copy-to': folder })
  const run = await backUp({ 'copy-to': folder, keep: 'last=1', databases: 'shop, nobody' })
  expectFailure(run, 'PGB_NO_DATABASE')
  expect(await readdir(folder)).toHaveLength(2)
  expect(run.log).toContain('the new backup is not complete')
})

it('does not count one that claims to be of the future', async () => {
  const folder = await makeScratchDirectory('keep')
  await backUp({ 'copy-to': folder })
  const [forged = ''] = await readdir(folder)
  await changeManifest(join(folder, forged), (manifest) => ({
    ...manifest,
    startedAt: '2099-01-01T00:00:00.000Z',
    finishedAt: '2099-01-01T00:00:00.000Z',
  }))
  const run = await backUp({ 'copy-to': folder, keep: 'last=1' })
  expect(await readdir(folder)).toHaveLength(2)
  expect(run.log).toContain(`${basename(forged)}: kept (it is dated later than it was stored)`)
})

it.each([
  [{ keep: 'last=0', 'copy-to': '/tmp' }, /"last" has no number/],
  [{ keep: 'last=1' }, /goes to no store/],
])('is refused before anything is touched: %j', async (inputs, words) => {
  const run = await backUp(inputs)
  expectFailure(run, 'PGB_INPUT')
  expect(readError(run)).toMatch(words)
})
