import { statSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { startCluster } from '../../support/postgres/cluster.ts'
import type { Cluster } from '../../support/postgres/cluster.ts'
import { createDatabase } from '../../support/postgres/fixture.ts'
import type { ActionRun } from '../../support/runner.ts'
import { runBackup } from '../../support/backup-run.ts'

let cluster: Cluster
/** A backup that waits for 12 s, as the others run. */
let waiting: Promise<ActionRun>

beforeAll(async () => {
  cluster = await startCluster()
  await createDatabase(cluster, 'tiny')
  await createDatabase(cluster, 'large')
  await createDatabase(cluster, 'held')
  await cluster.psql('held', 'CREATE TABLE t AS SELECT 1 AS n')
  waiting = backUpHeld()
  // It fails in its own test.
  waiting.catch(() => undefined)
  await cluster.psql('tiny', 'CREATE TABLE t AS SELECT 1 AS n')
  await cluster.psql(
    'large',
    `CREATE UNLOGGED TABLE t AS SELECT n, repeat(md5(n::text), 32) AS text FROM generate_series(1, 100000) n`,
  )
}, 120_000)
afterAll(async () => {
  await cluster.stop()
})

async function backUpHeld(): Promise<ActionRun> {
  const locked = cluster.psql('held', 'BEGIN; LOCK TABLE t; SELECT pg_sleep(12); COMMIT')
  const isHeld = `SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation = 't'::regclass`
  while ((await cluster.psql('held', isHeld)) === '0');
  const run = await runBackup({ url: cluster.url('held') })
  await locked
  return run
}

it.each([
  ['plain', 'none'],
  ['custom', 'gzip'],
])(
  'holds no more memory for 100 MB than for nothing: %s, %s',
  async (format, compression) => {
    const measure = async (database: string): Promise<{ peak: number; size: number }> => {
      const run = await runBackup({ url: cluster.url(database), format, compression })
      expect(run.exitCode).toBe(0)
      const [file = ''] = JSON.parse(run.outputs['files'] ?? '') as string[]
      return { peak: run.peakMemory, size: statSync(file).size }
    }
    const [tiny, large] = [await measure('tiny'), await measure('large')]
    if (compression === 'none') expect(large.size).toBeGreaterThan(100_000_000)
    expect(tiny.peak).toBeGreaterThan(20_000_000)
    expect(large.peak - tiny.peak).toBeLessThan(40_000_000)
  },
  120_000,
)

it('says how far it is at least every 10 seconds, with the size of the database as the yardstick', async () => {
  const run = await waiting
  expect(run.exitCode).toBe(0)
  const line = /^held: .* after 1\d\.\d s(, [\d.]+ k?B\/s)?; on the server it takes [\d.]+ MB$/m
  expect(run.shown).toMatch(line)
}, 60_000)
