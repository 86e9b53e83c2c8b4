import { describe, expect, it } from '@jest/globals'
import { askIfThere, runSql, whileServerAnswers } from '../../src/postgres/psql.ts'
import { pretendPsql } from '../support/postgres/stand-in-psql.ts'

const query = { database: 'shop', sql: 'select 1', failing: 'It was not asked' }

describe('a server', () => {
  it.each([
    ['that answers', 'echo 1', '1'],
    [
      'that is out of connections',
      "echo 'psql: error: FATAL:  sorry, too many clients already' >&2; exit 2",
      '',
    ],
    [
      'that nobody reaches',
      "echo 'psql: error: connection to server failed: timeout expired' >&2; exit 2",
      undefined,
    ],
  ])('%s', async (_, script, expected) => {
    expect(await askIfThere(await pretendPsql(script), query, 60_000)).toBe(expected)
  })

  it('that is silent is found by the limit of a question', async () => {
    expect(await askIfThere(await pretendPsql('exec sleep 600'), query, 100)).toBeUndefined()
  })

  it('that answers nobody any more is not worked with for ever', async () => {
    const session = await pretendPsql('exec sleep 600')
    const work = (signal: AbortSignal): Promise<never> =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error)
        })
      })
    await expect(whileServerAnswers(session, query, work, { interval: 50, looks: 2 })).rejects.toThrow(
      /It was not asked: the server no longer answers.*PGB_CONNECT/,
    )
  })
})

it('a text of a server is never a command of psql', async () => {
  // It shows the last argument, which a backslash at its beginning would make a command.
  const session = await pretendPsql('for last; do :; done; printf "%s" "$last"')
  for (const kind of ['question', 'alone'] as const)
    expect(await runSql(session, { ...query, sql: '\\! id', kind })).not.toMatch(/^--command=\\/)
})
