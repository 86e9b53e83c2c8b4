import { expect, it } from '@jest/globals'
import { BackupError } from '../../src/errors.ts'
import type { OpenServer } from '../../src/postgres/open-server.ts'
import { analyzeDatabases } from '../../src/restore/analyze.ts'
import type { Run } from '../../src/step/run.ts'

it('a cancellation leaves a restore that is done, and a warning of each database without statistics', async () => {
  const reason = new BackupError('PGB_CANCELLED', {
    what: 'Stopped',
    why: 'the runner sent SIGINT',
    whatToDo: '',
  })
  const signal = AbortSignal.abort(reason)
  const client = { psql: '/nowhere/psql' }
  const server = { client, facts: { freeConnections: 9 }, connection: { parameters: {} }, signal }
  const warnings: string[] = []
  const log = { warning: (text: string) => warnings.push(text) }
  await analyzeDatabases(['shop', 'blog'], server as unknown as OpenServer, 2, {
    log,
    signal,
  } as unknown as Run)
  expect(warnings).toEqual([
    'Restored, but PostgreSQL has no statistics of "shop", "blog": the runner sent SIGINT. Run ANALYZE before it meets traffic.',
  ])
})
