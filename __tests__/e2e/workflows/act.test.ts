import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import { createRunKey } from '../../../src/archive/age/age-keys.ts'
import { provideAct, runWorkflow, type WorkflowOptions, type WorkflowRun } from '../../support/github/act.ts'
import { startCluster, type Cluster } from '../../support/postgres/cluster.ts'
import { compareDatabases, createDatabase } from '../../support/postgres/fixture.ts'
import { startResultsService, type ResultsService } from '../../support/github/results-service.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { findClient } from '../../support/postgres/server-binaries.ts'
import { repository } from '../../support/repository.ts'

let cluster: Cluster
let service: ResultsService
let keys: { identity: string; recipient: string }

beforeAll(async () => {
  // The run that act says it is.
  service = await startResultsService({ runId: 1 })
  cluster = await startCluster()
  await provideAct()
  keys = await createRunKey([])
  await createDatabase(cluster, 'shop')
  await cluster.psql(
    'shop',
    `create table bulk (id serial primary key, text text);
    insert into bulk (text) select repeat('x', n) from generate_series(1, 300) n;
    create view long as select * from bulk where length(text) > 100`,
  )
})
afterEach(() => {
  service.reset()
})
afterAll(async () => {
  await service.close()
  await cluster.stop('immediate')
})

const read = (...path: string[]): string => readFileSync(join(repository, ...path), 'utf8')

/** The workflow of the README that has this name. */
function readFromReadme(name: string): string {
  const blocks = [...read('README.md').matchAll(/^```yaml\n([^]*?)^```$/gm)].map(([, block = '']) => block)
  return blocks.find((block) => block.startsWith(`name: ${name}\n`)) ?? `no workflow ${name}`
}

/** Runs a workflow as it stands, with the secrets and variables that it asks for. */
async function run(workflow: string, options: Partial<WorkflowOptions> = {}): Promise<WorkflowRun> {
  return runWorkflow({
    workflow,
    event: 'workflow_dispatch',
    variables: { AGE_RECIPIENTS: keys.recipient },
    ...options,
    secrets: {
      DATABASE_URL: cluster.url('shop'),
      AGE_IDENTITY: keys.identity,
      GITHUB_TOKEN: service.token,
      ...options.secrets,
    },
    environment: { ...service.environment, ...options.environment },
  })
}

function expectSuccess({ exitCode, log }: WorkflowRun): void {
  expect(exitCode === 0 ? '' : log).toBe('')
}

/** Compares `shop` with its copy `before`, which then goes. */
async function expectSameAsBefore(): Promise<void> {
  const [before, after] = [
    { cluster, database: 'before' },
    { cluster, database: 'shop' },
  ]
  expect(await compareDatabases(before, after, { noOwner: true })).toEqual([])
  await cluster.psql('postgres', 'drop database before')
}

it('the workflows of the README back up and restore, by the artifacts of act itself', async () => {
  const artifacts = await makeScratchDirectory('artifacts')
  // What act sets itself then.
  const environment = { ACTIONS_RESULTS_URL: '', ACTIONS_RUNTIME_TOKEN: '' }
  const backup = await run(readFromReadme('Backup'), { event: 'schedule', artifacts, environment })
  expectSuccess(backup)
  expect(backup.log).toMatch(/Backed up "shop": [\d.]+ [kM]B, read back to its end, as https:\/\//)
  expect(await readdir(join(artifacts, '1'))).toEqual([
    expect.stringMatching(/^postgres-backup-shop-\d{8}T\d{6}Z$/),
  ])
  expect(service.artifacts()).toEqual([])
  await cluster.psql('postgres', 'alter database shop rename to before')
  await createDatabase(cluster, 'shop')
  expectSuccess(await run(readFromReadme('Restore'), { artifacts, environment }))
  await expectSameAsBefore()
})

it('examples/matrix.yml gives each database a job of its own', async () => {
  await createDatabase(cluster, 'my, db')
  expectSuccess(await run(read('examples', 'matrix.yml'), { event: 'schedule' }))
  expect(
    service
      .artifacts()
      .map(({ name }) => name.replace(/-\w+$/, ''))
      .sort(),
  ).toEqual([
    expect.stringMatching(/^postgres-backup-my_db-[0-9a-f]{16}$/),
    'postgres-backup-postgres',
    'postgres-backup-shop',
  ])
  await cluster.psql('postgres', 'drop database "my, db"')
})

it('examples/fleet.yml backs up in parts and gathers them, and examples/restore-fleet.yml restores each database', async () => {
  expectSuccess(await run(read('examples', 'fleet.yml'), { event: 'schedule' }))
  const parts = service.artifacts().map(({ name }) => name.replace(/^postgres-backup-\w+-/, ''))
  expect(parts.sort()).toEqual(['1-of-2', '2-of-2'])
  await cluster.psql('postgres', 'alter database shop rename to before')
  const restored = await run(read('examples', 'restore-fleet.yml'), {
    inputs: { run: '1' },
  })
  expectSuccess(restored)
  await expectSameAsBefore()
})

it('examples/own-server.yml keeps the whole cluster on disk', async () => {
  const backups = await makeScratchDirectory('own-server')
  const { socketDirectory, port, password } = cluster
  const workflow = read('examples', 'own-server.yml').replace('/var/backups/postgres-backup', backups)
  // The server of the example listens where libpq looks by default, and asks for no password.
  const environment = { PGHOST: socketDirectory, PGPORT: String(port), PGPASSWORD: password }
  const { exitCode, log } = await run(workflow, { event: 'schedule', environment })
  expectSuccess({ exitCode, log })
  expect(await readdir(join(backups, '1-1'))).toContain('manifest.json')
  expect(log).toContain(`Backed up into ${backups}/1-1/manifest.json`)
  expect(service.artifacts()).toEqual([])
})

it('examples/pre-migration.yml puts the database back after a failed migration', async () => {
  await cluster.psql('postgres', 'create database before template shop')
  const psql = `${join(findClient(), 'psql')} --no-psqlrc --dbname="$DATABASE_URL"`
  const { exitCode, log } = await run(read('examples', 'pre-migration.yml'), {
    scripts: {
      'scripts/maintenance.sh': 'echo "maintenance $1"',
      'scripts/migrate.sh': `${psql} --command='create table half_migrated (id int); drop table bulk cascade'; exit 1`,
    },
  })
  expect(exitCode).toBe(1)
  expect(log).toMatch(/maintenance on[^]*DROP TABLE[^]*maintenance off/)
  expect(log).not.toContain('::error')
  await expectSameAsBefore()
})
