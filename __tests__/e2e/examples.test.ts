import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { load } from 'js-yaml'
import { createRunKey } from '../../src/archive/age-keys.ts'
import { startCluster, type Cluster } from '../support/cluster.ts'
import { compareDatabases, fillDatabase } from '../support/fixture.ts'
import { startResultsService, type ResultsService } from '../support/results-service.ts'
import { runAction, type ActionRun } from '../support/runner.ts'
import { makeScratchDirectory } from '../support/scratch.ts'

interface Step {
  uses?: string
  with?: Record<string, unknown>
}

let cluster: Cluster
let service: ResultsService
let keys: { identity: string; recipient: string }

beforeAll(async () => {
  cluster = await startCluster()
  service = await startResultsService()
  keys = await createRunKey([])
  await fillDatabase(cluster, 'shop')
})

afterAll(async () => {
  await service.close()
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

/** Runs a step as the example has it, with its expressions replaced by this test's values. */
async function runStep(step: Step | undefined, workspace: string, attempt = 1): Promise<ActionRun> {
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
        .replace('${{ github.run_id }}', '4711')
        .replace('${{ github.run_attempt }}', String(attempt)),
  ])
  const { socketDirectory, port, password } = cluster
  return runAction({
    bundle: step?.uses?.includes('/restore@') === true ? 'restore' : 'backup',
    inputs: { ...(Object.fromEntries(inputs) as Record<string, string>), 'github-token': service.token },
    environment: {
      ...service.environment,
      GITHUB_WORKSPACE: workspace,
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
