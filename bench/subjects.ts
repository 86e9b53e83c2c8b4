import { spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { clientEnvironment, type Cluster } from '../__tests__/support/postgres/cluster.ts'
import type { ResultsService } from '../__tests__/support/github/results-service.ts'
import { runAction } from '../__tests__/support/runner.ts'
import type { RunFacts } from './measure.ts'

/** One thing to measure. */
export interface Subject {
  readonly name: string
  /** What its time is a multiple of. */
  readonly base: string
  /** Multiple that the project wants to stay within; undefined where there is no goal. */
  readonly goal?: number
  /** Another subject, above whose multiple the goal is counted. */
  readonly above?: string
  run(): Promise<RunFacts>
}

/** Databases and tools that the subjects work on. */
export interface Bench {
  readonly cluster: Cluster
  /** Folder of pg_dump. */
  readonly clientDirectory: string
  readonly service: ResultsService
  readonly recipient: string
  /** A folder with all that is on the PATH but igzip, which no hosted runner has. */
  readonly ordinaryTools: string
  /** Exists. */
  readonly directory: string
}

export const floor = 'pg_dump > /dev/null'

/** Runs a line of bash against the bench's server, or against another port that leads to it. */
export async function runBash(bench: Bench, line: string, port = bench.cluster.port): Promise<RunFacts> {
  const { PATH = '', ...environment } = clientEnvironment({ ...bench.cluster, port })
  const child = spawn('bash', ['-o', 'pipefail', '-c', line], {
    env: { ...environment, PATH: `${bench.clientDirectory}:${PATH}` },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  if (code !== 0) throw new Error(`${line} ended with ${String(code)}`)
  return {}
}

/** Runs a whole action through its bundle; its time is that of its process. */
export async function runBundle(
  bench: Bench,
  bundle: 'backup' | 'restore' | 'check',
  inputs: Record<string, string>,
  tools = process.env['PATH'] ?? '',
): Promise<RunFacts> {
  const run = await runAction({
    bundle,
    inputs: { url: bench.cluster.url('bench'), 'github-token': bench.service.token, ...inputs },
    environment: { ...bench.service.environment, PATH: `${bench.clientDirectory}:${tools}` },
  })
  if (run.exitCode !== 0) throw new Error(`the action failed:\n${run.log}`)
  await rm(run.temp, { recursive: true, force: true })
  bench.service.reset()
  const outputSize = bundle === 'backup' ? Number(run.outputs['size']) : 0
  return { seconds: run.durationMs / 1000, nodeMemory: run.peakMemory, outputSize }
}

/** Runs a backup, and removes its files. */
export async function runBackup(
  bench: Bench,
  inputs: Record<string, string>,
  tools?: string,
): Promise<RunFacts> {
  const outputDirectory = join(bench.directory, `output-${process.hrtime.bigint()}`)
  const given = { verify: 'none', upload: 'false', 'output-dir': outputDirectory, ...inputs }
  const facts = await runBundle(bench, 'backup', given, tools)
  await rm(outputDirectory, { recursive: true })
  return facts
}

/** All subjects of the dump, the floors first. */
export function listDumpSubjects(
  bench: Bench,
  { major, small }: { major: number; small: number },
): Subject[] {
  const bash = (name: string, line: string, base = floor): Subject => ({
    name,
    base,
    run: () => runBash(bench, line),
  })
  const action = (
    name: string,
    inputs: Record<string, string>,
    { base = floor, tools, ...goals }: { base?: string; tools?: string; goal?: number; above?: string } = {},
  ): Subject => ({
    name,
    base,
    ...goals,
    run: () => runBackup(bench, inputs, tools),
  })
  const tools = bench.ordinaryTools
  const age = { 'age-recipients': bench.recipient }
  const four = { databases: 'quarter_*' }
  const tiny = { url: bench.cluster.url('postgres'), databases: 'small_*' }
  const empty = { url: bench.cluster.url('empty') }
  const side =
    'psql -XAtc "select datname from pg_database where datname like \'$P%\'" postgres | xargs -P 2 -I{}'
  const scratch = join(bench.directory, 'fd')
  const quarters = '4 bare pg_dumps, 2 at once'
  const smalls = `${small} bare pg_dumps, 2 at once`
  return [
    bash(floor, 'pg_dump bench > /dev/null'),
    bash('pg_dump | gzip', 'pg_dump bench | gzip > /dev/null'),
    bash('pg_dump | pigz -1', 'pg_dump bench | pigz -1 > /dev/null'),
    bash('pg_dump | igzip -1', 'pg_dump bench | igzip -1 > /dev/null'),
    bash('pg_dump -Fc', 'pg_dump -Fc bench > /dev/null'),
    bash('pg_dump -Fd -j2 -Z0', `pg_dump -Fd -j2 -Z0 -f ${scratch} bench && rm -r ${scratch}`),
    bash('pg_dump -Fd -j2 -Z1', `pg_dump -Fd -j2 -Z1 -f ${scratch} bench && rm -r ${scratch}`),
    action('plain, none', { compression: 'none' }, { goal: 1.1 }),
    action('plain, lz4', { compression: 'lz4' }, { goal: 1.1 }),
    action('plain, zstd', { compression: 'zstd' }, { goal: 1.3 }),
    action('plain, zstd, encrypted', { compression: 'zstd', ...age }),
    action(
      'plain, zstd, verify: decode',
      { compression: 'zstd', verify: 'decode' },
      { goal: 0.3, above: 'plain, zstd' },
    ),
    action('plain, zstd, verify: restore', { compression: 'zstd', verify: 'restore' }),
    action('plain, zstd, uploaded', { compression: 'zstd', upload: 'true' }),
    action('plain, gzip', { compression: 'gzip' }, { goal: 1.6 }),
    action('plain, gzip, encrypted', { compression: 'gzip', ...age }),
    action(
      'plain, gzip, verify: decode',
      { compression: 'gzip', verify: 'decode' },
      { goal: 0.6, above: 'plain, gzip' },
    ),
    action('plain, gzip without igzip', { compression: 'gzip' }, { goal: 1.6, tools }),
    action(
      'plain, gzip without igzip, verify: decode',
      { verify: 'decode' },
      { goal: 0.6, above: 'plain, gzip without igzip', tools },
    ),
    action('plain, bzip2', { compression: 'bzip2' }),
    action('plain, xz:0', { compression: 'xz:0' }),
    action('custom, gzip', { format: 'custom' }),
    action('custom, none', { format: 'custom', compression: 'none' }),
    action('tar, zstd', { format: 'tar', compression: 'zstd' }),
    action('directory, none', { format: 'directory', compression: 'none' }, { goal: 0.75 }),
    action('directory, zstd', { format: 'directory', compression: 'zstd' }, major >= 16 ? { goal: 1.0 } : {}),
    action('directory, gzip', { format: 'directory' }, { goal: 1.5 }),
    bash(quarters, `P=quarter_; ${side} sh -c 'pg_dump {} > /dev/null'`, quarters),
    action('4 databases, none', { ...four, compression: 'none' }, { goal: 1.1, base: quarters }),
    action('4 databases, zstd', { ...four, compression: 'zstd' }, { base: quarters }),
    bash(smalls, `P=small_; ${side} sh -c 'pg_dump {} > /dev/null'`, smalls),
    action(`${small} small databases`, { ...tiny, compression: 'none' }, { goal: 1.3, base: smalls }),
    bash('pg_dump of an empty database', 'pg_dump empty > /dev/null', 'pg_dump of an empty database'),
    action('an empty database', { ...empty, upload: 'true' }, { base: 'pg_dump of an empty database' }),
  ]
}
