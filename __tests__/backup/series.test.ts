import { expect, it } from '@jest/globals'
import type { ManifestSeries } from '../../src/archive/manifest.ts'
import { describeSeries } from '../../src/backup/report/series.ts'
import type { OpenServer } from '../../src/postgres/open-server.ts'

const environment = {
  GITHUB_REPOSITORY: 'octo/shop',
  GITHUB_WORKFLOW: 'Backup',
  GITHUB_WORKFLOW_REF: 'octo/shop/.github/workflows/nightly.yml@refs/heads/main',
  GITHUB_JOB: 'backup',
}

function describe(
  server: { identifier?: string; host?: string; port?: string } = {},
  change: Record<string, string> = {},
): ManifestSeries | undefined {
  const { identifier, host = 'db.example.com', port = '5432' } = server
  const opened = { facts: { systemIdentifier: identifier }, connection: { parameters: { host, port } } }
  return describeSeries(opened as unknown as OpenServer, { ...environment, ...change })
}

const identifier = '7312345678901234567'

it('names repository, file of the workflow and job, and hides the server', () => {
  expect(describe({ identifier })).toEqual({
    repository: 'octo/shop',
    workflow: '.github/workflows/nightly.yml',
    job: 'backup',
    server: expect.stringMatching(/^[0-9a-f]{32}$/),
  })
  expect(describe({}, { GITHUB_WORKFLOW_REF: '' })?.workflow).toBe('Backup')
})

it('knows a server again by what initdb gave it, wherever it is reached', () => {
  const first = describe({ identifier })?.server
  expect(describe({ identifier, host: '10.0.0.1' })?.server).toBe(first)
  expect(describe({ identifier: '7312345678901234568' })?.server).not.toBe(first)
  expect(describe({ identifier }, { GITHUB_REPOSITORY: 'octo/blog' })?.server).not.toBe(first)
})

it('knows a server by its address where it does not tell more, and does not show it', () => {
  const first = describe({})?.server
  expect(describe({})?.server).toBe(first)
  expect(describe({ port: '5433' })?.server).not.toBe(first)
  expect(describe({ host: 'db2.example.com' })?.server).not.toBe(first)
  expect(describe({}, { GITHUB_REPOSITORY: 'octo/blog' })?.server).not.toBe(first)
  expect(first).toMatch(/^[0-9a-f]{32}$/)
})

it.each(['GITHUB_REPOSITORY', 'GITHUB_JOB'])('there is none without %s', (name) => {
  expect(describe({ identifier }, { [name]: '' })).toBeUndefined()
})
