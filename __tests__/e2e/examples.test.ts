import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { load } from 'js-yaml'
import { createRunKey } from '../../src/archive/age/age-keys.ts'
import { startCluster, type Cluster } from '../support/cluster.ts'
import { compareDatabases, fillDatabase } from '../support/fixture.ts'
import { startResultsService, type ResultsService } from '../support/results-service.ts'
import { runAction, type ActionOptions, type ActionRun } from '../support/runner.ts'
import { startMoto, type S3Server } from '../support/s3-server.ts'
import { makeScratchDirectory } from '../support/scratch.ts'

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
  await fillDatabase(cluster, 'shop')
})

afterAll(async () => {
  await service.close()
  await moto.stop()
  await cluster.stop('immediate')
})

/** The steps of an example that use one of our actions. */
function readSteps(example: string): Step[] {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'examples', example), 'utf8')
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
  attempt = 1,
  environment: Record<string, string> = {},
): Promise<ActionRun> {
  const values: Record<string, string> = {
    '${{ secrets.DATABASE_URL }}': cluster.url('shop'),
    '${{ vars.AGE_RECIPIENTS }}': keys.recipient,
    '${{ secrets.AGE_IDENTITY }}': keys.identity,
  }
  const inputs = Object.entries(step?.with ?? {}).map(([name, value]) => [
    name,
    values[String(value)] ??
      String(value)
        .replace('/var/backups/postgres-backup', workspace)
        .replace('s3://acme-backups/', `s3://${moto.bucket}/`)
        .replace('${{ github.run_id }}', '4711')
        .replace('${{ github.run_attempt }}', String(attempt)),
  ])
  const { socketDirectory, port, password } = cluster
  return runAction({
    bundle: findBundle(step),
    inputs: { ...(Object.fromEntries(inputs) as Record<string, string>), 'github-token': service.token },
    environment: {
      ...service.environment,
      GITHUB_WORKSPACE: workspace,
      ...environment,
      // The server of the example listens where libpq looks by default, and asks for no password.
      ...(step?.with?.['user'] === undefined
        ? {}
        : { PGHOST: socketDirectory, PGPORT: String(port), PGPASSWORD: password }),
    },
  })
}

it('examples/nightly.yml backs up, encrypts and proves', async () => {
  const [backup] = readSteps('nightly.yml')
  const run = await runStep(backup, await makeScratchDirectory('nightly'))
  expect(run.annotations.filter(({ level }) => level === 'error')).toEqual([])
  expect(run.outputs['status']).toBe('complete')
  expect(JSON.parse(run.outputs['databases'] ?? '')).toContain('shop')
  expect(JSON.parse(run.outputs['files'] ?? '')).toContainEqual(
    expect.stringMatching(/shop_\w+\.sql\.zst\.age$/),
  )
  expect(run.outputs['artifact-id']).toMatch(/^\d+$/)
})

it('examples/watch.yml is red without a backup of last night, and green with one', async () => {
  service.reset()
  const workspace = await makeScratchDirectory('watch')
  const [watch] = readSteps('watch.yml')
  expect((await runStep(watch, workspace)).outputs['status']).toBe('bad')
  const [backup] = readSteps('nightly.yml')
  await runStep(backup, workspace)
  const run = await runStep(watch, workspace)
  expect(run.annotations.filter(({ level }) => level === 'error')).toEqual([])
  expect([run.exitCode, run.outputs['status']]).toEqual([0, 'good'])
})

it('examples/weekly-drill.yml restores the newest backup and asks it, and is red once the answer is no', async () => {
  service.reset()
  const workspace = await makeScratchDirectory('weekly-drill')
  const tables = `create table customers as select 1 as id;
    create table orders as select 1 as id, 1 as customer_id, 2.5 as total, now() as created_at`
  await cluster.psql('shop', tables)
  const [[backup], [drill]] = [readSteps('nightly.yml'), readSteps('weekly-drill.yml')]
  const encrypted = {
    ...backup,
    with: { ...backup?.with, databases: 'shop', verify: 'decode' },
  }
  expect((await runStep(encrypted, workspace)).outputs['status']).toBe('complete')
  const run = await runStep(drill, workspace)
  expect(run.annotations.filter(({ level }) => level === 'error')).toEqual([])
  expect([run.exitCode, run.outputs['status']]).toEqual([0, 'good'])
  expect(Number(run.outputs['restore-seconds'])).toBeGreaterThan(0)
  await cluster.psql('shop', 'update orders set customer_id = 2')
  await runStep(encrypted, workspace)
  const red = await runStep(drill, workspace)
  expect(red.annotations.filter(({ level }) => level === 'error').map(({ title }) => title)).toEqual([
    'PGB_CHECK',
  ])
  await cluster.psql('shop', 'drop table orders, customers')
})

it('examples/own-server.yml keeps the whole cluster on disk, and can be run again', async () => {
  const [backup] = readSteps('own-server.yml')
  const workspace = await makeScratchDirectory('own-server')
  for (const attempt of [1, 2]) {
    const run = await runStep(backup, workspace, attempt)
    expect(run.outputs['status']).toBe('complete')
    expect(run.outputs['manifest']).toBe(join(workspace, `4711-${attempt}`, 'manifest.json'))
    expect(run.outputs['artifact-id']).toBeUndefined()
  }
})

it('examples/pre-migration.yml puts the database back after a failed migration', async () => {
  await cluster.psql('postgres', 'create database before template shop')
  const [backup, restore] = readSteps('pre-migration.yml')
  const workspace = await makeScratchDirectory('pre-migration')
  expect((await runStep(backup, workspace)).outputs['status']).toBe('complete')
  await cluster.psql('shop', 'create table half_migrated (id int); drop table bulk cascade')
  const restored = await runStep(restore, workspace)
  expect(restored.annotations.filter(({ level }) => level === 'error')).toEqual([])
  expect(restored.exitCode).toBe(0)
  const before = { cluster, database: 'before' }
  const after = { cluster, database: 'shop' }
  expect(await compareDatabases(before, after, { noOwner: true })).toEqual([])
})

it('examples/off-site.yml keeps an artifact and an encrypted copy in a bucket', async () => {
  const [backup] = readSteps('off-site.yml')
  // What aws-actions/configure-aws-credentials exports, and where the bucket is in this test.
  const role = { ...moto.environment, AWS_SESSION_TOKEN: 'the token of the role' }
  const run = await runStep(backup, await makeScratchDirectory('off-site'), 1, role)
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
  const run = await runStep(backup, await makeScratchDirectory('r2'), 1, environment)
  expect(run.annotations.filter(({ level }) => level === 'error')).toEqual([])
  expect(run.outputs['artifact-id']).toBeUndefined()
  expect(JSON.parse(run.outputs['stored-at'] ?? '')).toEqual([
    expect.stringMatching(/^s3:\/\/backups\/postgres\/postgres-backup-shop-\d{8}T\d{6}Z$/),
  ])
})
