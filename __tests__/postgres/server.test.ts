import { expect, it } from '@jest/globals'
import { inspectServer } from '../../src/postgres/server.ts'
import { answerInTurn } from '../support/postgres/stand-in-psql.ts'

it('a server that lacks the database was reached', async () => {
  const asking = inspectServer(await answerInTurn(['!FATAL:  database "shpo" does not exist']), true)
  await expect(asking).rejects.toThrow(
    /^The server was reached, but not the database: the server has no database "shpo"\. .*PGB_NO_DATABASE/,
  )
})
