import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { load } from 'js-yaml'
import { createRunKey } from '../../../src/archive/age/age-keys.ts'
import { startCluster, type Cluster } from '../../support/postgres/cluster.ts'
import { startResultsService, type ResultsService } from '../../support/github/results-service.ts'
import { runAction, type ActionOptions, type ActionRun } from '../../support/runner.ts'
import { startMoto, type S3Server } from '../../support/stores/s3-server.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { repository } from '../../support/repository.ts'

interface Step {
  uses?: string
  with?: Record<string, unknown>
  env?: Record<string, string>
}

let cluster: Cluster
let service: ResultsService
let moto: S3Server
let keys: { identity: string; recipient: string }

beforeAll(async () => {
  cluster = await startCluster()
  service = await startResultsService()
  moto = await startMoto()
  keys = await createRunKey([])
  await cluster.psql('postgres', 'create database shop')
  await cluster.psql(
    'shop',
    `create table customers as select 1 as id;
    create table orders as select 1 as id, 1 as customer_id, 2.5 as total, now() as created_at`,
  )
})

afterAll(async () => {
  await service.close()
  await moto.stop()
  await cluster.stop('immediate')
})

/** The steps of an example that use one of our actions. */
function readSteps(example: string): Step[] {
  const text = readFileSync(join(repository, 'examples', example), 'utf8')
  const { jobs } = load(text) as { jobs: Record<string, { steps: Step[] }> }
  return Object.values(jobs)
    .flatMap(({ steps }) => steps)
    .filter(({ uses }) => uses?.startsWith('OWNER/postgres-backup') === true)
}

function findBundle(step: Step | undefined): ActionOptions['bundle'] {
  const [, folder] = /\/(restore|check)@/.exec(step?.uses ?? '') ?? []
  return folder === 'restore' || folder === 'check' ? folder : 'backup'
}

/** Runs a step as the example has it, with its expressions replaced by this test's values. */
async function runStep(
  step: Step | undefined,
  workspace: string,
  environment: Record<string, string> = {},
): Promise<ActionRun> {
  const values: Record<string, string> = {
    '${{ secrets.DATABASE_URL }}': cluster.url('shop'),
    '${{ vars.AGE_RECIPIENTS }}': keys.recipient,
    '${{ secrets.AGE_IDENTITY }}': keys.identity,
  }
  const inputs = Object.entries(step?.with ?? {}).map(([name, value]) => [
    name,
    values[String(value)] ?? String(value).replace('s3://acme-backups/', `s3://${moto.bucket}/`),
  ])
  return runAction({
    bundle: findBundle(step),
    inputs: { ...(Object.fromEntries(inputs) as Record<string, string>), 'github-token': service.token },
    environment: { ...service.environment, GITHUB_WORKSPACE: workspace, ...environment },
  })
}

// examples/own-server.yml, pre-migration.yml and those of a fleet are run by act.
it('examples/nightly.yml backs up, encrypts and proves; watch.yml is red before it, and green after it', async () => {
  const workspace = await makeScratchDirectory('nightly')
  const [[watch], [backup]] = [readSteps('watch.yml'), readSteps('nightly.yml')]
  expect((await runStep(watch, workspace)).outputs['status']).toBe('bad')
  const made = await runStep(backup, workspace)
  expect(made.annotations.filter(({ level }) => level === 'error')).toEqual([])
  expect(made.outputs['status']).toBe('complete')
  expect(made.log).toMatch(
    /Backed up 2 databases: [\d.]+ [kM]?B in all, each restored and compared, as https:\/\//,
  )
  expect(JSON.parse(made.outputs['databases'] ?? '')).toContain('shop')
  expect(JSON.parse(made.outputs['files'] ?? '')).toContainEqual(
    expect.stringMatching(/shop_\w+\.sql\.zst\.age$/),
  )
  expect(made.outputs['artifact-id']).toMatch(/^\d+$/)
  const run = await runStep(watch, workspace)
  expect(run.annotations.filter(({ level }) => level === 'error')).toEqual([])
  expect([run.exitCode, run.outputs['status']]).toEqual([0, 'good'])
  const watched = JSON.parse(run.outputs['databases'] ?? '') as { name: string }[]
  expect(watched.map(({ name }) => name).sort()).toEqual(
    (JSON.parse(made.outputs['databases'] ?? '') as string[]).sort(),
  )
})

it('examples/weekly-drill.yml restores the newest backup and asks it', async () => {
  const [drill] = readSteps('weekly-drill.yml')
  const run = await runStep(drill, await makeScratchDirectory('weekly-drill'))
  expect(run.annotations.filter(({ level }) => level === 'error')).toEqual([])
  expect([run.exitCode, run.outputs['status']]).toEqual([0, 'good'])
  expect(Number(run.outputs['restore-seconds'])).toBeGreaterThan(0)
})

it('examples/off-site.yml keeps an artifact and an encrypted copy in a bucket', async () => {
  const [backup] = readSteps('off-site.yml')
  // What aws-actions/configure-aws-credentials exports, and where the bucket is in this test.
  const role = { ...moto.environment, AWS_SESSION_TOKEN: 'the token of the role' }
  const run = await runStep(backup, await makeScratchDirectory('off-site'), role)
  expect(run.annotations.filter(({ level }) => level === 'error')).toEqual([])
  const copy = `s3://${moto.bucket}/postgres/${run.outputs['artifact-name'] ?? ''}`
  expect(JSON.parse(run.outputs['stored-at'] ?? '')).toEqual([run.outputs['artifact-url'], copy])
  expect(await moto.keys()).toContainEqual(expect.stringMatching(/^postgres\/.*\/shop_\w+\.sql\.gz\.age$/))
})

it('examples/r2.yml keeps a copy in a bucket alone', async () => {
  const [backup] = readSteps('r2.yml')
  const { env: given = {} } = backup ?? {}
  expect(Object.keys(given).sort()).toEqual(
    Object.keys(moto.environment)
      .filter((name) => name in given)
      .sort(),
  )
  const { AWS_REGION: region = '' } = given
  const environment = { ...moto.environment, AWS_REGION: region }
  const run = await runStep(backup, await makeScratchDirectory('r2'), environment)
  expect(run.annotations.filter(({ level }) => level === 'error')).toEqual([])
  expect(run.outputs['artifact-id']).toBeUndefined()
  expect(JSON.parse(run.outputs['stored-at'] ?? '')).toEqual([
    expect.stringMatching(/^s3:\/\/backups\/postgres\/postgres-backup-shop-\d{8}T\d{6}Z$/),
  ])
})
