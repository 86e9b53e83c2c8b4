import { describe, expect, it } from '@jest/globals'
import type { OpenServer } from '../../src/postgres/open-server.ts'
import { dropWorkDatabase } from '../../src/restore/drop-databases.ts'
import type { PlannedDatabase } from '../../src/restore/plan.ts'
import { takeNames } from '../../src/restore/take-names.ts'
import { createRecordingLog, type RecordingLog } from '../support/recording-log.ts'
import { answerInTurn } from '../support/postgres/stand-in-psql.ts'
import { makeTarget } from './samples.ts'

const lost = '!server closed the connection unexpectedly'
const restarting = '!FATAL:  the database system is starting up'
const replaced = {
  target: 'shop',
  way: 'replace',
  workName: 'shop_restoring_0badcafe',
  retiredName: 'shop_replaced_0badcafe',
  endsSessions: false,
} as PlannedDatabase
const created = { target: 'blog', way: 'create', workName: 'blog_restoring_0badcafe' } as PlannedDatabase

async function answer(...answers: string[]): Promise<OpenServer> {
  return { ...(await answerInTurn(answers)), facts: makeTarget().server.facts }
}

describe('a connection that is lost while databases take their names', () => {
  /** @returns what was thrown, and what a failure is to drop then */
  async function take(databases: PlannedDatabase[], ...answers: string[]): Promise<[unknown, string[]]> {
    const made = new Set(databases.map(({ workName }) => workName))
    const server = await answer(lost, ...answers)
    const naming = { server, maintenance: 'postgres', log: createRecordingLog(), made }
    const thrown: unknown = await takeNames(databases, naming).then(
      () => undefined,
      (error: unknown) => String(error),
    )
    return [thrown, [...made]]
  }
  it('is no failure where the server has done it, and restarts', async () => {
    expect(await take([replaced], restarting, 'yes')).toEqual([undefined, []])
  })
  it('is one where it has not, and the new ones are dropped', async () => {
    expect(await take([replaced], 'no')).toEqual([
      expect.stringMatching(/"shop" was restored but not renamed, and the server was left as it was: /),
      ['shop_restoring_0badcafe'],
    ])
  })
  it('drops nothing where it is not known, and says how to find out', async () => {
    const refused = '!FATAL:  password authentication failed for user "app"'
    const [thrown, made] = await take([replaced, created], refused)
    expect(made).toEqual([])
    expect(thrown).toMatch(
      /"shop", "blog" were restored, but it is not known whether the server renamed them: .*if it has "shop_restoring_0badcafe", "blog_restoring_0badcafe", nothing was renamed: drop those by hand, and run the job again; if not, "shop", "blog" are the new ones, and "shop_replaced_0badcafe" what was replaced: drop it by hand.*PGB_AUTH/,
    )
    expect((await take([created], refused))[0]).toMatch(/; if not, "blog" is the new one\. \[/)
  })
})

describe('what a failed restore began', () => {
  async function drop(...answers: string[]): Promise<RecordingLog['lines']> {
    const log = createRecordingLog()
    await dropWorkDatabase('shop_restoring_0badcafe', await answer(...answers), 'postgres', log)
    return log.lines
  }
  it('is dropped by a server that restarts', async () => {
    expect(await drop(restarting, '')).toEqual([])
  })
  it('is named where it cannot be dropped', async () => {
    expect(await drop('!FATAL:  password authentication failed for user "app"')).toEqual([
      expect.stringMatching(/left behind as "shop_restoring_0badcafe": .*Drop it by hand, if it is there\.$/),
    ])
  })
})
