/**
 * Measures the action against the floor, which is a bare pg_dump, in one run:
 * `npm run bench -- [--megabytes=1000] [--rounds=3] [--major=15] [--only=PATTERN] [--small=200] [--output=bench/results]`
 */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, open, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { parseArgs } from 'node:util'
import { startCluster } from '../__tests__/support/cluster.ts'
import { unpackClient } from '../__tests__/support/postgres-clients.ts'
import { startResultsService } from '../__tests__/support/results-service.ts'
import { findClient } from '../__tests__/support/server-binaries.ts'
import { ensureSystemPackages } from '../__tests__/support/system-packages.ts'
import { createRunKey } from '../src/archive/age-keys.ts'
import { createBenchDatabase } from './data.ts'
import { measure, type Measurement } from './measure.ts'
import { describeMachine, drawChart, formatReport, summarize, type Report } from './report.ts'
import { floor, listSubjects, type Bench, type Subject } from './subjects.ts'

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    major: { type: 'string', default: '15' },
    only: { type: 'string', default: '' },
    small: { type: 'string', default: '200' },
    output: { type: 'string', default: 'bench/results' },
  },
})
const megabytes = Number(values.megabytes)
const rounds = Number(values.rounds)
const major = values.major === '18' ? 18 : 15
const small = Number(values.small)

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

function selectSubjects(bench: Bench): Subject[] {
  const all = listSubjects(bench, { major, small })
  const chosen = all.filter(({ name }) => new RegExp(values.only).test(name))
  const bases = new Set([floor, ...chosen.flatMap(({ base, above }) => [base, above])])
  return all.filter((subject) => bases.has(subject.name) || chosen.includes(subject))
}

/** Only what the subjects dump. */
async function fillServer(subjects: readonly Subject[]): Promise<void> {
  await createBenchDatabase(cluster, 'bench', megabytes)
  await cluster.psql('postgres', 'create database empty')
  if (subjects.some(({ name }) => name.startsWith('4 databases')))
    for (const part of [1, 2, 3, 4]) await createBenchDatabase(cluster, `quarter_${part}`, megabytes / 4)
  if (subjects.some(({ name }) => name.endsWith('small databases')))
    for (let index = 1; index <= small; index += 1) await createBenchDatabase(cluster, `small_${index}`, 0.01)
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
  for (let written = 0; written < 3 * megabytes; written += 1) await file.write(chunk)
  await file.close()
  await rm(path)
}

ensureSystemPackages()
const cluster = await startCluster({ major, settings: { shared_buffers: '1GB', max_wal_size: '8GB' } })
const service = await startResultsService()
const directory = await mkdtemp(join(tmpdir(), 'postgres-backup-bench-'))
try {
  const clientDirectory = major === 18 ? (await unpackClient(18))?.binDirectory : findClient()
  if (clientDirectory === undefined) throw new Error(`There is no client ${major} here`)
  const { recipient } = await createRunKey([])
  const ordinaryTools = await linkTools('igzip')
  const bench = { cluster, clientDirectory, service, recipient, directory, ordinaryTools }
  const subjects = selectSubjects(bench)
  console.error(`Filling a PostgreSQL ${major} server …`)
  await fillServer(subjects)
  await touchMemory()
  const measurements = await measureAll(subjects)
  const floors = (measurements.get(floor) ?? []).map(({ seconds }) => seconds)
  const report: Report = {
    machine: describeMachine(),
    server: String(major),
    megabytes,
    rounds,
    noise: Math.max(...floors) / Math.min(...floors),
    rows: summarize(subjects, measurements),
  }
  await mkdir(values.output, { recursive: true })
  await writeFile(join(values.output, 'bench.json'), `${JSON.stringify(report, undefined, 2)}\n`)
  await writeFile(join(values.output, 'bench.md'), `${formatReport(report)}\n`)
  await writeFile(join(values.output, 'bench.svg'), drawChart(report))
  console.log(formatReport(report))
} finally {
  await rm(directory, { recursive: true, force: true })
  await service.close()
  await cluster.stop('immediate')
}
