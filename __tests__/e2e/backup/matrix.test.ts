import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { quoteIdentifier, startCluster } from '../../support/postgres/cluster.ts'
import type { Cluster } from '../../support/postgres/cluster.ts'
import { execute } from '../../support/machine/execute.ts'
import { createDatabase, compareDatabases, fillDatabase } from '../../support/postgres/fixture.ts'
import { findClient } from '../../support/postgres/server-binaries.ts'
import { readManifest, restoreByHand, runBackup, whileLocked } from '../../support/backup-run.ts'

/** The second name breaks what does not quote. */
const databases = ['shop', `o'brien "x" = $(id)`] as const
const [shop, odd] = databases

let source: Cluster
let target: Cluster

beforeAll(async () => {
  ;[source, target] = await Promise.all([startCluster(), startCluster()])
  await fillDatabase(source, shop)
  await fillDatabase(source, odd, { scale: 0 })
}, 120_000)
afterAll(async () => {
  await Promise.all([source.stop(), target.stop()])
})

async function drop(database: string): Promise<void> {
  await target.psql('postgres', `DROP DATABASE IF EXISTS ${quoteIdentifier(database)}`)
}

/** What the source itself counts in each table of the dump. */
async function listRows(database: string): Promise<string[]> {
  const makeQuery = `select string_agg(format('select %L || '': '' || count(*) from only %1$s', name), ' union all ')
    from (select format('%I.%I', nspname, relname) as name from pg_class c join pg_namespace n on n.oid = relnamespace
      where relkind = 'r' and nspname !~ '^(pg_|information_schema)' and not exists (
        select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype = 'e')) named`
  const query = await source.psql(database, makeQuery)
  const answer = await source.psql(database, `select json_agg(line) from (${query}) counted(line)`)
  return (JSON.parse(answer) as string[]).sort()
}

/** Backs up, restores with the manifest's own commands and says what differs; the restored copy is dropped. */
async function makeRoundTrip(database: string, inputs: Record<string, string>): Promise<string[]> {
  const run = await runBackup({ url: source.url(database), ...inputs })
  if (run.exitCode !== 0) return [run.log]
  const [file] = (await readManifest(run)).files
  const counted = file?.verification.rowCounts?.map(({ table, rows }) => `${table}: ${rows}`).sort() ?? []
  expect([counted.length > 40, counted]).toEqual([true, await listRows(database)])
  await drop(database)
  await restoreByHand(run, target)
  const differences = await compareDatabases({ cluster: source, database }, { cluster: target, database })
  await drop(database)
  return differences
}

it('restores the globals, which the databases need', async () => {
  await createDatabase(source, 'small')
  const run = await runBackup({ url: source.url('small'), globals: 'true' })
  expect(run.exitCode).toBe(0)
  const { files } = await readManifest(run)
  expect(files.map(({ kind, database }) => [kind, database])).toEqual([
    ['globals', null],
    ['database', 'small'],
    ['properties', null],
  ])
  expect(files[0]?.name).toMatch(/^globals_\d{8}T\d{6}Z\.sql\.gz$/)
  await restoreByHand(run, target)
  const roles = `SELECT string_agg(rolname || rolcanlogin, ',' ORDER BY rolname) FROM pg_roles`
  expect(await target.psql('postgres', roles)).toBe(await source.psql('postgres', roles))
  await source.psql('postgres', 'DROP DATABASE small')
})

it('the database postgres restores by hand too, though every cluster has one', async () => {
  await source.psql('postgres', 'CREATE TABLE kept AS SELECT 1 AS id')
  const run = await runBackup({ url: source.url('postgres') })
  await restoreByHand(run, target)
  expect(await target.psql('postgres', 'SELECT id FROM kept')).toBe('1')
  await Promise.all([source, target].map((cluster) => cluster.psql('postgres', 'DROP TABLE kept')))
})

/**
 * Each compression around a file comes back by what a person types, and so does each format. What pg_dump compresses
 * itself comes back below, gzip around a plain file in e2e/backup/names; how the commands read is in archive/restore-commands.
 */
it('each compression comes back as it was', async () => {
  const work = async (
    database: string,
    cases: readonly (readonly [format: string, compression: string])[],
  ): Promise<string[]> => {
    const found: string[] = []
    for (const [format, compression] of cases) {
      const differences = await makeRoundTrip(database, { format, compression })
      found.push(...differences.map((line) => `${format}, ${compression}: ${line}`))
    }
    return found
  }
  const found = await Promise.all([
    work(shop, [
      ['plain', 'bzip2'],
      ['tar', 'xz'],
    ]),
    work(odd, [
      ['plain', 'none'],
      ['custom', 'zstd'],
      ['directory', 'lz4'],
    ]),
  ])
  expect(found).toEqual([[], []])
}, 120_000)

