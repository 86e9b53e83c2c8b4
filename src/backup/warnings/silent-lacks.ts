import { readCount, readObject } from '../../archive/json-reader.ts'
import { askJson } from '../../postgres/answer.ts'
import type { OpenServer } from '../../postgres/open-server.ts'
import { createLimiter } from '../../process/limiter.ts'
import type { Run } from '../../step/run.ts'
import type { BackupPlan } from '../plan.ts'

/** What a dump of one database lacks without a word of pg_dump. */
export interface SilentLacks {
  readonly database: string
  /** Unlogged tables of a standby, whose rows no dump can hold (pg_dump.c: dopt.no_unlogged_table_data). */
  readonly unloggedTables: number
  /** User mappings whose options the role may not see, so that they are dumped without any (pg_dump.c: dumpUserMappings). */
  readonly hiddenMappings: number
}

const readLacks = readObject({ unloggedTables: readCount, hiddenMappings: readCount })

/** Whose options the view shows is in src/backend/catalog/system_views.sql: pg_user_mappings. */
const lacksQuery = `select json_build_object(
  'unloggedTables', (select count(*) from pg_class where pg_is_in_recovery() and relpersistence = 'u' and relkind = 'r'),
  'hiddenMappings', (select count(*) from pg_user_mappings m join pg_foreign_server s on s.oid = m.srvid
    where umoptions is null and not (select rolsuper from pg_roles where rolname = current_user)
      and not case when umuser = 0 then pg_has_role(srvowner, 'USAGE') else usename = current_user
        and (pg_has_role(srvowner, 'USAGE') or has_server_privilege(s.oid, 'USAGE')) end))`

/**
 * Asks each database for what its dump lacks; a superuser's of a primary lack nothing. It is worth a remark and no
 * failure where that cannot be asked. Begin it when the dumps have ended, since their number may be all that may connect.
 */
export async function askForSilentLacks(
  plan: BackupPlan,
  server: OpenServer,
  run: Run,
): Promise<readonly SilentLacks[]> {
  if (server.facts.isSuperuser && !server.facts.isStandby) return []
  const session = { ...server, signal: run.signal }
  const failing = 'The server was not asked for what a dump may lack'
  const limiter = createLimiter(plan.concurrency)
  const ask = async (database: string): Promise<SilentLacks> => {
    return { database, ...(await askJson(session, { database, sql: lacksQuery, failing }, readLacks)) }
  }
  const answers = await Promise.allSettled(
    listDatabases(plan, server).map((database) => limiter(() => ask(database))),
  )
  run.signal.throwIfAborted()
  const [failure] = answers.filter((answer) => answer.status === 'rejected')
  if (failure !== undefined) {
    const { reason } = failure as { reason: unknown }
    run.log.info(reason instanceof Error ? reason.message : String(reason))
  }
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
}

function listDatabases({ files }: BackupPlan, { facts }: OpenServer): readonly string[] {
  if (!files.some(({ kind }) => kind === 'cluster')) {
    return files.flatMap((file) => (file.kind === 'database' ? [file.database] : []))
  }
  return facts.databases
    .filter(({ isTemplate, allowsConnections, size }) => !isTemplate && allowsConnections && size !== null)
    .map(({ name }) => name)
}
