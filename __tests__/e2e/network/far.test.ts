import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { availableParallelism } from 'node:os'
import { startCluster, type Cluster } from '../../support/postgres/cluster.ts'
import { startFarProxy, type FarProxy } from '../../support/network/far-proxy.ts'
import { runBackup } from '../../support/backup-run.ts'

const databases = Array.from({ length: 12 }, (_, index) => `tenant_${index + 1}`)
let cluster: Cluster
let proxy: FarProxy
/** Far enough for all dumps at once, and near enough for them to end soon. */
let nearer: FarProxy

beforeAll(async () => {
  cluster = await startCluster()
  for (const name of databases) await cluster.psql('postgres', `create database ${name} template template0`)
  proxy = await startFarProxy(cluster.port, { roundTrip: 150 })
  nearer = await startFarProxy(cluster.port, { roundTrip: 40 })
}, 60_000)
afterAll(async () => {
  await Promise.all([proxy.close(), nearer.close()])
  await cluster.stop('immediate')
})

it('a server far away is dumped by more at once than there are cores, and the log says why', async () => {
  const url = cluster.url('postgres', { port: proxy.port })
  const run = await runBackup({ url, databases: 'tenant_*', 'dry-run': 'true' })
  const [, files, roundTrip] =
    /At once: (\d+) files \(.*, (\d+) ms to the server and back, /.exec(run.log) ?? []
  expect(files).toBe(String(Math.max(databases.length, Math.min(availableParallelism(), databases.length))))
  expect(Number(roundTrip)).toBeGreaterThanOrEqual(150)
})

it('a server near by is dumped by as many at once as there are cores', async () => {
  const run = await runBackup({ url: cluster.url(), databases: 'tenant_*', 'dry-run': 'true' })
  const [, roundTrip] = /, (\d+) ms to the server and back, /.exec(run.log) ?? []
  expect(Number(roundTrip)).toBeLessThan(150)
})

it('each dump has one connection, and there are two beside them', async () => {
  const before = nearer.connections()
  const url = cluster.url('postgres', { port: nearer.port, parameters: { sslmode: 'disable' } })
  const run = await runBackup({ url, databases: 'tenant_*', verify: 'none' })
  expect(run.exitCode).toBe(0)
  expect(run.log).toContain(`At once: ${databases.length} files`)
  expect(nearer.connections() - before).toBeLessThanOrEqual(databases.length + 2)
}, 120_000)
