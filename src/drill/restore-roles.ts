import { listReaders } from '../archive/reading/readers.ts'
import { readArray } from '../archive/json-reader.ts'
import { askJson, readName } from '../postgres/answer.ts'
import { runSql } from '../postgres/psql.ts'
import { readIdentifier } from '../postgres/sql/identifier.ts'
import { quoteIdentifier } from '../postgres/sql/quote.ts'
import type { Command } from '../process/command.ts'
import { runPipeline } from '../process/pipeline.ts'
import type { CheckedFile } from '../restoring/checked-file.ts'
import type { RestoreSetting } from '../restoring/restore-setting.ts'
import { restoreClusterFile } from '../restoring/restore-sql.ts'
import type { ScratchServer } from './scratch/scratch-server.ts'

/**
 * Restores the roles and tablespaces of a file of pg_dumpall as a restore would, into a server of our own that something
 * contains; tablespaces lie inside its own directory.
 * @throws BackupError PGB_RESTORE, or the code that fits what psql says
 */
export async function restoreRoles(
  file: CheckedFile,
  setting: RestoreSetting,
  { session, maintenance: database }: ScratchServer,
): Promise<void> {
  const failing = 'The scratch server was not asked for its roles'
  const sql = 'select json_agg(rolname) from pg_catalog.pg_roles'
  const existingRoles = await askJson(session, { database, sql, failing }, readArray(readName))
  const tablespaces = await listTablespaces(file, setting)
  await runAlone(
    tablespaces.map((name) => `CREATE TABLESPACE ${quoteIdentifier(name)} LOCATION ''`),
    'The tablespaces of the backup were not made on the scratch server',
    { session, maintenance: database },
  )
  const { role } = setting.server.facts
  const omit = { owners: false, existingRoles, existingTablespaces: tablespaces, ownRole: role }
  await restoreClusterFile(file, omit, setting, database)
}

/**
 * Drops all roles and tablespaces that were restored, so that those of one backup are not taken for another's. The
 * databases are gone by then.
 * @throws BackupError as runSql does
 */
export async function dropRoles(scratch: ScratchServer): Promise<void> {
  const { session, maintenance: database } = scratch
  const failing = 'The roles of one backup were not dropped from the scratch server before those of the next'
  const sql = "select coalesce(json_agg(spcname), '[]') from pg_catalog.pg_tablespace where oid >= 16384"
  const tablespaces = await askJson(session, { database, sql, failing }, readArray(readName))
  await runAlone(
    tablespaces.map((name) => `DROP TABLESPACE ${quoteIdentifier(name)}`),
    failing,
    scratch,
  )
  await runSql(session, { database, sql: dropBlock, failing, kind: 'work' })
}

/** Oids from 16384 on are those of objects that were made after initdb (access/transam.h: FirstNormalObjectId). */
const dropBlock = `do $$
declare
  made constant text[] := array(select rolname::text from pg_catalog.pg_roles where oid >= 16384);
  restored text;
begin
  foreach restored in array made loop
    execute pg_catalog.format('drop owned by %I cascade', restored);
  end loop;
  foreach restored in array made loop
    execute pg_catalog.format('drop role %I', restored);
  end loop;
end $$`

/** By a session that lets a tablespace lie in the server's own directory (PostgreSQL 10.22, 11.17, … 15). */
async function runAlone(
  statements: readonly string[],
  failing: string,
  { session, maintenance: database }: Pick<ScratchServer, 'session' | 'maintenance'>,
): Promise<void> {
  if (statements.length === 0) return
  const sql = 'SET allow_in_place_tablespaces TO on'
  await runSql(session, { database, sql, failing, kind: 'alone', next: statements })
}

/** By the beginning of their lines; what else begins so gives a tablespace that nobody uses. */
async function listTablespaces(
  file: CheckedFile,
  { readers, server, signal }: RestoreSetting,
): Promise<string[]> {
  const search = ['-n', '-e', 's/^CREATE TABLESPACE //p', '-e', '/^CREATE DATABASE /q']
  const stages: Command[] = [...listReaders(file, readers), { path: 'sed', args: search }]
  const { stdout } = await runPipeline(stages as [Command, ...Command[]], {
    environment: { ...server.connection.environment, LC_ALL: 'C' },
    signal,
    inputFile: file.path,
    onlyLastStageCounts: true,
  })
  const found = stdout.split('\n').map((line) => /^("(?:[^"]|"")+"|[^\s"';]+) /.exec(line)?.[1])
  const names = found.filter((name) => name !== undefined)
  return [...new Set(names.map((name) => readIdentifier(Buffer.from(name, 'utf8').toString('latin1'))))]
}
