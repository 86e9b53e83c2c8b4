import { restoreRoles } from '../../drill/restore-roles.ts'
import { listHeldDatabases, takeDatabase, takeGlobals } from '../../restoring/cluster-parts.ts'
import type { PropertiesByName } from '../../restoring/properties/read-properties.ts'
import type { CheckedFile } from '../../restoring/checked-file.ts'
import { quoteIdentifier } from '../../postgres/sql/quote.ts'
import type { Problem } from '../../catalogue/problems.ts'
import { formatCount } from '../../units.ts'
import { refuseCopy, type FetchedFile } from './fetch-file.ts'
import type { RolesState } from './judge-restored.ts'
import { makeSetting, restoreCopy, type DrillResult, type DrillSetting } from './restore-copy.ts'
import type { StoredBackup } from './stored-files.ts'
import type { UserCheck } from './user-checks.ts'

/** What is known of a file of a whole cluster beside the file. */
export interface ClusterContext extends Pick<StoredBackup, 'backup'> {
  readonly properties: PropertiesByName
  /** Databases that it must hold, beside those that its manifest names. */
  readonly wanted: readonly string[]
}

/**
 * Restores a fetched file of a whole cluster by its parts: the roles, and each database by itself, as a restore does on a
 * server that holds something.
 * @throws BackupError PGB_RESTORE and others where it cannot be restored
 */
export async function restoreCluster(
  { file, readers, directory }: FetchedFile,
  { backup, properties, wanted }: ClusterContext,
  checks: readonly UserCheck[],
  drill: DrillSetting,
): Promise<DrillResult> {
  const startedAt = performance.now()
  const names = await listHeldDatabases(file, { readers, run: drill.run })
  const roles = await restoreGlobals({ file: takeGlobals(file), readers, directory }, drill)
  const preparedSeconds = (performance.now() - startedAt) / 1000
  const results: DrillResult[] = []
  for (const name of names) {
    const fetched = { file: takeDatabase(file, name).file, readers, directory }
    results.push(
      await restoreCopy(fetched, { backup, properties: properties.get(name), roles }, checks, drill),
    )
  }
  const sum = (read: (result: DrillResult) => number): number =>
    results.reduce((total, result) => total + read(result), 0)
  return {
    databases: names,
    problems: [
      ...findLacking(file, names, { backup, wanted }),
      ...results.flatMap(({ problems }) => problems),
    ],
    restoreSeconds: sum(({ restoreSeconds }) => restoreSeconds) + preparedSeconds,
    checksSeconds: sum(({ checksSeconds }) => checksSeconds),
    rows: sum(({ rows }) => rows),
    unseen: [
      ...new Set(
        results.flatMap(({ unseen, databases }) => unseen.map((text) => `${databases.join('')}: ${text}`)),
      ),
      'What stands in "template1"',
    ],
  }
}

/** Databases that are not in the file though somebody expects them, or their rows were counted. */
function findLacking(
  file: CheckedFile,
  held: readonly string[],
  { backup, wanted }: Pick<ClusterContext, 'backup' | 'wanted'>,
): Problem[] {
  // An empty one is not made anew by pg_dumpall.
  const expected = new Set(
    [...wanted, ...backup.manifest.plan.databases].filter((name) => name !== 'postgres'),
  )
  const lacking = [...expected].filter((name) => !held.includes(name)).map((name) => `the database "${name}"`)
  // What stands in it is counted, and not looked at.
  const endings = [...held, 'template1'].map((name) => ` in ${quoteIdentifier(name)}`)
  const uncounted = file.verification.rowCounts?.find(
    ({ table }) => !endings.some((ending) => table.endsWith(ending)),
  )
  const missing = lacking.length > 0 || uncounted === undefined ? lacking : [`the table ${uncounted.table}`]
  if (missing.length === 0) return []
  const more = missing.length > 3 ? `, and ${formatCount(missing.length - 3, 'more')}` : ''
  const { code, explanation } = refuseCopy(file, backup, `it lacks ${missing.slice(0, 3).join(', ')}${more}`)
  return [{ code, ...explanation }]
}

/**
 * Restores the roles of a fetched file where something contains what they may do.
 * @throws BackupError PGB_RESTORE, or the code that fits what psql says
 */
export async function restoreGlobals(
  { file, readers }: FetchedFile,
  drill: DrillSetting,
): Promise<RolesState> {
  if (!drill.scratch.isContained) return 'unrestored'
  await restoreRoles(file, makeSetting(file, readers, drill), drill.scratch)
  return 'restored'
}
