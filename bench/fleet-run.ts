import { rm } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { startCluster, type Cluster } from '../__tests__/support/postgres/cluster.ts'
import { compareDatabases } from '../__tests__/support/postgres/compare.ts'
import { makeRandom } from '../__tests__/support/random.ts'
import { startResultsService, type ResultsService } from '../__tests__/support/github/results-service.ts'
import { startAction, type ActionOptions, type ActionRun } from '../__tests__/support/runner.ts'
import { ensureSystemPackages } from '../__tests__/support/machine/system-packages.ts'
import type { Matrix, MatrixEntry } from '../src/catalogue/shards.ts'
import { formatBytes, formatCount } from '../src/units.ts'
import { drawNormal } from './fleet-planner.ts'
import { formatRows } from './report.ts'

/** A server and a repository of its own. */
interface World {
  readonly cluster: Cluster
  readonly service: ResultsService
}

/** What one job took. */
interface Job {
  readonly run: ActionRun
  readonly seconds: number
  /** Of GitHub's API, of which a repository has a thousand in an hour; uploads go elsewhere. */
  readonly requests: number
}

/** Rows of the median database, and of those that no distribution tells of. */
const [medianRows, giants] = [2000, [600_000, 400_000]]
/** The job that is killed, and the one that is run again though it has ended well. */
const [killedPart, doubledPart] = [2, 3]

/**
 * Plans, backs up, gathers and restores so many small databases in so many parts, each job a process of its own, one after
 * the other, and tells in Markdown what that took.
 * @throws Error where something does not end as it should
 */
export async function measureFleet(count: number, shards: number): Promise<string> {
  ensureSystemPackages()
  const [cluster, service] = await Promise.all([startCluster(), startResultsService()])
  try {
    console.error(`Filling ${count} databases …`)
    await fillDatabases(cluster, count)
    return await carryOut({ cluster, service }, count, shards)
  } finally {
    await service.close()
    await cluster.stop('immediate')
  }
}

async function fillDatabases(cluster: Cluster, count: number): Promise<void> {
  const random = makeRandom(20261104)
  const statements = Array.from({ length: count }, (_, index) => {
    const rows = giants[index] ?? Math.round(medianRows * Math.exp(1.5 * drawNormal(random)))
    const name = `fleet_${String(index).padStart(3, '0')}`
    return `create database ${name}\n\\g\n\\c ${name}
      create table goods as select n as id, md5(n::text) as text from generate_series(1, ${rows}) n;
      alter table goods add primary key (id);`
  })
  await cluster.psql('postgres', statements.join('\n'))
}

async function carryOut(world: World, count: number, shards: number): Promise<string> {
  const [load = 0] = loadavg()
  const plan = await runJob(world, 'plan', describePlan(world, shards))
  const { include } = readMatrix(plan)
  const parts = new Map<number, Job>()
  let done = 0
  for (const entry of include) {
    if (entry.shard === killedPart) done = await killHalfway(world, entry)
    else parts.set(entry.shard, await runPart(world, entry, 1))
  }
  const red = await gather(world, plan, 1)
  const doubled = await runPart(world, findPart(include, doubledPart), 2)
  const rerun = await runPart(world, findPart(include, killedPart), 2)
  parts.set(killedPart, rerun)
  const green = await gather(world, plan, 0)
  const chosen = [1, killedPart, doubledPart].map((number) => listNames(findPart(include, number))[0] ?? '')
  const restored: Job[] = []
  for (const name of chosen) restored.push(await restoreAndCompare(world, name))
  const again = await runJob(world, 'plan', describePlan(world, shards))
  const second: Job[] = []
  for (const entry of readMatrix(again).include) second.push(await runPart(world, entry, 1))

  const size = [...parts.values()].reduce((sum, { run }) => sum + Number(run.outputs['size']), 0)
  const killedCount = listNames(findPart(include, killedPart)).length
  const rows = [
    describe('Plan', `${count} databases in ${include.length} parts, ${readExpectation(plan)}`, [plan]),
    describe('Parts, one after the other', `all complete, ${formatBytes(size)} in all`, [...parts.values()]),
    ['One of them, killed by SIGKILL', `${done} of its ${killedCount} databases were done`, '', '', '', ''],
    describe('Gathering without it', `red: ${formatCount(killedCount, 'database')} without a backup`, [red]),
    describe('The killed one again', `complete, as "${rerun.run.outputs['artifact-name'] ?? ''}"`, [rerun]),
    describe('One that was good, again', `complete, as "${doubled.run.outputs['artifact-name'] ?? ''}"`, [
      doubled,
    ]),
    describe('Gathering', `good: ${count} databases`, [green]),
    describe(
      'Restore of one database',
      `${restored.length} from three parts, all equal to the original`,
      restored,
    ),
    describe('Plan of the second night', readExpectation(again), [again]),
    describe('Its parts, one after the other', 'all complete', second),
  ]
  const header = ['Job', 'Outcome', 'Shortest', 'Longest', 'Sum', "Requests of GitHub's API for each"]
  const about = `${count} small databases on a PostgreSQL ${world.cluster.major} server on the same machine, each job a process of its own; the machine's load was ${load.toFixed(1)} when they began.`
  return `${about}\n\n${formatRows(header, rows)}`
}

function describePlan({ cluster }: World, shards: number): ActionOptions {
  const inputs = { databases: 'fleet_*', 'dry-run': 'true', shards: String(shards) }
  return { bundle: 'backup', inputs: { url: cluster.url('postgres'), ...inputs } }
}

