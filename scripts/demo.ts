/**
 * Shows the real thing on one machine: an embedded PostgreSQL server is filled, backed up by the built action,
 * and restored on a second server with the commands that the backup names. Needs no account.
 */
import { existsSync } from 'node:fs'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { clientEnvironment, startCluster } from '../__tests__/support/cluster.ts'
import type { Cluster } from '../__tests__/support/cluster.ts'
import { compareDatabases } from '../__tests__/support/compare.ts'
import { execute } from '../__tests__/support/execute.ts'
import { fillDatabase } from '../__tests__/support/fixture.ts'
import { startResultsService } from '../__tests__/support/results-service.ts'
import type { ResultsService } from '../__tests__/support/results-service.ts'
import { startAction } from '../__tests__/support/runner.ts'
import type { ActionRun } from '../__tests__/support/runner.ts'
import { findClient } from '../__tests__/support/server-binaries.ts'
import { demoPackages, ensureSystemPackages } from '../__tests__/support/system-packages.ts'
import type { Manifest } from '../src/archive/manifest.ts'

const database = 'shop'

async function backUp(source: Cluster, service: ResultsService): Promise<ActionRun> {
  const outputDirectory = await mkdtemp(join(tmpdir(), 'postgres-backup-demo-'))
  const inputs = {
    url: source.url(database),
    globals: 'true',
    'output-dir': outputDirectory,
    'github-token': service.token,
  }
  const action = await startAction({ bundle: 'backup', inputs, environment: service.environment })
  // Shown as it comes, commands included: that is what the runner reads.
  action.child.stdout?.on('data', (chunk: Buffer) => process.stdout.write(hideMasks(chunk.toString('utf8'))))
  action.child.stderr?.pipe(process.stderr)
  return action.done
}

/** The runner never shows these commands, as their data are the secrets. */
function hideMasks(text: string): string {
  return text.replace(/^::add-mask::.*\n?/gm, '')
}

async function readManifest(run: ActionRun): Promise<Manifest> {
  return JSON.parse(await readFile(run.outputs['manifest'] ?? '', 'utf8')) as Manifest
}

/** The roles first, as the databases' privileges need them. */
function listCommands({ files }: Manifest): string[] {
  const globals = files.filter(({ kind }) => kind === 'globals')
  const others = files.filter(({ kind }) => kind !== 'globals')
  return [...globals, ...others].flatMap(({ restoreCommands }) => restoreCommands)
}

/** Runs the commands as a person would, in the backup's folder, on a server that holds nothing yet. */
async function restoreByHand(commands: string[], directory: string, target: Cluster): Promise<void> {
  const environment = clientEnvironment(target)
  const path = [findClient(), environment['PATH']].join(delimiter)
  for (const command of commands) {
    console.log(`$ ${command}`)
    await execute('bash', ['-o', 'pipefail', '-c', command], {
      directory,
      environment: { ...environment, PATH: path },
    })
  }
}

function explain(run: ActionRun, commands: string[], service: ResultsService): void {
  const directory = dirname(run.outputs['manifest'] ?? '')
  const artifacts = service.artifacts().map(({ name, size }) => `${name} (${size} bytes)`)
  console.log(`\nUploaded to a local results service: ${artifacts.join(', ')}`)
  console.log(`\nThe backup lies in ${directory}\n`)
  console.log('To restore it on a server of yours:\n')
  const connection = 'export PGHOST=… PGPORT=5432 PGUSER=… PGPASSWORD=…'
  for (const line of [`cd ${directory}`, connection, ...commands]) console.log(`  ${line}`)
}

async function demonstrate(source: Cluster, target: Cluster, service: ResultsService): Promise<void> {
  console.log(`Filling the database ${database} …`)
  await fillDatabase(source, database)
  console.log('Backing it up with dist/backup …\n')
  const run = await backUp(source, service)
  if (run.exitCode !== 0) throw new Error(`The backup failed with exit code ${run.exitCode ?? 'none'}.`)
  const commands = listCommands(await readManifest(run))
  console.log('\nRestoring it on another server with the commands that the backup names …\n')
  await restoreByHand(commands, dirname(run.outputs['manifest'] ?? ''), target)
  const differences = await compareDatabases({ cluster: source, database }, { cluster: target, database })
  if (differences.length > 0) throw new Error(`The restored database differs:\n${differences.join('\n')}`)
  console.log('\nThe restored database equals the original: dump, rows and large objects.')
  explain(run, commands, service)
}

async function main(): Promise<void> {
  if (!existsSync(join(import.meta.dirname, '..', 'dist', 'backup', 'index.js'))) {
    throw new Error('There is no dist/backup/index.js yet: run "npm run build" first.')
  }
  ensureSystemPackages(demoPackages)
  console.log('Starting two embedded PostgreSQL 15 servers …')
  const source = await startCluster({ embedded: true })
  const target = await startCluster({ embedded: true })
  const service = await startResultsService()
  try {
    await demonstrate(source, target, service)
  } finally {
    await Promise.all([source.stop(), target.stop(), service.close()])
  }
}

try {
  await main()
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
