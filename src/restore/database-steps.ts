import { BackupError } from '../errors.ts'
import type { Log } from '../github/log.ts'
import { majorOfVersionNumber } from '../postgres/client/version.ts'
import { dropDatabase } from '../postgres/drop-database.ts'
import type { OpenServer } from '../postgres/open-server.ts'
import { runSql, type Query } from '../postgres/psql.ts'
import type { DatabaseProperties } from '../archive/properties.ts'
import { listCreateStatements } from '../restoring/properties/create-statements.ts'
import { makeCreateQuery, makeHandOverBlock } from '../restoring/database-properties.ts'
import type { PlannedDatabase } from './plan.ts'

/** Where and how a database is created. */
export interface CreationSetting {
  readonly server: OpenServer
  readonly maintenance: string
  readonly log: Log
  /** What a database that does not exist yet is to be like. */
  readonly like: DatabaseProperties | undefined
}

/**
 * Creates the database into which is restored: encoding, locale and tablespace are those of the old one that it is
 * to replace, else of the one that was backed up, else the server's own.
 */
export async function createWorkDatabase(planned: PlannedDatabase, setting: CreationSetting): Promise<void> {
  const { server, maintenance, log, like } = setting
  const failing = `The database "${planned.target}" was not restored, because a new one could not be created`
  const patient = ignoreCancellation(server)
  const query = { database: maintenance, failing }
  if (planned.way !== 'replace') {
    const major = majorOfVersionNumber(server.facts.versionNumber)
    const statements = listCreateStatements(planned.workName, like, major)
    await createFirst(statements, { server: patient, query, log, target: planned.target })
    return
  }
  const sql = await runSql(patient, { ...query, sql: makeCreateQuery(planned.target, planned.workName) })
  await runSql(patient, { ...query, sql, kind: 'alone' })
  // Undone at once: what cannot be handed over is better known before hours of restoring than after them.
  await runSql(server, {
    ...query,
    sql: `BEGIN;\n${makeHandOverBlock(planned.target, planned.workName)}\nROLLBACK;`,
  })
}

/** Creates it once more, for a second try. */
export async function renewWorkDatabase(planned: PlannedDatabase, setting: CreationSetting): Promise<void> {
  const { server, maintenance } = setting
  const major = majorOfVersionNumber(server.facts.versionNumber)
  const failing = `The database "${planned.target}" was not restored, because what a first try began could not be dropped`
  await dropDatabase(server, { name: planned.workName, maintenance, major, subscriptions: 'all', failing })
  await createWorkDatabase(planned, setting)
}

/** Takes the first statement that the server accepts, and warns of what is otherwise then. */
async function createFirst(
  [sql, ...others]: readonly string[],
  setting: { server: OpenServer; query: Omit<Query, 'sql'>; log: Log; target: string },
): Promise<void> {
  const { server, query, log, target } = setting
  try {
    await runSql(server, { ...query, sql: sql ?? '', kind: 'alone' })
  } catch (error) {
    if (others.length === 0 || !(error instanceof BackupError)) throw error
    const what = others.length === 2 ? 'its tablespace' : 'its own encoding and locale'
    log.warning(
      `The database "${target}" could not be created with ${what}, and gets those of the server: ${error.explanation.why}.`,
      'Properties left out',
    )
    await createFirst(others, setting)
  }
}

/** For short statements: a killed psql leaves it open whether the server has done them, or is still about to. */
export function ignoreCancellation(server: OpenServer): OpenServer {
  return { ...server, signal: new AbortController().signal }
}
