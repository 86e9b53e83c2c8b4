import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { startFarProxy, type FarProxy } from '../__tests__/support/network/far-proxy.ts'
import { createBenchDatabase, createWideDatabase } from './data.ts'
import type { RunFacts } from './measure.ts'
import { listElsewhereSubjects } from './elsewhere.ts'
import { listDumpSubjects, runBackup, runBash, runBundle, type Bench, type Subject } from './subjects.ts'

/** Sizes of what is measured. */
export interface Sizes {
  readonly major: number
  /** Of the large database's dump. */
  readonly megabytes: number
  /** Small databases. */
  readonly small: number
  /** Tables of the wide databases. */
  readonly wide: readonly number[]
  /** Milliseconds there and back. */
  readonly far: readonly number[]
}

/** One table of results: what it is about, what it needs on the server, and what it compares. */
export interface Table {
  readonly about: (sizes: Sizes) => string
  readonly list: (bench: Bench, sizes: Sizes) => Subject[]
  /** Makes the databases, and what else the chosen subjects need. */
  readonly fill: (bench: Bench, sizes: Sizes, subjects: readonly Subject[]) => Promise<void>
}

const cores = availableParallelism()

/** Restores into a database that exists for that long only. */
async function runRestore(
  bench: Bench,
  name: string,
  inputs: Record<string, string> = {},
): Promise<RunFacts> {
  const path = join(bench.directory, name)
  const facts = await runBundle(bench, 'restore', { path, 'target-database': 'again', ...inputs })
  await bench.cluster.psql('postgres', 'drop database again')
  return facts
}

/** What a person would type, into a database that exists for that long only. */
async function restoreByHand(bench: Bench, line: string): Promise<RunFacts> {
  const startedAt = performance.now()
  await runBash(bench, `createdb -T template0 again && ${line}`)
  const seconds = (performance.now() - startedAt) / 1000
  await bench.cluster.psql('postgres', 'drop database again')
  return { seconds }
}

async function keepBackup(bench: Bench, name: string, inputs: Record<string, string>): Promise<void> {
  const given = { verify: 'decode', upload: 'false', 'output-dir': join(bench.directory, name), ...inputs }
  await runBundle(bench, 'backup', given)
}

function has(subjects: readonly Subject[], word: string): boolean {
  return subjects.some(({ name }) => name.includes(word))
}

const dump: Table = {
  about: ({ megabytes }) => `about ${megabytes} MB of dump`,
  list: listDumpSubjects,
  fill: async ({ cluster }, { megabytes, small }, subjects) => {
    await createBenchDatabase(cluster, 'bench', megabytes)
    await cluster.psql('postgres', 'create database empty')
    if (has(subjects, '4 databases'))
      for (const part of [1, 2, 3, 4]) await createBenchDatabase(cluster, `quarter_${part}`, megabytes / 4)
    if (has(subjects, 'small databases'))
      for (let index = 1; index <= small; index += 1)
        await createBenchDatabase(cluster, `small_${index}`, 0.01)
  },
}

const elsewhere: Table = {
  about: (sizes) => `${dump.about(sizes)}, each beside what the tools alone take`,
  list: listElsewhereSubjects,
  fill: (bench, sizes, subjects) => dump.fill(bench, sizes, subjects),
}

