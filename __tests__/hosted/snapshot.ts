import { join } from 'node:path'
import { clientEnvironment, quoteConninfo } from '../support/postgres/cluster.ts'
import { execute } from '../support/machine/execute.ts'
import { findClient } from '../support/postgres/server-binaries.ts'
import type { LookAlike } from './look-alike.ts'

/** All that a database holds, as its superuser sees it, in lines whose order does not matter. */
export type Snapshot = readonly string[]

/** Lines of a dump that differ from run to run, though the databases do not. */
const variable = /^(\\(un)?restrict |-- Dumped (from|by) |-- Data Pos|$)/

/** What no dump holds: versions of extensions, rows of materialized views. */
const catalogQuery = `
set search_path = pg_catalog;
select 'extension ' || extname || ' ' || extversion || ' in ' || extnamespace::regnamespace from pg_extension;
select format('select %L, count(*) from %s', 'rows ' || oid::regclass, oid::regclass) from pg_class
  where relkind = 'm' and relispopulated \\gexec
`

/**
 * Rows, definitions, owners, privileges and comments, those of the service included.
 * @param client the directory of the pg_dump to use; default: the newest of this machine
 */
export async function takeSnapshot(
  { cluster }: Pick<LookAlike, 'cluster'>,
  database: string,
  options: { readonly args?: readonly string[]; readonly client?: string } = {},
): Promise<Snapshot> {
  const args = ['-w', ...(options.args ?? []), '-d', quoteConninfo('dbname', database)]
  const environment = { ...clientEnvironment(cluster), PGOPTIONS: '-c client_min_messages=error' }
  const dump = await execute(join(options.client ?? findClient(), 'pg_dump'), args, { environment })
  const lines = dump.split('\n').filter((line) => !variable.test(line))
  return [...lines, ...(await cluster.psql(database, catalogQuery)).split('\n')]
}

/** One line for each difference; none means equal. */
export function compareSnapshots(before: Snapshot, after: Snapshot): string[] {
  const show = (mark: string, lines: readonly string[]): string[] =>
    lines.slice(0, 40).map((line) => `${mark} ${line.slice(0, 200)}`)
  return [...show('-', subtract(before, after)), ...show('+', subtract(after, before))]
}

function subtract(lines: Snapshot, others: Snapshot): string[] {
  const counts = new Map<string, number>()
  for (const line of others) counts.set(line, (counts.get(line) ?? 0) + 1)
  return lines.filter((line) => {
    const left = counts.get(line) ?? 0
    counts.set(line, left - 1)
    return left <= 0
  })
}
