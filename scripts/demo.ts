/**
 * Shows the real thing on one machine, as a person sees it: an embedded PostgreSQL server is filled, backed up by the
 * built action, broken by a migration, restored in place, and checked. Needs no account.
 */
import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { startCluster } from '../__tests__/support/postgres/cluster.ts'
import type { Cluster } from '../__tests__/support/postgres/cluster.ts'
import { compareDatabases } from '../__tests__/support/postgres/compare.ts'
import { startResultsService } from '../__tests__/support/github/results-service.ts'
import type { ResultsService } from '../__tests__/support/github/results-service.ts'
import { startAction } from '../__tests__/support/runner.ts'
import type { ActionRun } from '../__tests__/support/runner.ts'
import { demoPackages, ensureSystemPackages } from '../__tests__/support/machine/system-packages.ts'
import { renderLogLine, renderSummary } from './render-run.ts'

const database = 'shop'
const application = `
create table customers (id int primary key, name text not null, email text unique);
create table orders (id int primary key, customer int references customers, total numeric(10, 2), placed timestamptz);
create index on orders (placed);
create view turnover as select customer, sum(total) as total from orders group by customer;
insert into customers select i, 'Customer ' || i, 'customer' || i || '@example.org' from generate_series(1, 5000) i;
insert into orders select i, 1 + i % 5000, i % 977 / 7.0, timestamptz '2026-01-01 00:00Z' + i * interval '1 minute'
  from generate_series(1, 100000) i`
const migration = `
alter table customers add column loyalty int default 0;
drop table orders cascade`

function say(text: string): void {
  console.log(`\n\u001b[1m${text}\u001b[0m\n`)
}

/** Runs an action, its log and summary shown as GitHub shows them, as text. */
async function run(
  bundle: 'backup' | 'restore' | 'check',
  inputs: Record<string, string>,
  service: ResultsService,
): Promise<ActionRun> {
  const environment = service.environment
  const action = await startAction({
    bundle,
    inputs: { 'github-token': service.token, ...inputs },
    environment,
  })
  let rest = ''
  action.child.stdout?.on('data', (chunk: Buffer) => {
    const lines = `${rest}${chunk.toString('utf8')}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const shown = renderLogLine(line)
      if (shown !== undefined) console.log(shown)
    }
  })
  const ended = await action.done
  if (ended.exitCode !== 0)
    throw new Error(`The ${bundle} failed with exit code ${ended.exitCode ?? 'none'}.`)
  console.log(`\n${renderSummary(ended.summary)}`)
  return ended
}

async function demonstrate(source: Cluster, original: Cluster, service: ResultsService): Promise<void> {
  say(`A server with the database "${database}"`)
  for (const cluster of [source, original]) {
    await cluster.psql('postgres', `create database ${database}`)
    await cluster.psql(database, application)
  }
  console.log('  5000 customers, 100000 orders, a view')
  say('Backing it up: uses: OWNER/postgres-backup@v1')
  const directory = await mkdtemp(join(tmpdir(), 'postgres-backup-demo-'))
  const backup = await run('backup', { url: source.url(database), 'output-dir': directory }, service)
  const place = dirname(backup.outputs['manifest'] ?? '')
  await source.psql(database, migration)
  say('A migration goes wrong, and the orders are gone: uses: OWNER/postgres-backup/restore@v1')
  await run(
    'restore',
    { url: source.url(database), path: place, clean: 'true', replace: 'in-place' },
    service,
  )
  const differences = await compareDatabases({ cluster: original, database }, { cluster: source, database })
  if (differences.length > 0) throw new Error(`The restored database differs:\n${differences.join('\n')}`)
  console.log('Compared with a copy that nobody broke: dump, rows and large objects are equal.')
  say('Could it be restored right now? uses: OWNER/postgres-backup/check@v1')
  await run('check', { path: place, databases: database }, service)
  say('What to try next')
  for (const command of [
    `ls -l ${place}`,
    `cat ${place}/manifest.json`,
    `(cd ${place} && sha256sum --check SHA256SUMS)`,
  ])
    console.log(`  ${command}`)
}

async function main(): Promise<void> {
  if (!existsSync(join(import.meta.dirname, '..', 'dist', 'backup', 'index.js'))) {
    throw new Error('There is no dist/backup/index.js yet: run "npm run build" first.')
  }
  ensureSystemPackages(demoPackages)
  const source = await startCluster({ embedded: true })
  const original = await startCluster({ embedded: true })
  const service = await startResultsService()
  try {
    await demonstrate(source, original, service)
  } finally {
    await Promise.all([source.stop(), original.stop(), service.close()])
  }
}

try {
  await main()
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
