import type { RowCount } from '../archive/manifest.ts'
import type { OpenServer } from '../postgres/open-server.ts'
import { readArray, readCount, readNullable, readObject } from '../archive/json-reader.ts'
import { askJson, readText } from '../postgres/answer.ts'
import { formatCount } from '../units.ts'

/** What stands in a database after it was restored. */
export interface DatabaseContents {
  /** Rows of each table, by its qualified and quoted name; null where a policy hides rows from this role. */
  readonly rows: ReadonlyMap<string, number | null>
  /** Bytes on the server's disk. */
  readonly size: number
}

/** Counted table by table in one command, since a dump of many tables would make too long a command line. */
const countQuery = `set local row_security = off;
create temporary table pg_temp.postgres_backup_counts (name text, rows bigint);
do $count$
declare
  relation record;
  counted bigint;
begin
  for relation in
    select pg_catalog.format('%I.%I', nspname, relname) as name
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = relnamespace
    where relkind = 'r' and nspname <> 'information_schema' and nspname !~ '^pg_'
  loop
    begin
      execute pg_catalog.format('select pg_catalog.count(*) from only %s', relation.name) into counted;
    exception when insufficient_privilege then
      counted := null;
    end;
    insert into pg_temp.postgres_backup_counts values (relation.name, counted);
  end loop;
end
$count$;
select json_build_object('size', pg_catalog.pg_database_size(pg_catalog.current_database()),
  'tables', coalesce((select json_agg(c) from pg_temp.postgres_backup_counts c), '[]'));`

const readCounts = readObject({
  size: readCount,
  tables: readArray(readObject({ name: readText, rows: readNullable(readCount) })),
})

/** Counts the rows of all tables. */
export async function readContents(server: OpenServer, database: string): Promise<DatabaseContents> {
  const failing = `The rows of the restored database "${database}" were not counted`
  const { size, tables } = await askJson(
    server,
    { database, sql: countQuery, failing, kind: 'work' },
    readCounts,
  )
  return { size, rows: new Map(tables.map(({ name, rows }) => [name, rows])) }
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
