import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startCluster } from '../../support/postgres/cluster.ts'
import type { Cluster } from '../../support/postgres/cluster.ts'
import { compareDatabases, fillDatabase } from '../../support/postgres/fixture.ts'
import { startPgbouncer } from '../../support/postgres/pgbouncer.ts'
import { unpackClient } from '../../support/postgres/postgres-clients.ts'
import type { ActionRun } from '../../support/runner.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { runAction } from '../../support/runner.ts'
import { restore } from '../../support/story.ts'

/** PostgreSQL 19, with its own client first on the PATH, and a server 15 that has no other but its own. */
let older: Cluster
let newest: Cluster
let environment: Record<string, string>
let binDirectory: string

beforeAll(async () => {
  binDirectory = (await unpackClient(19)).binDirectory
  ;[older, newest] = await Promise.all([startCluster({ major: 15 }), startCluster({ major: 19 })])
  environment = { PATH: [binDirectory, process.env['PATH']].join(delimiter) }
}, 300_000)
afterAll(() => Promise.all([older.stop('immediate'), newest.stop('immediate')]))

async function backUp(inputs: Record<string, string>): Promise<ActionRun & { directory: string }> {
  const directory = join(await makeScratchDirectory('backup'), 'files')
  const given = { upload: 'false', 'output-dir': directory, ...inputs }
  return { ...(await runAction({ bundle: 'backup', inputs: given, environment })), directory }
}

/** Debian's client 15 may be an old one. */
function listWarnings({ annotations }: ActionRun): string[] {
  return annotations
    .filter(({ title }) => title !== 'Outdated PostgreSQL client')
    .map(({ message }) => message)
}

function listErrors({ annotations }: ActionRun): string[] {
  const errors = annotations.filter(({ level }) => level === 'error')
  return errors.map(({ title, message }) => `${title ?? ''}: ${message}`)
}

it('is backed up by its own client with its statistics, proved by a restore, and restored', async () => {
  await fillDatabase(newest, 'shop', { scale: 0 })
  await newest.psql('shop', 'analyze')
  const run = await backUp({
    url: newest.url('shop'),
    'verify-url': newest.url(),
    verify: 'restore',
    format: 'custom',
    options: '--statistics',
  })
  expect([listErrors(run), run.outputs['client-version']]).toEqual([[], expect.stringMatching(/^19/)])
  const target = { 'target-database': 'copy', 'no-owner': 'false', analyze: 'false' }
  const inputs = { url: newest.url(), path: run.directory, ...target }
  expect(listErrors(await restore(inputs, { environment }))).toEqual([])
  const countStatistics = `select count(*) from pg_stats where schemaname !~ '^pg_|^information_schema$'`
  const known = await newest.psql('shop', countStatistics)
  expect([Number(known) > 0, await newest.psql('copy', countStatistics)]).toEqual([true, known])
  const [source, copy] = [
    { cluster: newest, database: 'shop' },
    { cluster: newest, database: 'copy' },
  ]
  expect(await compareDatabases(source, copy, { client: binDirectory })).toEqual([])
})

describe('a database whose setting standard_conforming_strings is off', () => {
  const words = `it's C:\\new`
  beforeAll(async () => {
    await older.psql('postgres', 'create database legacy')
    await older.psql('postgres', 'alter database legacy set standard_conforming_strings = off')
    await older.psql(
      'legacy',
      `create table t (a text default E'it''s C:\\\\new'); insert into t default values`,
    )
  })

  // PGB_FULL_MATRIX asks for the other: it is the session of pg_dump that matters.
  const formats = process.env['PGB_FULL_MATRIX'] === undefined ? ['custom'] : ['plain', 'custom']
  it.each(formats)('is dumped so that 19 takes it (%s)', async (format) => {
    const run = await backUp({ url: older.url('legacy'), format })
    expect([run.exitCode, listWarnings(run)]).toEqual([0, []])
    const target = `from_${format}`
    const inputs = { url: newest.url(), path: run.directory, 'target-database': target }
    const restored = await restore(inputs, { environment })
    expect(restored.exitCode).toBe(0)
    const left = 'the setting "standard_conforming_strings" (which this version of PostgreSQL no longer has)'
    expect(listWarnings(restored)).toEqual([expect.stringContaining(left)])
    await newest.psql(target, 'insert into t default values')
    expect(await newest.psql(target, 'select a from t')).toBe(`${words}\n${words}`)
  })

  it('is warned of where a pooler takes no options, and 19 refuses that dump and keeps nothing of it', async () => {
    const pooler = await startPgbouncer(older, 'session')
    try {
      const run = await backUp({
        url: older.url('legacy', { port: pooler.port }),
        compression: 'none',
      })
      expect([run.exitCode, listWarnings(run)]).toEqual([
        0,
        [expect.stringContaining('PostgreSQL 19 or later')],
      ])
      const [file = ''] = (await readdir(run.directory)).filter((name) => name.endsWith('.sql'))
      expect(await text(createReadStream(join(run.directory, file)))).toContain(
        'SET standard_conforming_strings = off;',
      )
      const inputs = { url: newest.url(), path: run.directory, 'target-database': 'old' }
      const restored = await restore(inputs, { environment })
      expect(listErrors(restored)).toEqual([
        expect.stringMatching(/^PGB_RESTORE: .*which PostgreSQL 19 and later do not know\. Take another/),
      ])
      const list = `select count(*) from pg_database where datname ~ 'old'`
      expect(await newest.psql('postgres', list)).toBe('0')
      expect(listErrors(await restore({ ...inputs, url: older.url() }))).toEqual([])
      expect(await older.psql('old', 'select a from t')).toBe(words)
    } finally {
      await pooler.stop()
    }
  })
})
