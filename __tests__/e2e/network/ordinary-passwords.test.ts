import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { startCluster } from '../../support/postgres/cluster.ts'
import type { Cluster } from '../../support/postgres/cluster.ts'
import { startResultsService } from '../../support/github/results-service.ts'
import type { ResultsService } from '../../support/github/results-service.ts'
import type { ActionRun } from '../../support/runner.ts'
import { runBackup } from '../../support/backup-run.ts'

let cluster: Cluster
let service: ResultsService

beforeAll(async () => {
  service = await startResultsService()
  cluster = await startCluster({ password: 'postgres' })
  for (const name of ['shop', 'weblog']) await cluster.psql('postgres', `CREATE DATABASE ${name}`)
  await cluster.psql('postgres', "CREATE ROLE shop SUPERUSER LOGIN PASSWORD 'shop'")
  await cluster.psql('postgres', "CREATE ROLE writer SUPERUSER LOGIN PASSWORD 'weblog'")
})
afterAll(async () => {
  await Promise.all([cluster.stop('immediate'), service.close()])
})

function backUp(url: string, inputs: Record<string, string> = {}): Promise<ActionRun> {
  return runBackup(
    { url, upload: 'true', 'github-token': service.token, ...inputs },
    { environment: service.environment },
  )
}

/** GitHub drops every job output that its masker would change. */
function listDroppedOutputs({ outputs, masks }: ActionRun): string[] {
  return Object.keys(outputs).filter((name) => masks.some((mask) => outputs[name]?.includes(mask)))
}

it.each([
  ['postgres', 'postgres', 'postgres'],
  ['the name of its user and database', 'shop', 'shop'],
  ['a part of the name of its database', 'writer', 'weblog'],
])('a password that is %s blots out nothing, and one warning says so', async (_, user, name) => {
  const run = await backUp(cluster.url(name, { user, password: name }))
  expect(run.outputs['status']).toBe('complete')
  expect(run.masks).not.toContain(name)
  expect(run.annotations.filter(({ title }) => title === 'Password not masked')).toHaveLength(1)
  expect(listDroppedOutputs(run)).toEqual([])
  expect(run.outputs['artifact-name']).toMatch(new RegExp(`^postgres-backup-${name}-`))
  expect(run.summary).toContain(`| ${name} |`)
})

it('a masked word stays out of the default name of the artifact', async () => {
  const url = cluster.url('postgres', { user: 'writer', password: 'weblog' })
  const run = await backUp(url, { databases: '*log' })
  expect(run.outputs['status']).toBe('complete')
  expect(run.masks).toContain('weblog')
  expect(run.outputs['artifact-name']).toMatch(/^postgres-backup-1-databases-/)
  expect(listDroppedOutputs(run)).not.toContain('artifact-name')
})
