import { expect, it } from '@jest/globals'
import { askPatiently } from '../../src/postgres/ask-patiently.ts'
import { answerInTurn } from '../support/postgres/stand-in-psql.ts'

const query = { database: 'shop', sql: 'select 1', failing: 'It was not asked' }
const soon = { limit: 60_000, pause: 1 }
const restarting = '!FATAL:  the database system is starting up'

it('a server that restarts, or is still at it, is asked again', async () => {
  const session = await answerInTurn([
    '!connection to server failed: Connection refused',
    restarting,
    'in progress',
    'committed',
  ])
  expect(await askPatiently(session, query, soon)).toBe('committed')
})

it.each([
  ['a failure that does not pass', '!FATAL:  database "shop" does not exist', soon, /PGB_NO_DATABASE/],
  ['a restart that takes too long', restarting, { limit: 0, pause: 1 }, /starting or stopping.*PGB_CONNECT/],
  ['work that does not end', 'in progress', { limit: 0, pause: 1 }, /still at work on it.*PGB_CONNECT/],
  [
    'a cancelled run',
    restarting,
    { limit: 60_000, pause: 60_000, until: AbortSignal.abort() },
    /starting or stopping/,
  ],
])('%s is told at once', async (_, answer, patience, words) => {
  await expect(askPatiently(await answerInTurn([answer, 'late']), query, patience)).rejects.toThrow(words)
})
