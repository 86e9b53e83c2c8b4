import { expect, it } from '@jest/globals'
import { isCommitted } from '../../src/restoring/in-place/commit-state.ts'
import type { RestoreSetting } from '../../src/restoring/restore-setting.ts'
import { answerInTurn } from '../support/postgres/stand-in-psql.ts'

const printed = 'postgres-backup: transaction 7\n'
const restarting = '!FATAL:  the database system is starting up'

it.each([
  ['committed', true],
  ['aborted', false],
])('a transaction is %s, which a server tells after a restart', async (state, expected) => {
  const server = await answerInTurn([restarting, 'in progress', restarting, state])
  const setting = { server, signal: server.signal } as unknown as RestoreSetting
  const work = { setting, to: { database: 'shop', target: 'shop' } }
  expect(await isCommitted(printed, 'the proof', work, { limit: 60_000, pause: 1 })).toBe(expected)
})
