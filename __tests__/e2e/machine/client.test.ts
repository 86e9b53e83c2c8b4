import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { startCluster, type Cluster } from '../../support/postgres/cluster.ts'
import { unpackClient } from '../../support/postgres/postgres-clients.ts'
import { startResultsService, type ResultsService } from '../../support/github/results-service.ts'
import { runAction, type ActionRun } from '../../support/runner.ts'
import { makePathWithout } from '../../support/backup-run.ts'
import { findClient } from '../../support/postgres/server-binaries.ts'

let clusters: Record<15 | 18, Cluster>
let service: ResultsService

beforeAll(async () => {
  clusters = { 15: await startCluster({ major: 15 }), 18: await startCluster({ major: 18 }) }
  service = await startResultsService()
})

afterAll(async () => {
  await service.close()
  await Promise.all(Object.values(clusters).map((cluster) => cluster.stop('immediate')))
})

function backUp(cluster: Cluster, path: readonly string[]): Promise<ActionRun> {
  return runAction({
    bundle: 'backup',
    inputs: { url: cluster.url('postgres'), 'github-token': service.token },
    environment: { ...service.environment, PATH: [...path, process.env['PATH'] ?? ''].join(':') },
  })
}

it.each([15, 18] as const)(
  'dumps a server %i with its own client, whatever comes first on the PATH',
  async (major) => {
    const newer = await unpackClient(18)
    const path = [findClient(), newer.binDirectory]
    for (const directories of [path, [...path].reverse()]) {
      const run = await backUp(clusters[major], directories)
      expect(run.outputs['status']).toBe('complete')
      expect(run.outputs['client-version']).toMatch(new RegExp(`^${major}\\.`))
    }
  },
)

it('names both versions and uploads nothing where no client can be had', async () => {
  const PATH = await makePathWithout()
  const calls = service.calls().length
  const run = await runAction({
    bundle: 'backup',
    inputs: { url: clusters[18].url('postgres'), 'github-token': service.token },
    environment: { ...service.environment, PATH },
  })
  const [error, ...others] = run.annotations.filter(({ level }) => level === 'error')
  expect(others).toEqual([])
  expect(error?.title).toBe('PGB_CLIENT')
  expect(error?.message).toMatch(/PostgreSQL 18\.\d+.*this machine has 15\.\d+/)
  expect(run.outputs['status']).toBe('failed')
  expect(run.exitCode).toBe(1)
  // Whether the repository is public is asked before all else.
  expect(service.calls().slice(calls)).toEqual(['api'])
})
