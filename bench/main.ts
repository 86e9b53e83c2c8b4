/**
 * Measures the action against what it is compared with, in one run:
 * `npm run bench -- [--table=dump|elsewhere|wide|far|restore|drill] [--compare] [--megabytes=1000] [--rounds=3] [--major=15]
 * [--only=PATTERN] [--small=200] [--wide=1000,5000,20000] [--far=0,20,80] [--server-core=1] [--output=bench/results]`
 *
 * With `--server-core` the server has that core for itself, and all else the others, as if it stood elsewhere; the table
 * `elsewhere` gives it the last one.
 *
 * With `--compare` the last results stay as they are, and what became slower by more than 5% is printed.
 */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, open, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { parseArgs } from 'node:util'
import { startCluster } from '../__tests__/support/postgres/cluster.ts'
import { unpackClient } from '../__tests__/support/postgres/postgres-clients.ts'
import { startResultsService } from '../__tests__/support/github/results-service.ts'
import { findClient } from '../__tests__/support/postgres/server-binaries.ts'
import { ensureSystemPackages } from '../__tests__/support/machine/system-packages.ts'
import { createRunKey } from '../src/archive/age/age-keys.ts'
import { measure, type Measurement } from './measure.ts'
import { pinServer } from './pinning.ts'
import { describeMachine, drawChart, formatReport, listSlower, summarize, type Report } from './report.ts'
import type { Bench, Subject } from './subjects.ts'
import { closeTables, tables, type Sizes } from './tables.ts'

const { values } = parseArgs({
  options: {
    table: { type: 'string', default: 'dump' },
    compare: { type: 'boolean', default: false },
    megabytes: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    major: { type: 'string', default: '15' },
    only: { type: 'string', default: '' },
    small: { type: 'string' },
    wide: { type: 'string', default: '1000,5000,20000' },
    far: { type: 'string', default: '0,20,80' },
    'server-core': { type: 'string' },
    output: { type: 'string', default: 'bench/results' },
  },
})
const rounds = Number(values.rounds)
const major = values.major === '18' ? 18 : 15
const sizes: Sizes = {
  major,
  megabytes: Number(values.megabytes),
  small: Number(values.small ?? (values.table === 'far' ? '40' : '200')),
  wide: values.wide.split(',').map(Number),
  far: values.far.split(',').map(Number),
}
const chosenTable = tables[values.table]
if (chosenTable === undefined) throw new Error(`There is no table "${values.table}"`)
const table = chosenTable
const lastCore = String(availableParallelism() - 1)
const serverCore = values['server-core'] ?? (values.table === 'elsewhere' ? lastCore : undefined)
/** The results of the dump were the only ones once. */
const stem = values.table === 'dump' ? 'bench' : values.table

/** Interleaved, so that a machine that slows down slows everything down. */
async function measureAll(subjects: readonly Subject[]): Promise<Map<string, Measurement[]>> {
  const measurements = new Map<string, Measurement[]>()
  for (let round = 1; round <= rounds; round += 1) {
    for (const subject of subjects) {
      const { name, base } = subject
      // Once unmeasured, so that the server's caches are as warm for it as for those that follow.
      if (name === base) await subject.run()
      const measurement = await measure(() => subject.run())
      measurements.set(name, [...(measurements.get(name) ?? []), measurement])
      console.error(`round ${round} of ${rounds}: ${name}: ${measurement.seconds.toFixed(2)} s`)
    }
  }
  return measurements
}

/** Those that were asked for, what they are compared with, and the first, whose times tell how quiet the machine is. */
function selectSubjects(bench: Bench): Subject[] {
  const all = table.list(bench, sizes)
  const chosen = all.filter(({ name }) => new RegExp(values.only).test(name))
  const bases = new Set([all[0]?.name, ...chosen.flatMap(({ base, above }) => [base, above])])
  return all.filter((subject) => bases.has(subject.name) || chosen.includes(subject))
}

/** A folder with links to all programs on the PATH but one. */
async function linkTools(missing: string): Promise<string> {
  const folder = join(directory, 'tools')
  await mkdir(folder)
  for (const place of (process.env['PATH'] ?? '').split(delimiter).filter((name) => existsSync(name)))
    for (const name of (await readdir(place)).filter((name) => name !== missing))
      await symlink(join(place, name), join(folder, name)).catch(() => undefined)
  return folder
}

/** A virtual machine hands out memory when it is first touched, which would slow down whoever comes first. */
async function touchMemory(): Promise<void> {
  const path = join(directory, 'touched')
  const chunk = Buffer.alloc(1e6)
  const file = await open(path, 'w')
  for (let written = 0; written < 3 * sizes.megabytes; written += 1) await file.write(chunk)
  await file.close()
  await rm(path)
}

async function writeResults(report: Report): Promise<void> {
  const write = (suffix: string, text: string): Promise<void> =>
    writeFile(join(values.output, `${stem}.${suffix}`), text)
  await mkdir(values.output, { recursive: true })
  await write('json', `${JSON.stringify(report, undefined, 2)}\n`)
  await write('md', `${formatReport(report)}\n`)
  if (values.table === 'dump') await write('svg', drawChart(report))
}

/** Says what became slower since the last results, and fails then. */
async function compareResults(report: Report): Promise<void> {
  const text = await readFile(join(values.output, `${stem}.json`), 'utf8')
  const slower = listSlower(JSON.parse(text) as Report, report)
  console.log(slower.length === 0 ? '\nNothing became slower by more than 5%.' : '\nSlower than before:')
  for (const line of slower) console.log(`- ${line}`)
  if (slower.length > 0) process.exitCode = 1
}

ensureSystemPackages()
const settings = { shared_buffers: '1GB', max_wal_size: '8GB', max_locks_per_transaction: '512' }
const cluster = await startCluster({ major, settings })
const service = await startResultsService()
if (serverCore !== undefined) pinServer(cluster.pid, Number(serverCore))
const directory = await mkdtemp(join(tmpdir(), 'postgres-backup-bench-'))
try {
  const clientDirectory = major === 18 ? (await unpackClient(18)).binDirectory : findClient()
  const { recipient } = await createRunKey([])
  const ordinaryTools = await linkTools('igzip')
  const bench = { cluster, clientDirectory, service, recipient, directory, ordinaryTools }
  const subjects = selectSubjects(bench)
  console.error(`Filling a PostgreSQL ${major} server …`)
  await table.fill(bench, sizes, subjects)
  await touchMemory()
  const measurements = await measureAll(subjects)
  const first = (measurements.get(subjects[0]?.name ?? '') ?? []).map(({ seconds }) => seconds)
  const report: Report = {
    machine: describeMachine(),
    server: String(major),
    about: `${table.about(sizes)}${serverCore === undefined ? '' : '; the server on a core of its own'}`,
    rounds,
    noise: Math.max(...first) / Math.min(...first),
    rows: summarize(subjects, measurements),
  }
  console.log(formatReport(report))
  if (values.compare) await compareResults(report)
  else await writeResults(report)
} finally {
  await closeTables()
  await rm(directory, { recursive: true, force: true })
  await service.close()
  await cluster.stop('immediate')
}
