import type { OpenServer } from '../../postgres/open-server.ts'
import { runSql } from '../../postgres/psql.ts'
import type { Run } from '../../step/run.ts'
import type { BackupPlan } from '../plan.ts'

/** The unlogged tables of a database, of which there is at least one. */
export interface UnloggedTables {
  readonly database: string
  readonly tables: number
}

/**
 * Counts the tables of a standby whose rows no dump can hold: pg_dump leaves them out there without a word
 * (pg_dump.c: dopt.no_unlogged_table_data). It is worth a remark and no failure where that cannot be asked.
 */
export async function countUnloggedTables(
  plan: BackupPlan,
  server: OpenServer,
  run: Run,
): Promise<readonly UnloggedTables[]> {
  if (!server.facts.isStandby) return []
  const session = { ...server, signal: run.signal }
  const failing = 'The server was not asked for unlogged tables'
  const found: UnloggedTables[] = []
  try {
    for (const database of listDatabases(plan, server)) {
      const tables = Number(await runSql(session, { database, sql: countQuery, failing }))
      if (tables > 0) found.push({ database, tables })
    }
  } catch (error) {
    run.log.info(error instanceof Error ? error.message : String(error))
  }
  return found
}

const countQuery = `select count(*) from pg_class where relpersistence = 'u' and relkind = 'r'`

function listDatabases({ files }: BackupPlan, { facts }: OpenServer): readonly string[] {
  if (!files.some(({ kind }) => kind === 'cluster')) {
    return files.flatMap(({ database }) => database ?? [])
  }
  return facts.databases
    .filter(({ isTemplate, allowsConnections, size }) => !isTemplate && allowsConnections && size !== null)
    .map(({ name }) => name)
}
