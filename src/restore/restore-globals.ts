import { readArray } from '../archive/json-reader.ts'
import { askJson, readName } from '../postgres/answer.ts'
import type { Log } from '../github/log.ts'
import type { RestorePlan } from './plan.ts'
import { dropWorkDatabase } from './drop-databases.ts'
import { restoreClusterFile } from '../restoring/restore-sql.ts'
import type { RestoreSetting } from '../restoring/restore-setting.ts'
import type { OmittedStatements } from '../postgres/sql/filter/omitted-statements.ts'
import type { RestoreTarget } from './target/target.ts'

/** Says that there is no way back, restores roles and tablespaces, and leaves those alone that exist. */
export async function restoreGlobals(
  plan: RestorePlan,
  target: RestoreTarget,
  setting: RestoreSetting,
): Promise<void> {
  if (plan.globals === undefined) return
  const { log } = setting.run
  const fate = target.server.facts.isSuperuser
    ? `get the attributes and passwords of the backup, all but the connecting role "${target.role}"`
    : `are left alone, since "${target.role}" is no superuser`
  log.warning(
    `Roles and tablespaces of ${plan.globals.name} are being restored, which no failure undoes: roles that exist ${fate}.`,
    'Cannot be undone',
  )
  warnOfLeftOut(await restoreClusterFile(plan.globals, listOmissions(target), setting, plan.maintenance), log)
}

/**
 * Restores a whole cluster. When it fails, the databases that it made are dropped again; roles and tablespaces stay.
 * @returns the names of the databases that it made
 */
export async function restoreCluster(
  plan: RestorePlan,
  target: RestoreTarget,
  setting: RestoreSetting,
): Promise<string[]> {
  if (plan.cluster === undefined) return []
  const { run, server } = setting
  run.log.warning(
    `The whole cluster of ${plan.cluster.name} is being restored. If it fails, the databases that it made are dropped ` +
      `again; roles, tablespaces and what goes into "postgres" and "template1" stay.`,
    'Cannot be undone',
  )
  const before = new Set(server.facts.databases.map(({ name }) => name))
  let isComplete = false
  try {
    warnOfLeftOut(
      await restoreClusterFile(plan.cluster, listOmissions(target), setting, plan.maintenance),
      run.log,
    )
    isComplete = true
    return await listNewDatabases(setting, plan.maintenance, before)
  } finally {
    if (!isComplete) await dropNewDatabases(setting, plan.maintenance, before)
  }
}

/** How much of it one warning names. */
const shownItems = 10

function warnOfLeftOut(leftOut: readonly string[], log: Log): void {
  if (leftOut.length === 0) return
  const rest = leftOut.length - shownItems
  const names = `${leftOut.slice(0, shownItems).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
  log.warning(
    `Of the roles this was left out, which takes a superuser or what is not here: ${names}.`,
    'Left out',
  )
}

function listOmissions({
  roles,
  tablespaces,
  role,
}: RestoreTarget): Omit<OmittedStatements, 'transactionTimeout'> {
  return { owners: false, existingRoles: roles, existingTablespaces: tablespaces, ownRole: role }
}

async function dropNewDatabases(
  setting: RestoreSetting,
  maintenance: string,
  before: ReadonlySet<string>,
): Promise<void> {
  const { server, run } = setting
  const limited = { ...setting, server: { ...server, signal: AbortSignal.timeout(2_000) } }
  const names = await listNewDatabases(limited, maintenance, before).catch((error: unknown) => {
    run.log.warning(
      `The databases that were made could not be listed, and may be half-restored: ${String(error)}`,
    )
    return []
  })
  await Promise.all(names.map((name) => dropWorkDatabase(name, server, maintenance, run.log)))
}

async function listNewDatabases(
  { server }: RestoreSetting,
  database: string,
  before: ReadonlySet<string>,
): Promise<string[]> {
  const sql = 'select json_agg(datname order by datname) from pg_database where not datistemplate'
  const failing = 'The databases that were made could not be listed'
  const names = await askJson(server, { database, sql, failing }, readArray(readName))
  return names.filter((name) => !before.has(name))
}
