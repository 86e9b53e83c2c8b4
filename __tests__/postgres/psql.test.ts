import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { askIfThere, runSql, whileServerAnswers, type Session } from '../../src/postgres/psql.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'

/** A session whose psql is a script. */
async function pretend(script: string): Promise<Session> {
  const psql = join(await makeScratchDirectory('psql'), 'psql')
  await writeFile(psql, `#!/bin/sh\n${script}\n`)
  await chmod(psql, 0o755)
  const client = { psql, pgDump: psql, pgDumpAll: psql, pgRestore: psql, major: 15, version: '15.18' }
  const environment = { PATH: process.env['PATH'] ?? '' }
  const connection = { parameters: {}, environment, database: 'shop', secrets: [] }
  return { connection, client, signal: new AbortController().signal }
}

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
    expect(await askIfThere(await pretend(script), query, 60_000)).toBe(expected)
  })

  it('that is silent is found by the limit of a question', async () => {
    expect(await askIfThere(await pretend('exec sleep 600'), query, 100)).toBeUndefined()
  })

  it('that answers nobody any more is not worked with for ever', async () => {
    const session = await pretend('exec sleep 600')
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
  const session = await pretend('for last; do :; done; printf "%s" "$last"')
  for (const kind of ['question', 'alone'] as const)
    expect(await runSql(session, { ...query, sql: '\\! id', kind })).not.toMatch(/^--command=\\/)
})
