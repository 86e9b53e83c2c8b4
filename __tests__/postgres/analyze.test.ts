import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { analyzeDatabase } from '../../src/postgres/analyze.ts'
import type { OpenServer } from '../../src/postgres/open-server.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'

interface Given {
  /** What follows in a vacuumdb that takes down its arguments; undefined for none. */
  vacuumdb: string | undefined
  freeConnections?: number | undefined
  options?: string
}

/** Runs with a client of scripts, and tells what was called, one argument a line. */
async function listCalls(given: Given): Promise<string> {
  const directory = await makeScratchDirectory('analyze')
  const calls = join(directory, 'calls')
  const write = async (name: string, end: string): Promise<void> => {
    const script = `#!/bin/sh\nprintf '%s\\n' ${name} "$@" >> '${calls}'\n${end}\n`
    await writeFile(join(directory, name), script)
    await chmod(join(directory, name), 0o755)
  }
  await write('psql', 'exit 0')
  if (given.vacuumdb !== undefined) await write('vacuumdb', given.vacuumdb)
  const psql = join(directory, 'psql')
  const parameters = given.options === undefined ? {} : { options: given.options }
  const server = {
    client: { psql, pgDump: psql, pgDumpAll: psql, pgRestore: psql, major: 15, version: '15.18' },
    connection: {
      parameters,
      environment: { PATH: process.env['PATH'] ?? '' },
      database: 'shop',
      secrets: [],
    },
    signal: new AbortController().signal,
    facts: { freeConnections: 'freeConnections' in given ? given.freeConnections : 50 },
  } as unknown as OpenServer
  await analyzeDatabase(server, "it's", 8)
  return readFile(calls, 'utf8')
}

it.each<[string, Given, RegExp]>([
  [
    'as many at once as asked for',
    { vacuumdb: '' },
    /^vacuumdb\n--analyze-only\n--quiet\n--no-password\n--jobs=8\n/,
  ],
  ['no more than have room', { vacuumdb: '', freeConnections: 3 }, /--jobs=3\n/],
  ['one where none has', { vacuumdb: '', freeConnections: -1 }, /--jobs=1\n/],
  [
    'with the settings of the user before our own',
    { vacuumdb: '', options: '-c role=x' },
    /\n--dbname=dbname='it\\'s' options='-c role=x -c statement_timeout=0 -c lock_timeout=0'\n$/,
  ],
  [
    'without vacuumdb by psql',
    { vacuumdb: undefined },
    /^psql\n[^]*SET SESSION search_path[^]*--command= ANALYZE\n$/,
  ],
  [
    'behind a pooler by psql',
    { vacuumdb: '', freeConnections: undefined },
    /^psql\n[^]*--command= ANALYZE\n$/,
  ],
  [
    'by psql where vacuumdb meets a pooler that nobody knew',
    { vacuumdb: "echo 'FATAL:  unsupported startup parameter: options' >&2; exit 1" },
    /^vacuumdb\n[^]*\npsql\n[^]*--command= ANALYZE\n$/,
  ],
])('gathers statistics: %s', async (_, given, expected) => {
  expect(await listCalls(given)).toMatch(expected)
})

it('tells why it could not', async () => {
  const calling = listCalls({ vacuumdb: "echo 'vacuumdb: error: that went wrong' >&2; exit 1" })
  await expect(calling).rejects.toThrow(
    /No statistics were gathered in the database "it's": .*that went wrong/,
  )
})
