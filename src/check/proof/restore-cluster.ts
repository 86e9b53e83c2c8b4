import { restoreRoles } from '../../drill/restore-roles.ts'
import { listHeldDatabases, takeDatabase, takeGlobals } from '../../restoring/cluster-parts.ts'
import type { PropertiesByName } from '../../restoring/properties/read-properties.ts'
import type { FetchedFile } from './fetch-file.ts'
import type { RolesState } from './judge-restored.ts'
import { makeSetting, restoreCopy, type DrillResult, type DrillSetting } from './restore-copy.ts'
import type { StoredBackup } from './stored-files.ts'
import type { UserCheck } from './user-checks.ts'

/**
 * Restores a fetched file of a whole cluster by its parts: the roles, and each database by itself, as a restore does on a
 * server that holds something.
 * @throws BackupError PGB_RESTORE and others where it cannot be restored
 */
export async function restoreCluster(
  { file, readers, directory }: FetchedFile,
  { backup, properties }: Pick<StoredBackup, 'backup'> & { properties: PropertiesByName },
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
    problems: results.flatMap(({ problems }) => problems),
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