it('a directory archive holds the file of each table, though tar removes files while pg_dump makes others', async () => {
  await createDatabase(source, 'many')
  const numbers = Array.from({ length: 60 }, (_, index) => index + 1)
  await source.psql(
    'many',
    numbers.map((n) => `CREATE TABLE t${n} AS SELECT 'row of t${n}' AS content;`).join('\n'),
  )
  const run = await runBackup({ url: source.url('many'), format: 'directory', compression: 'none' })
  const directory = dirname(run.outputs['manifest'] ?? '')
  await execute('tar', ['-xf', (await readManifest(run)).files[0]?.name ?? ''], { directory })
  const list = await execute(join(findClient(), 'pg_restore'), ['--list', directory])
  const tables = [...list.matchAll(/^(\d+); .* TABLE DATA public (t\d+) /gm)]
  const contents = await Promise.all(
    tables.map(async ([, id = '', table = '']) => [
      table,
      await readFile(join(directory, `${id}.dat`), 'utf8'),
    ]),
  )
  expect(Object.fromEntries(contents)).toEqual(
    Object.fromEntries(numbers.map((n) => [`t${n}`, `row of t${n}\n\\.\n\n\n`])),
  )
  await source.psql('postgres', 'DROP DATABASE many')
})

describe('several databases', () => {
  beforeAll(async () => {
    for (const name of ['blog', 'blog_old', 'scratch']) {
      await createDatabase(source, name)
      await source.psql(name, `CREATE TABLE t AS SELECT '${name}' AS name`)
    }
  })

  it('are chosen by patterns, dumped side by side and restored', async () => {
    const patterns = '*, !scratch\n!*old\n!postgres\n!shop'
    const run = await runBackup({
      url: source.url('postgres'),
      databases: patterns,
      jobs: '2',
      format: 'custom',
    })
    expect(run.exitCode).toBe(0)
    expect(JSON.parse(run.outputs['databases'] ?? '')).toEqual(['blog', odd])
    expect((await readManifest(run)).plan).toMatchObject({ jobs: 2, databases: ['blog', odd] })
    await drop(odd)
    await restoreByHand(run, target)
    for (const database of ['blog', odd]) {
      expect(await compareDatabases({ cluster: source, database }, { cluster: target, database })).toEqual([])
      await drop(database)
    }
  })

  it('are dumped at once, as many as jobs allows', async () => {
    // A second dump gets through while the first waits for its lock, unless there is but one job.
    const runs = await whileLocked(source, 'blog', () =>
      Promise.all(
        ['1', '2'].map((jobs) =>
          runBackup({
            url: source.url('postgres'),
            databases: 'blog, blog_old, scratch',
            'lock-wait-timeout': '1s',
            jobs,
            'fail-fast': 'true',
            compression: 'none',
          }),
        ),
      ),
    )
    const dumped = runs.map(({ outputs }) => JSON.parse(outputs['databases'] ?? '[]') as string[])
    expect(dumped.map(({ length }) => length)).toEqual([0, 2])
  })
})

it('the whole cluster in one file restores into another cluster', async () => {
  const fresh = await startCluster()
  try {
    const run = await runBackup({ url: source.url('postgres'), all: 'true', compression: 'zstd' })
    expect(run.exitCode).toBe(0)
    const { files } = await readManifest(run)
    expect(files).toMatchObject([
      { kind: 'cluster', database: null, format: 'plain' },
      { kind: 'properties', database: null },
    ])
    expect(files[0]?.name).toMatch(/^cluster_\d{8}T\d{6}Z\.sql\.zst$/)
    const counted =
      files[0]?.verification.rowCounts?.map(({ table, rows }) => ({ table, text: `${rows}` })) ?? []
    await restoreByHand(run, fresh)
    for (const database of [...databases, 'blog']) {
      expect(await compareDatabases({ cluster: source, database }, { cluster: fresh, database })).toEqual([])
      const ending = ` in ${quoteIdentifier(database)}`
      const own = counted.filter(({ table }) => table.endsWith(ending))
      const lines = own.map(({ table, text }) => `${table.slice(0, -ending.length)}: ${text}`)
      expect(lines.sort()).toEqual(await listRows(database))
    }
  } finally {
    await fresh.stop()
  }
}, 120_000)
