import type { RowCount } from '../archive/manifest.ts'
import type { OpenServer } from '../postgres/open-server.ts'
import { readCount } from '../archive/json-reader.ts'
import { readFingerprint } from '../fingerprint/read-fingerprint.ts'
import { askJson } from '../postgres/answer.ts'
import { formatCount } from '../units.ts'

/** What stands in a database after it was restored. */
export interface DatabaseContents {
  /** Rows of each table, by its qualified and quoted name; null where a policy hides rows from this role. */
  readonly rows: ReadonlyMap<string, number | null>
  /** Bytes on the server's disk. */
  readonly size: number
}

/**
 * Counts the rows of all tables, which are those that a verified backup counts; waits a minute for a lock.
 * @throws BackupError PGB_RESTORE, or the code that fits what psql says
 */
export async function readContents(server: OpenServer, database: string): Promise<DatabaseContents> {
  const failing = `The rows of the restored database "${database}" were not counted`
  const request = { snapshot: undefined, lockWaitTimeout: '60s', kinds: ['table'], hash: 'none' } as const
  const whatToDo = "Look into the server's log, and correct the cause"
  const { table } = await readFingerprint({ session: server, database }, request, {
    failing,
    code: 'PGB_RESTORE',
    whatToDo,
  })
  const sql = 'select pg_database_size(current_database())'
  const size = await askJson(server, { database, sql, failing }, readCount)
  return { size, rows: new Map([...table].map(([name, { rows }]) => [name, rows ?? null])) }
}

/**
 * PURE. Compares what was restored with what the backup counted; one sentence for each table that differs.
 * Materialized views and partitioned tables are not compared: the former may depend on the time, the latter hold no
 * rows of their own.
 */
export function compareRowCounts(expected: readonly RowCount[], { rows }: DatabaseContents): string[] {
  return expected.flatMap(({ table, rows: before }) => {
    const now = rows.get(table)
    return now === undefined || now === null || now === before
      ? []
      : [`${table} has ${formatCount(now, 'row')} instead of ${before}`]
  })
}