const wide: Table = {
  about: ({ wide: counts }) => `${counts.join(', ')} tables of ten rows, each in a schema of its own`,
  list: (bench, { wide: counts }) =>
    counts.flatMap((count): Subject[] => {
      const url = bench.cluster.url(`wide_${count}`)
      const [bare, byHand] = [`${count} tables: pg_dump`, `${count} tables: psql`]
      const both = `${count} tables: pg_dump | psql`
      const plain = { url, compression: 'none' }
      const restoreLine = 'psql -Xq -v ON_ERROR_STOP=1 again > /dev/null'
      return [
        { name: bare, base: bare, run: () => runBash(bench, `pg_dump wide_${count} > /dev/null`) },
        { name: `${count} tables: none`, base: bare, goal: 1.15, run: () => runBackup(bench, plain) },
        {
          name: `${count} tables: decode`,
          base: bare,
          goal: 1.15,
          run: () => runBackup(bench, { ...plain, verify: 'decode' }),
        },
        {
          name: `${count} tables: directory`,
          base: bare,
          run: () => runBackup(bench, { url, format: 'directory' }),
        },
        {
          name: both,
          base: both,
          run: () => restoreByHand(bench, `pg_dump wide_${count} | ${restoreLine}`),
        },
        {
          name: `${count} tables: verify: restore`,
          base: both,
          goal: 1.15,
          run: () => runBackup(bench, { ...plain, verify: 'restore' }),
        },
        {
          name: byHand,
          base: byHand,
          run: () => restoreByHand(bench, `cat ${bench.directory}/wide-${count}/*.sql | ${restoreLine}`),
        },
        {
          name: `${count} tables: restore`,
          base: byHand,
          goal: 1.15,
          run: () => {
            const inputs = { url: bench.cluster.url('postgres'), analyze: 'false' }
            return runRestore(bench, `wide-${count}`, inputs)
          },
        },
      ]
    }),
  fill: async (bench, { wide: counts }) => {
    for (const count of counts) {
      await createWideDatabase(bench.cluster, `wide_${count}`, count)
      await keepBackup(bench, `wide-${count}`, {
        url: bench.cluster.url(`wide_${count}`),
        compression: 'none',
      })
    }
  },
}

/** Bytes in a second of 100 Mbit/s. */
const bytesPerSecond = 12.5e6
const proxies = new Map<number, FarProxy>()

const far: Table = {
  about: ({ megabytes, small }) =>
    `1 and ${small} small databases and one of ${megabytes} MB, through 100 Mbit/s`,
  list: (bench, { far: distances, small }) =>
    distances.flatMap((distance): Subject[] => {
      const port = (): number => proxies.get(distance)?.port ?? 0
      const url = (database: string): string => bench.cluster.url(database, { port: port() })
      const names = Array.from({ length: small }, (_, index) => `small_${index + 1}`).join(' ')
      const [one, many, large] = [
        `${distance} ms: pg_dump of a small one`,
        `${distance} ms: ${small} pg_dumps, 16 at once`,
        `${distance} ms: pg_dump of a large one`,
      ]
      const plain = { compression: 'none' }
      return [
        { name: one, base: one, run: () => runBash(bench, 'pg_dump small_1 > /dev/null', port()) },
        {
          name: `${distance} ms: a small one`,
          base: one,
          run: () => runBackup(bench, { ...plain, url: url('small_1') }),
        },
        {
          name: many,
          base: many,
          run: () =>
            runBash(
              bench,
              `printf '%s\\n' ${names} | xargs -P 16 -I{} sh -c 'pg_dump {} > /dev/null'`,
              port(),
            ),
        },
        {
          name: `${distance} ms: ${small} small ones`,
          base: many,
          goal: 1.15,
          run: () => runBackup(bench, { ...plain, url: url('postgres'), databases: 'small_*' }),
        },
        { name: large, base: large, run: () => runBash(bench, 'pg_dump bench > /dev/null', port()) },
        {
          name: `${distance} ms: a large one`,
          base: large,
          goal: 1.05,
          run: () => runBackup(bench, { ...plain, url: url('bench') }),
        },
      ]
    }),
  fill: async ({ cluster }, { megabytes, small, far: distances }) => {
    await createBenchDatabase(cluster, 'bench', megabytes)
    for (let index = 1; index <= small; index += 1) await createBenchDatabase(cluster, `small_${index}`, 0.01)
    for (const roundTrip of distances)
      proxies.set(roundTrip, await startFarProxy(cluster.port, { roundTrip, bytesPerSecond }))
  },
}

const kept: Readonly<Record<string, { format: string; compression: string }>> = {
  plain: { format: 'plain', compression: 'zstd' },
  encrypted: { format: 'plain', compression: 'zstd' },
  custom: { format: 'custom', compression: 'gzip' },
  wrapped: { format: 'custom', compression: 'zstd' },
  directory: { format: 'directory', compression: 'gzip' },
}

