import { statSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { startCluster } from '../support/cluster.ts'
import type { Cluster } from '../support/cluster.ts'
import { createDatabase } from '../support/fixture.ts'
import { runBackup } from './backup-support.ts'

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster()
  await createDatabase(cluster, 'tiny')
  await createDatabase(cluster, 'large')
  await cluster.psql('tiny', 'CREATE TABLE t AS SELECT 1 AS n')
  await cluster.psql(
    'large',
    `CREATE UNLOGGED TABLE t AS SELECT n, repeat(md5(n::text), 32) AS text FROM generate_series(1, 300000) n`,
  )
}, 120_000)
afterAll(async () => {
  await cluster.stop()
})

it('says how far it is at least every 10 seconds, with the size of the database as the yardstick', async () => {
  const locked = cluster.psql('tiny', 'BEGIN; LOCK TABLE t; SELECT pg_sleep(12); COMMIT')
  const run = await runBackup({ url: cluster.url('tiny') })
  await locked
  expect(run.exitCode).toBe(0)
  const line = /^tiny: .* after 1\d\.\d s(, [\d.]+ k?B\/s)?; on the server it takes [\d.]+ MB$/m
  expect(run.shown).toMatch(line)
}, 60_000)

it.each([
  ['plain', 'none'],
  ['custom', 'gzip'],
])(
  'holds no more memory for 300 MB than for nothing: %s, %s',
  async (format, compression) => {
    const measure = async (database: string): Promise<{ peak: number; size: number }> => {
      const run = await runBackup({ url: cluster.url(database), format, compression })
      expect(run.exitCode).toBe(0)
      const [file = ''] = JSON.parse(run.outputs['files'] ?? '') as string[]
      return { peak: run.peakMemory, size: statSync(file).size }
    }
    const [tiny, large] = [await measure('tiny'), await measure('large')]
    if (compression === 'none') expect(large.size).toBeGreaterThan(300_000_000)
    expect(tiny.peak).toBeGreaterThan(20_000_000)
    expect(large.peak - tiny.peak).toBeLessThan(40_000_000)
  },
  120_000,
)
