import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { askWorkflows, describeWorkflows, type WorkflowNews } from '../../src/check/workflows.ts'
import type { Verdict } from '../../src/catalogue/problems.ts'
import { makeFile, makeManifest } from '../support/manifests.ts'
import { createRecordingLog, type RecordingLog } from '../support/recording-log.ts'
import { startResultsService, type ResultsService } from '../support/github/results-service.ts'

const path = '.github/workflows/backup.yml'

let service: ResultsService
let log: RecordingLog

beforeAll(async () => {
  service = await startResultsService()
})
beforeEach(() => {
  service.reset()
  log = createRecordingLog()
})
afterAll(() => service.close())

/** A verdict about a copy that this workflow made. */
function makeVerdict(workflow: string): Verdict {
  const series = { repository: 'octo/shop', workflow, job: 'backup', server: '0'.repeat(32) }
  const manifest = makeManifest({ series })
  const backup = {
    name: 'one',
    address: '/one',
    storedAt: new Date(),
    manifest,
    files: new Map<string, number>(),
  }
  const copy = { backup, file: makeFile() }
  return { subject: '"shop"', wanted: ['shop'], replaced: [], copy, ageSeconds: 1, problems: [] }
}

const signal = new AbortController().signal

function askAbout(workflows: readonly string[], environment = service.environment): Promise<WorkflowNews[]> {
  return askWorkflows(workflows.map(makeVerdict), service.token, { environment, signal, log })
}

const nightly = { name: 'Nightly', path, state: 'active', runs: { queued: [5], in_progress: [4711, 6] } }

it('finds the workflow by its path or its name, and its runs but for the one that asks', async () => {
  const other = { name: path, path: '.github/workflows/other.yml', state: 'disabled_manually', runs: {} }
  service.setRepository('octo/shop', { workflows: [other, nightly] })
  const underWay = [
    { status: 'queued', address: 'https://github.com/octo/shop/actions/runs/5' },
    { status: 'in_progress', address: 'https://github.com/octo/shop/actions/runs/6' },
  ]
  const expected = { path, state: 'active', underWay }
  expect(await askAbout([path, path])).toEqual([expected])
  expect(await askAbout(['Nightly'])).toEqual([expected])
  expect(await askAbout(['Gone'])).toEqual([])
  expect(log.lines).toEqual([])
})

it('says in the log where GitHub does not tell, and asks no further', async () => {
  service.setRepository('octo/shop', { status: 403 })
  expect(await askAbout([path, 'other.yml'])).toEqual([])
  expect(log.lines).toEqual([
    `info: GitHub did not tell about the workflow ${path}: its API answered with status 403`,
  ])
  expect(await askAbout([path], { ...service.environment, GITHUB_API_URL: 'http://127.0.0.1:9' })).toEqual([])
  expect(log.lines.at(-1)).toMatch(/gave no answer/)
})

it('asks nothing without a token, or where no backup says where it is from', async () => {
  const run = { environment: service.environment, signal, log }
  expect(await askWorkflows([makeVerdict(path)], undefined, run)).toEqual([])
  const { copy, ...missing } = makeVerdict(path)
  expect(copy).toBeDefined()
  expect(await askWorkflows([{ ...missing, copy: undefined }], service.token, run)).toEqual([])
  expect(service.calls()).toEqual([])
})

it.each([
  ['active', undefined],
  ['disabled_inactivity', /backup\.yml, .* is disabled by GitHub, since nothing happened .* for 60 days: /],
  ['disabled_manually', /is disabled by hand: /],
  ['disabled_fork', /is disabled as in every new fork: /],
])('a workflow that is %s', (state, warning) => {
  const { warnings, remarks } = describeWorkflows([{ path, state, underWay: [] }])
  expect(warnings).toEqual(warning === undefined ? [] : [expect.stringMatching(warning)])
  expect(remarks).toEqual([])
})

it('mentions backups that are queued or under way', () => {
  const underWay = ['queued', 'in_progress'].map((status) => ({
    status,
    address: `https://github.com/${status}`,
  }))
  expect(describeWorkflows([{ path, state: 'active', underWay }])).toEqual({
    warnings: [],
    remarks: [
      `A run of ${path} is queued: https://github.com/queued.`,
      `A run of ${path} is under way: https://github.com/in_progress.`,
    ],
  })
})
