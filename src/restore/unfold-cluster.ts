import type { Readers } from '../archive/reading/readers.ts'
import type { Log } from '../github/log.ts'
import { listHeldDatabases, takeDatabase, takeGlobals } from '../restoring/cluster-parts.ts'
import type { Run } from '../step/run.ts'
import type { CheckedBackup } from './check.ts'
import type { RestoreChoice } from './inputs.ts'
import { refuseName } from './select.ts'
import type { RestoreTarget } from './target/target.ts'

/**
 * Reads a file of the whole cluster to its end, and tells its roles and each of its databases as files of their own, of
 * which the file holds a part. The contents of `template1` are not among them, nor a database `postgres` of which the
 * file makes nothing.
 * @returns the same for a backup without such a file
 * @throws BackupError PGB_RESTORE where it cannot be read, PGB_NO_DATABASE where it lacks the one asked for
 */
export async function unfoldCluster(
  backup: CheckedBackup,
  target: RestoreTarget,
  choice: RestoreChoice,
  reading: { readers: Readers; run: Run },
): Promise<CheckedBackup> {
  const { cluster } = backup
  if (cluster === undefined) return backup
  const names = await listHeldDatabases(cluster, reading)
  const { database, targetDatabase } = choice
  if (database !== undefined && !names.includes(database)) {
    throw refuseName(
      `The database "${database}" is not in the backup`,
      names.map((name) => `"${name}"`),
    )
  }
  const wanted = database === undefined ? names : [database]
  return {
    ...backup,
    cluster: undefined,
    globals: choosesGlobals(choice, target, reading.run.log) ? takeGlobals(cluster) : undefined,
    databases: wanted.map((name) => ({ ...takeDatabase(cluster, name), target: targetDatabase ?? name })),
  }
}

/** They come with all of a cluster, from a role that may create some; who asks for them is told if that fails. */
function choosesGlobals({ database, globals }: RestoreChoice, target: RestoreTarget, log: Log): boolean {
  if (globals || database !== undefined) return globals
  if (target.mayCreateRoles) return true
  log.warning(
    `The roles of the backup are not restored, since the role "${target.role}" may not create any.`,
    'Left out',
  )
  return false
}
