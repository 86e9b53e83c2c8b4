import { expect, it } from '@jest/globals'
import { expectFailure, readError, runBackup } from '../support/backup-run.ts'
import { startHostileServer } from '../support/postgres/hostile-server.ts'

const shop = { name: 'shop', isTemplate: false, allowsConnections: true, mayConnect: true, size: 1 }
const facts = {
  versionNumber: 150018,
  version: '15.18',
  isStandby: false,
  mayEscapeInStrings: false,
  freeConnections: 90,
  database: 'shop',
  databases: [shop],
}

it.each<[string, unknown, RegExp]>([
  [
    'a name with a NUL',
    { ...facts, databases: [{ ...shop, name: 'sh\0op' }] },
    /databases\[0\]\.name is not a name/,
  ],
  [
    'a name of a megabyte',
    { ...facts, databases: [{ ...shop, name: 'x'.repeat(1e6) }] },
    /longer than a name/,
  ],
  [
    'a version that is Markdown',
    { ...facts, version: '15.18](https://example.com)' },
    /version is not a version/,
  ],
  ['a version number of no server', { ...facts, versionNumber: 1e9 }, /not the number of a version/],
  ['no JSON', undefined, /is not JSON/],
])('%s from a server ends in one annotation, and nothing is left', async (_, answer, words) => {
  const server = await startHostileServer(answer === undefined ? 'hello' : JSON.stringify(answer))
  const run = await runBackup({ url: server.url, databases: '*' })
  await server.close()
  expectFailure(run, 'PGB_CONNECT')
  expect(readError(run)).toMatch(words)
  expect(run.leftOver).toEqual([])
})

it('a connection string in the place of the user is refused and hidden', async () => {
  const run = await runBackup({ user: 'postgres://someone:pass%40word-of-mine@127.0.0.1:1/shop' })
  expectFailure(run, 'PGB_INPUT')
  expect(run.shown).not.toMatch(/word-of-mine/)
})

it('an unusable RUNNER_TEMP is an input that cannot be used', async () => {
  const run = await runBackup(
    { url: 'postgres://h/d' },
    { environment: { RUNNER_TEMP: '/dev/null/nowhere' } },
  )
  expectFailure(run, 'PGB_INPUT')
  expect(readError(run)).toMatch(/private files.*\/dev\/null\/nowhere.*RUNNER_TEMP/)
})