const restore: Table = {
  about: ({ megabytes }) => `about ${megabytes} MB of dump, restored into a new database`,
  list: (bench, { major }) => {
    const [psql, custom, directory] = ['psql', `pg_restore -j ${cores}`, `tar -x, pg_restore -Fd -j ${cores}`]
    const wrapped = `zstd -d, pg_restore -j ${cores}`
    const file = (name: string): string => `${bench.directory}/${name}/bench_*`
    const unpacked = `${bench.directory}/unpacked`
    const byPsql = `zstd -dcq ${file('plain')} | psql -Xq -v ON_ERROR_STOP=1 again > /dev/null`
    const withStatistics = 'psql, vacuumdb --analyze-only'
    // The tools alone leave the statistics to whoever remembers them.
    const action = (name: string, base: string, goal?: number): Subject => ({
      name: `restore of ${name}`,
      base,
      ...(goal === undefined ? {} : { goal }),
      run: () =>
        runRestore(bench, name, {
          url: bench.cluster.url('postgres'),
          analyze: 'false',
          ...(name === 'encrypted' ? { 'age-passphrase': passphrase } : {}),
        }),
    })
    const byHand = (name: string, line: string): Subject => ({
      name,
      base: name,
      run: () => restoreByHand(bench, line),
    })
    return [
      byHand(psql, byPsql),
      action('plain', psql, 1.05),
      action('encrypted', psql),
      byHand(withStatistics, `${byPsql} && vacuumdb --quiet --analyze-only -j ${cores} again`),
      {
        name: 'restore of plain, with statistics',
        base: withStatistics,
        run: () => runRestore(bench, 'plain', { url: bench.cluster.url('postgres') }),
      },
      {
        name: 'restore of plain into an empty database',
        base: psql,
        run: async () => {
          await bench.cluster.psql('postgres', 'create database again template template0')
          return runRestore(bench, 'plain', { url: bench.cluster.url('again'), analyze: 'false' })
        },
      },
      {
        name: 'restore of plain in place',
        base: psql,
        run: async () => {
          await runBash(bench, `createdb -T template0 again && ${byPsql}`)
          const inputs = {
            url: bench.cluster.url('again'),
            clean: 'true',
            replace: 'in-place',
            analyze: 'false',
          }
          return runRestore(bench, 'plain', inputs)
        },
      },
      byHand(custom, `pg_restore -j ${cores} -d again ${file('custom')}`),
      action('custom', custom),
      // Newer clients compress with zstd inside the archive.
      ...(major > 15
        ? []
        : [
            byHand(
              wrapped,
              `zstd -dcq ${file('wrapped')} > ${unpacked} && pg_restore -j ${cores} -d again ${unpacked} && rm ${unpacked}`,
            ),
            action('wrapped', wrapped),
          ]),
      byHand(
        directory,
        `mkdir ${unpacked} && tar -xf ${file('directory')} -C ${unpacked} && pg_restore -j ${cores} -d again ${unpacked} && rm -r ${unpacked}`,
      ),
      action('directory', directory, 1.1),
    ]
  },
  fill: async (bench, { megabytes }, subjects) => {
    await createBenchDatabase(bench.cluster, 'bench', megabytes)
    for (const name of Object.keys(kept).filter((kind) => kind === 'plain' || has(subjects, kind)))
      await keepBackup(bench, name, {
        ...kept[name],
        ...(name === 'encrypted' ? { 'age-passphrase': passphrase } : {}),
      })
  },
}

const passphrase = 'correct horse battery staple'

const drill: Table = {
  about: ({ megabytes }) =>
    `about ${megabytes} MB of dump, by the restore action and by a drill of the check`,
  list: (bench) =>
    ['plain', 'custom', 'directory'].flatMap((name): Subject[] => {
      const [base, path] = [`restore of ${name}`, join(bench.directory, name)]
      const inputs = { url: bench.cluster.url('postgres'), analyze: 'false' }
      return [
        { name: base, base, run: () => runRestore(bench, name, inputs) },
        {
          name: `drill of ${name}`,
          base,
          goal: 1.1,
          run: () => runBundle(bench, 'check', { path, verify: 'restore', url: '' }),
        },
      ]
    }),
  fill: (bench, sizes, subjects) => restore.fill(bench, sizes, subjects),
}

export const tables: Readonly<Record<string, Table>> = { dump, elsewhere, wide, far, restore, drill }

/** Ends what {@link Table.fill} has started beside the server. */
export async function closeTables(): Promise<void> {
  await Promise.all([...proxies.values()].map((proxy) => proxy.close()))
}