/** As `examples/fleet.yml` has it. */
function describePart({ cluster }: World, { databases, globals, name }: MatrixEntry): ActionOptions {
  const inputs = { databases, globals: String(globals), 'artifact-name': name }
  return { bundle: 'backup', inputs: { url: cluster.url('postgres'), ...inputs } }
}

async function runPart(world: World, entry: MatrixEntry, attempt: number): Promise<Job> {
  const options = describePart(world, entry)
  const job = await runJob(world, 'backup', options, { GITHUB_RUN_ATTEMPT: String(attempt) })
  if (job.run.outputs['status'] !== 'complete') throw new Error(`${entry.label} failed:\n${job.run.log}`)
  return job
}

/** @returns how many of its databases were done then */
async function killHalfway(world: World, entry: MatrixEntry): Promise<number> {
  const half = Math.floor(listNames(entry).length / 2)
  const finished = /^The database "fleet_.* in [\d.]+ s/gm
  const part = await startAction(prepare(world, 'backup', describePart(world, entry)))
  await part.waitForLog(new RegExp(`(${finished.source}[^]*?){${half}}`, 'm'))
  part.child.kill('SIGKILL')
  const { signal, log, temp } = await part.done
  await rm(temp, { recursive: true, force: true })
  if (signal !== 'SIGKILL') throw new Error(`The part had ended before it was killed:\n${log}`)
  return log.match(finished)?.length ?? 0
}

async function gather(world: World, plan: Job, exitCode: number): Promise<Job> {
  const inputs = { 'run-id': '4711', databases: plan.run.outputs['databases'] ?? '' }
  const job = await runJob(world, 'check', { bundle: 'check', inputs }, {}, exitCode)
  const verdicts = JSON.parse(job.run.outputs['databases'] ?? '[]') as { verdict: string }[]
  const bad = verdicts.filter(({ verdict }) => verdict !== 'good').length
  if (bad > 0 === (exitCode === 0)) throw new Error(`${bad} databases are bad:\n${job.run.log}`)
  return job
}

/** From another run, by the name of the database alone. */
async function restoreAndCompare(world: World, database: string): Promise<Job> {
  const { cluster } = world
  const before = `before_${database}`
  await cluster.psql('postgres', `alter database ${database} rename to ${before}`)
  const where = { 'artifact-name': 'postgres-backup-*', 'run-id': '4711', database }
  const options: ActionOptions = { bundle: 'restore', inputs: { url: cluster.url('postgres'), ...where } }
  const job = await runJob(world, 'restore', options, { GITHUB_RUN_ID: '4712' })
  const differences = await compareDatabases({ cluster, database: before }, { cluster, database })
  if (differences.length > 0) throw new Error(`${database} differs: ${differences.join('\n')}`)
  return job
}

async function runJob(
  world: World,
  name: string,
  options: ActionOptions,
  environment: Record<string, string> = {},
  exitCode = 0,
): Promise<Job> {
  const before = countRequests(world)
  const run = await (await startAction(prepare(world, name, options, environment))).done
  await rm(run.temp, { recursive: true, force: true })
  if (run.exitCode !== exitCode) throw new Error(`${name} ended with ${String(run.exitCode)}:\n${run.log}`)
  console.error(`${name}: ${(run.durationMs / 1000).toFixed(1)} s`)
  return { run, seconds: run.durationMs / 1000, requests: countRequests(world) - before }
}

function prepare(
  { service }: World,
  job: string,
  options: ActionOptions,
  environment: Record<string, string> = {},
): ActionOptions {
  const inputs = { 'github-token': service.token, ...options.inputs }
  return { ...options, inputs, environment: { ...service.environment, GITHUB_JOB: job, ...environment } }
}

function countRequests({ service }: World): number {
  return service.calls().filter((call) => call.startsWith('api')).length
}

function readMatrix({ run }: Job): Matrix {
  return JSON.parse(run.outputs['matrix'] ?? '') as Matrix
}

/** The first part is the one that the plan takes for the longest. */
function readExpectation({ run: { log } }: Job): string {
  const [, ground = ''] = /^Expected times and files: (.*)$/m.exec(log) ?? []
  const [, time = ''] = /^Part 1 of .*; about (.*) and .* of disk$/m.exec(log) ?? []
  return `the longest expected to dump for ${time}, ${ground}`
}

function findPart(entries: readonly MatrixEntry[], number: number): MatrixEntry {
  const entry = entries.find(({ shard }) => shard === number)
  if (entry === undefined) throw new Error(`There is no part ${number}`)
  return entry
}

function listNames({ databases }: MatrixEntry): string[] {
  return JSON.parse(databases) as string[]
}

function describe(what: string, outcome: string, jobs: readonly Job[]): string[] {
  const times = jobs.map(({ seconds }) => seconds)
  const sum = times.reduce((total, seconds) => total + seconds, 0)
  const requests = [...new Set(jobs.map((job) => job.requests))].sort((a, b) => a - b)
  const ends = requests.length > 2 ? [requests[0], requests.at(-1)] : requests
  const show = (seconds: number): string => `${seconds.toFixed(1)} s`
  const each = [show(Math.min(...times)), show(Math.max(...times)), show(sum)]
  return [what, outcome, ...(jobs.length === 1 ? ['', '', show(sum)] : each), ends.join(' to ')]
}
