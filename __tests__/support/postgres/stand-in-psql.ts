import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Session } from '../../../src/postgres/psql.ts'
import { makeScratchDirectory } from '../machine/scratch.ts'

/** A session whose psql is a script of sh; `$here` is a directory of its own. */
export async function pretendPsql(script: string): Promise<Session> {
  const here = await makeScratchDirectory('psql')
  const psql = join(here, 'psql')
  await writeFile(psql, `#!/bin/sh\nhere='${here}'\n${script}\n`)
  await chmod(psql, 0o755)
  const client = { psql, pgDump: psql, pgDumpAll: psql, pgRestore: psql, major: 15, version: '15.18' }
  const environment = { PATH: process.env['PATH'] ?? '' }
  const connection = { parameters: {}, environment, database: 'shop', secrets: [] }
  return { connection, client, signal: new AbortController().signal }
}

/** Each call of psql gets the next answer; one that begins with `!` fails with the rest as message. */
export function answerInTurn(answers: readonly string[]): Promise<Session> {
  const cases = answers.map((answer, index) =>
    answer.startsWith('!')
      ? `${index}) echo 'psql: error: ${answer.slice(1)}' >&2; exit 2;;`
      : `${index}) echo '${answer}';;`,
  )
  return pretendPsql(
    `n=$(cat "$here/n" 2>/dev/null || echo 0); echo $((n + 1)) > "$here/n"\ncase $n in ${cases.join('\n')}\n*) exit 3;; esac`,
  )
}
