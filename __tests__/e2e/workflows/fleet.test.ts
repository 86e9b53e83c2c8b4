import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { load } from 'js-yaml'
import { createRunKey } from '../../../src/archive/age/age-keys.ts'
import type { Matrix, MatrixEntry } from '../../../src/catalogue/shards.ts'
import { quoteIdentifier, startCluster, type Cluster } from '../../support/postgres/cluster.ts'
import { startResultsService, type ResultsService } from '../../support/github/results-service.ts'
import { runAction, startAction, type ActionOptions, type ActionRun } from '../../support/runner.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { restore } from '../../support/story.ts'
import { expectFailure, readError, readManifest } from '../../support/backup-run.ts'
import { repository } from '../../support/repository.ts'

/** What the gathering says of a database, as far as a matrix of restores needs it. */
interface Found {
  name: string
  backup: string
}

type Steps = Record<string, { steps: { with: Record<string, unknown> }[] }>

function readJobs(example: string): Steps {
  const text = readFileSync(join(repository, 'examples', example), 'utf8')
  return (load(text) as { jobs: Steps }).jobs
}

const jobs = { ...readJobs('fleet.yml'), ...readJobs('restore-fleet.yml') }
/** More than a quarter of them begins alike, and some names are none that a comma or a shell would leave alone. */
const names = ['shop', 'blog', 'Blog', 'crm', 'a, b', 'say "hi"', 'Ärger [1]', '$(id)', '!x', 'y*']

let cluster: Cluster
let service: ResultsService
let keys: { identity: string; recipient: string }
let copies: string

beforeAll(async () => {
  ;[cluster, service, keys] = await Promise.all([startCluster(), startResultsService(), createRunKey([])])
  copies = await makeScratchDirectory('fleet')
  await cluster.psql('postgres', names.map((name) => `create database ${quoteIdentifier(name)};`).join('\n'))
  for (const name of names)
    await cluster.psql(name, `create table goods as select generate_series(1, ${countRows(name)}) as id`)
})
afterAll(async () => {
  await Promise.all([cluster.stop('immediate'), service.close()])
})

/** Each has its own number of rows, and so a size of its own. */
function countRows(name: string): number {
  return 10 + names.indexOf(name) * 2000
}

/** The inputs of a job of an example, with its expressions replaced by this test's values. */
function readInputs(
  job: string,
  matrix?: MatrixEntry | Found,
  others: Record<string, string> = {},
): Record<string, string> {
  const values: Record<string, unknown> = {
    'secrets.DATABASE_URL': cluster.url('postgres'),
    'secrets.AGE_IDENTITY': keys.identity,
    'vars.AGE_RECIPIENTS': keys.recipient,
    'inputs.run': service.environment['GITHUB_RUN_ID'],
    ...Object.fromEntries(Object.entries(matrix ?? {}).map(([key, value]) => [`matrix.${key}`, value])),
    ...others,
  }
  const inputs = Object.entries(jobs[job]?.steps[0]?.with ?? {}).map(([name, value]) => {
    const [, expression] = /^\$\{\{ (.*) \}\}$/.exec(String(value)) ?? []
    return [name, String(expression === undefined ? value : values[expression])]
  })
  return Object.fromEntries(inputs) as Record<string, string>
}

/** A part also goes to a directory, to see that no two names are one there. */
function describePart(entry: MatrixEntry): ActionOptions {
  const inputs = { ...readInputs('backup', entry), 'copy-to': copies }
  return { bundle: 'backup', inputs, environment: service.environment }
}

function expectComplete(run: ActionRun): void {
  expect(run.annotations.filter(({ level }) => level === 'error')).toEqual([])
  expect(run.outputs['status']).toBe('complete')
}

/** Starts a part of which one database is locked, and kills it as it waits. */
async function killPart(entry: MatrixEntry, database: string): Promise<void> {
  const lock = cluster.psql(database, 'begin; lock table goods; select pg_sleep(600)').catch(() => undefined)
  const sleeper = `from pg_stat_activity where query like '%pg_sleep(600)' and wait_event = 'PgSleep'`
  while ((await cluster.psql('postgres', `select 1 ${sleeper}`)) === '') await Promise.resolve()
  const started = await startAction(describePart(entry))
  await started.waitForLog(/Dumping/)
  started.child.kill('SIGKILL')
  expect((await started.done).signal).toBe('SIGKILL')
  await cluster.psql('postgres', `select pg_terminate_backend(pid) ${sleeper}`)
  await lock
}

/** The plan, as the example has it. */
function makePlan(): Promise<ActionRun> {
  const inputs = { ...readInputs('plan'), 'github-token': service.token }
  return runAction({
    bundle: 'backup',
    inputs,
    environment: { ...service.environment, GITHUB_JOB: 'plan' },
  })
}

/** The gathering, as the example has it: for all that was planned. */
function gather(planned: ActionRun): Promise<ActionRun> {
  const values = {
    'github.run_id': service.environment['GITHUB_RUN_ID'] ?? '',
    'needs.plan.outputs.databases': planned.outputs['databases'] ?? '',
  }
  const inputs = { ...readInputs('check', undefined, values), 'github-token': service.token }
  return runAction({ bundle: 'check', inputs, environment: service.environment })
}

/** From another run, as somebody would on the day after. */
function restoreFrom(inputs: Record<string, string>): Promise<ActionRun> {
  const where = { 'run-id': '4711', 'github-token': service.token }
  return restore(
    { url: cluster.url('postgres'), 'age-identity': keys.identity, ...where, ...inputs },
    { environment: { ...service.environment, GITHUB_RUN_ID: '4712' } },
  )
}

