import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { clientEnvironment, quoteConninfo } from './cluster.ts'
import type { Cluster } from './cluster.ts'
import { execute } from '../machine/execute.ts'
import { makeScratchDirectory } from '../machine/scratch.ts'
import { findClient } from './server-binaries.ts'

/** A database, and the cluster in which it stands. */
export interface Place {
  cluster: Cluster
  database: string
}

/** What is compared, and with what. */
export interface CompareOptions {
  /** Leave out who owns what, as after a restore with `--no-owner`. */
  noOwner?: boolean
  /** The directory with the pg_dump to use; default: the newest of this machine. */
  client?: string
}

const shownDifferences = 20

/** Rows and an order-independent hash of their texts, for each table; and each large object's hash. */
const contentQuery = `
SET search_path = pg_catalog;
SET "TimeZone" = 'UTC';
SELECT coalesce(string_agg(format(
  $$SELECT json_build_array(%L, count(*), md5(string_agg(md5(t::text), '' ORDER BY md5(t::text) COLLATE "C"))) FROM ONLY %s t;$$,
  name, name), ' ' ORDER BY name COLLATE "C"), '')
FROM (
  SELECT format('%I.%I', nspname, relname) AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
  WHERE relkind IN ('r', 'm') AND relispopulated AND nspname NOT IN ('pg_catalog', 'information_schema')
) tables
\\gset
:coalesce
SELECT json_build_array('large object ' || oid, length(lo_get(oid)), md5(lo_get(oid)))
FROM pg_largeobject_metadata ORDER BY oid;
`

/**
 * Compares dump with dump, then the rows of each table and the content of each large object.
 * Returns one line for each difference, at most some dozens; none means equal.
 */
export async function compareDatabases(a: Place, b: Place, options: CompareOptions = {}): Promise<string[]> {
  const dumps = await Promise.all([readDump(a, options), readDump(b, options)])
  const contents = await Promise.all([readContents(a), readContents(b)])
  return [...compareLines('dump', ...dumps), ...compareLines('content', ...contents)]
}

/** Lines that differ from run to run, or from release to release, though the databases do not. */
const variable = /^(\\(un)?restrict |-- Dumped (from|by) )/

async function readDump({ cluster, database }: Place, options: CompareOptions): Promise<string[]> {
  const file = join(await makeScratchDirectory('dump'), 'dump.sql')
  const pgDump = join(options.client ?? findClient(), 'pg_dump')
  const args = [
    '-w',
    '-f',
    file,
    ...(options.noOwner ? ['--no-owner'] : []),
    '-d',
    quoteConninfo('dbname', database),
  ]
  await execute(pgDump, args, { environment: clientEnvironment(cluster) })
  const lines = (await readFile(file, 'utf8')).split('\n')
  return lines.filter((line) => !variable.test(line))
}

async function readContents({ cluster, database }: Place): Promise<string[]> {
  return (await cluster.psql(database, contentQuery)).split('\n')
}

function countLines(lines: string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1)
  return counts
}

function subtract(lines: string[], others: string[]): string[] {
  const left = countLines(others)
  return lines.filter((line) => {
    const count = left.get(line) ?? 0
    left.set(line, count - 1)
    return count <= 0
  })
}

function compareLines(what: string, a: string[], b: string[]): string[] {
  const show = (side: string, lines: string[]): string[] =>
    lines.slice(0, shownDifferences).map((line) => `${what}, ${side}: ${line.slice(0, 300)}`)
  const differences = [
    ...show('only in the first', subtract(a, b)),
    ...show('only in the second', subtract(b, a)),
  ]
  if (differences.length > 0) return differences
  const at = a.findIndex((line, index) => line !== b[index])
  return at === -1 ? [] : [`${what}: the order differs from line ${at + 1}: ${a[at]?.slice(0, 300) ?? ''}`]
}
