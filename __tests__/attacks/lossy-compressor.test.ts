import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { expectFailure, makePathWithout, readError, runBackup } from '../support/backup-run.ts'
import { startCluster } from '../support/postgres/cluster.ts'
import type { Cluster } from '../support/postgres/cluster.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'
import { findClient } from '../support/postgres/server-binaries.ts'
import { writeScript } from '../support/machine/stand-ins.ts'
import { findExecutable } from '../../src/process/find-executable.ts'

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster()
  for (const [database, rows] of [
    ['small', 100],
    ['large', 80_000],
  ] as const) {
    await cluster.psql('postgres', `create database ${database}`)
    await cluster.psql(
      database,
      `create table t as select n, repeat('wheat ', 160) as text from generate_series(1, ${rows}) n`,
    )
  }
}, 60_000)
afterAll(async () => {
  await cluster.stop()
})

/** A PATH whose only gzip changes what it gets, and gives a file that gunzips without an error. */
async function makePath(change: string): Promise<string> {
  const gzip = findExecutable('gzip', process.env['PATH'] ?? '') ?? ''
  const directory = await makeScratchDirectory('lossy')
  await writeScript(
    directory,
    'gzip',
    `case "$*" in *-d*) exec ${gzip} "$@" ;; esac\n${change} | ${gzip} "$@"`,
  )
  return [directory, findClient(), await makePathWithout('gzip', 'pigz', 'igzip')].join(':')
}

it.each([
  ['loses a byte', 'small', 'tail -c +2', /\d+ bytes were read back from it, and \d+ went into it/],
  ['changes bytes', 'small', 'tr w m', /other bytes were read back from it than went into it/],
  ['loses a byte', 'large', 'tail -c +2', /\d+ bytes were read back from it, and \d+ went into it/],
  ['changes bytes', 'large', 'tr w m', /other bytes were read back from it than went into it/],
])(
  'a compressor that %s of a %s dump is found, whatever its file looks like',
  async (_, database, change, why) => {
    const run = await runBackup(
      { url: cluster.url(database) },
      { environment: { PATH: await makePath(change) } },
    )
    expectFailure(run, 'PGB_VERIFY')
    expect(readError(run)).toMatch(why)
  },
  60_000,
)