function restoreOne(database: string, inputs: Record<string, string> = {}): Promise<ActionRun> {
  return restoreFrom({ 'artifact-name': 'postgres-backup-*', database, ...inputs })
}

it('a fleet is planned, backed up in parts of which one is killed and run again, and restored', async () => {
  const planned = await makePlan()
  expect(planned.annotations.filter(({ level }) => level === 'error')).toEqual([])
  expect(planned.summary).toContain('| 1 of 4: ')
  expect(planned.log).toMatch(/^Expected times and files: by the size on the server$/m)
  const { include } = JSON.parse(planned.outputs['matrix'] ?? '') as Matrix
  expect(include.map(({ shard }) => shard)).toEqual([1, 2, 3, 4])
  const divided = include.flatMap(({ databases }) => JSON.parse(databases) as string[])
  expect(divided.toSorted()).toEqual([...names, 'postgres'].toSorted())
  expect(JSON.parse(planned.outputs['databases'] ?? '')).toEqual(expect.arrayContaining(divided))

  const killed = include.find(({ databases }) => (JSON.parse(databases) as string[]).includes('shop'))
  if (killed === undefined) throw new Error('No part holds the database "shop"')
  await killPart(killed, 'shop')
  const others = include.filter((entry) => entry !== killed)
  const asked = service.calls().length
  const runs = await Promise.all(others.map((entry) => runAction(describePart(entry))))
  runs.forEach(expectComplete)
  // Hundreds of parts share a thousand requests of GitHub's API.
  const requests = service.calls().slice(asked)
  expect(requests.filter((request) => request.startsWith('api'))).toEqual([])
  const lost = (JSON.parse(killed.databases) as string[]).map((name) => `There is no backup of "${name}"`)
  const gathered = await gather(planned)
  expectFailure(gathered, ...lost.map(() => 'PGB_STALE' as const))
  for (const words of lost) expect(gathered.log).toContain(words)
  // GitHub may be asked to run a part again that has its artifact already.
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    const run = await runAction(describePart(killed))
    expectComplete(run)
    runs.push(run)
  }
  const whole = await gather(planned)
  expect(whole.annotations.filter(({ level }) => level === 'error')).toEqual([])
  expect(whole.outputs['status']).toBe('good')
  const found = JSON.parse(whole.outputs['databases'] ?? '') as Found[]
  expect(found).toHaveLength(divided.length)
  expect((await makePlan()).log).toMatch(
    /^Expected times and files: as in the last backups of 11 databases$/m,
  )
  const artifacts = runs.map(({ outputs }) => outputs['artifact-name'])
  expect(new Set(artifacts).size).toBe(5)
  expect(artifacts.at(-1)).toBe(`${killed.name}-2`)
  expect(new Set(runs.map(({ outputs }) => outputs['stored-at'])).size).toBe(5)
  const manifests = await Promise.all(runs.map(readManifest))
  const globals = manifests.filter(({ files }) => files.some(({ kind }) => kind === 'globals'))
  expect(new Set(globals.map(({ plan }) => plan.databases.join())).size).toBe(1)

  await cluster.psql('postgres', names.map((name) => `drop database ${quoteIdentifier(name)};`).join('\n'))
  // One part database by database, as the gathering or a pattern finds it among the newer ones; one that was run twice whole.
  const [first] = others
  const own = (JSON.parse(first?.databases ?? '') as string[]).filter((name) => names.includes(name))
  expect(own.length).toBeGreaterThan(1)
  const listed = found.filter(({ name }) => own.slice(1).includes(name))
  const single = await Promise.all([
    restoreOne(own[0] ?? ''),
    ...listed.map((row) => restoreFrom(readInputs('restore', row))),
  ])
  const part = await restoreFrom({ 'artifact-name': `${killed.name}*` })
  const restored = [...single, part]
  expect(restored.flatMap(({ annotations }) => annotations.filter(({ level }) => level === 'error'))).toEqual(
    [],
  )
  const back = [first, killed].flatMap((entry) => JSON.parse(entry?.databases ?? '') as string[])
  const counted = names.filter((name) => back.includes(name))
  const counts = await Promise.all(counted.map((name) => cluster.psql(name, 'select count(*) from goods')))
  expect(counts).toEqual(counted.map((name) => String(countRows(name))))
  // Of the two attempts the newest.
  expect(part.log).toContain(`"${killed.name}-2" (id ${runs.at(-1)?.outputs['artifact-id'] ?? ''}`)
})

it('a database is found among the parts in a directory too, and one that no part holds is refused', async () => {
  const run = await restoreOne('nobody')
  expectFailure(run, 'PGB_NO_DATABASE')
  expect(readError(run)).toMatch(
    /"nobody" is in no backup: none of the 5 that fit "postgres-backup-\*" holds it/,
  )
  const fromCopies = { path: join(copies, 'postgres-backup-*'), 'artifact-name': '', 'run-id': '' }
  expect(readError(await restoreOne('nobody', fromCopies))).toMatch(
    /none of the 5 that fit "postgres-backup-\*" holds it/,
  )
  await cluster.psql('postgres', 'drop database if exists crm')
  const found = await restoreOne('crm', fromCopies)
  expect(found.exitCode).toBe(0)
  expect(await cluster.psql('crm', 'select count(*) from goods')).toBe('6010')
})
