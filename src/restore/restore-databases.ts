import { BackupError } from '../errors.ts'
import type { Log } from '../github/log.ts'
import { formatSeconds } from '../units.ts'
import { createWorkDatabase, dropWorkDatabase, takeNames } from '../restoring/database-steps.ts'
import type { PlannedDatabase, RestorePlan } from './plan.ts'
import { applyProperties } from '../restoring/properties/apply-properties.ts'
import type { PropertiesByName } from '../restoring/properties/read-properties.ts'
import { restoreDatabaseFile } from '../restoring/restore-file.ts'
import type { RestoreSetting } from '../restoring/restore-setting.ts'
import { compareRowCounts, readContents, type DatabaseContents } from '../restoring/row-counts.ts'
import { runAtOnce } from '../process/run-at-once.ts'

/** A database that is complete, compared with the manifest, and has its name. */
export interface RestoredDatabase {
  readonly planned: PlannedDatabase
  readonly contents: DatabaseContents
  /** Of the restore alone. */
  readonly durationSeconds: number
}

/**
 * Restores every planned database: new ones first, side by side, under names of their own; then those that are filled
 * in place; and when all are complete, the new ones take their names, all at once. Nothing half-restored is left behind.
 * @param properties of the databases as they were, for those that are created anew
 * @param onRestored told of each database once nothing can go wrong with it any more
 * @throws BackupError of the first failure
 */
export async function restoreDatabases(
  plan: RestorePlan,
  setting: RestoreSetting,
  properties: PropertiesByName,
  onRestored: (restored: RestoredDatabase) => void,
): Promise<void> {
  const { server, run } = setting
  const made = new Set<string>()
  const [complete, filled]: [RestoredDatabase[], RestoredDatabase[]] = [[], []]
  const restore = async (planned: PlannedDatabase, signal: AbortSignal): Promise<void> => {
    const own = { ...setting, signal, server: { ...server, signal } }
    const restored = await restoreOne(planned, own, { maintenance: plan.maintenance, made, properties })
    if (planned.way !== 'fill') {
      complete.push(restored)
      return
    }
    filled.push(restored)
    onRestored(restored)
  }
  const apart = plan.databases.filter(({ way }) => way !== 'fill')
  const inPlace = plan.databases.filter(({ way }) => way === 'fill')
  let isDone = false
  try {
    await runAtOnce(apart, plan.concurrency, setting.signal, restore)
    await runAtOnce(inPlace, plan.concurrency, setting.signal, restore)
    await takeNames(apart, server, plan.maintenance, run.log)
    made.clear()
    complete.forEach(onRestored)
    isDone = true
  } finally {
    if (!isDone) warnOfFilled(filled, run.log)
    await Promise.all([...made].map((name) => dropWorkDatabase(name, server, plan.maintenance, run.log)))
  }
}

/** What is filled in place is committed each by itself, and no failure of another takes it back. */
function warnOfFilled(filled: readonly RestoredDatabase[], log: Log): void {
  if (filled.length === 0) return
  const names = filled.map(({ planned }) => `"${planned.target}"`).join(', ')
  log.warning(
    `Already restored before the failure, each in a database that was empty: ${names}.`,
    'Partly restored',
  )
}

async function restoreOne(
  planned: PlannedDatabase,
  setting: RestoreSetting,
  { maintenance, made, properties }: { maintenance: string; made: Set<string>; properties: PropertiesByName },
): Promise<RestoredDatabase> {
  const { server, run } = setting
  const like = planned.way === 'create' ? properties.get(planned.database) : undefined
  const creation = { server, maintenance, log: run.log, like }
  const { workName: database, target, way, file } = planned
  const startedAt = performance.now()
  if (way !== 'fill') {
    // Noted before it exists, because the connection can be lost when the server has made it already.
    made.add(database)
    await createWorkDatabase(planned, creation)
  }
  await restoreDatabaseFile(file, { database, target, oneTransaction: way === 'fill' }, setting)
  const durationSeconds = (performance.now() - startedAt) / 1000
  const contents = await readContents(server, database)
  requireSameRows(planned, contents)
  // Last, as a limit or a read-only default would stand in the way of all before.
  if (like !== undefined) await applyProperties({ name: database, target }, like, setting, creation)
  run.log.info(`${target}: restored from ${file.name} in ${formatSeconds(durationSeconds)}`)
  return { planned, contents, durationSeconds }
}

function requireSameRows({ file, target, way }: PlannedDatabase, contents: DatabaseContents): void {
  const differences = compareRowCounts(file.verification.rowCounts ?? [], contents)
  if (differences.length === 0) return
  const more = differences.length > 3 ? `, and ${differences.length - 3} tables more` : ''
  throw new BackupError('PGB_RESTORE', {
    what: `The database "${target}" was restored, but it is not what was backed up`,
    why: `${differences.slice(0, 3).join(', ')}${more}`,
    whatToDo:
      way === 'fill'
        ? 'Look for triggers or sessions that change the target, empty it, and run the job again'
        : 'The target was left as it was; look for event triggers on the server, and run the job again',
  })
}
