import { BackupError } from '../errors.ts'
import type { Log } from '../github/log.ts'
import { formatCount, formatSeconds } from '../units.ts'
import { createWorkDatabase, renewWorkDatabase } from './database-steps.ts'
import { dropReplaced, dropWorkDatabase } from './drop-databases.ts'
import { takeNames } from './take-names.ts'
import { isWithin, type PlannedDatabase, type RestorePlan } from './plan.ts'
import { makeBeginScript } from '../restoring/in-place/begin-script.ts'
import { makeEndScript } from '../restoring/in-place/end-script.ts'
import { makeFillBegin, makeFillEnd } from '../restoring/in-place/fill-script.ts'
import type { DumpReport } from '../restoring/left-out/dump-report.ts'
import { readTarget } from '../restoring/left-out/ask-target.ts'
import type { Target } from '../restoring/left-out/read-target-facts.ts'
import type { Destination } from '../restoring/stages.ts'
import { applyProperties } from '../restoring/properties/apply-properties.ts'
import type { PropertiesByName } from '../restoring/properties/read-properties.ts'
import { restoreDatabaseFile } from '../restoring/restore-file.ts'
import type { RestoreSetting } from '../restoring/restore-setting.ts'
import { compareRowCounts, readContents, type DatabaseContents } from '../restoring/row-counts.ts'
import { runAtOnce } from '../process/run-at-once.ts'

/** A database that is complete, compared with the manifest, and has its name. */
export interface RestoredDatabase {
  readonly planned: PlannedDatabase
  /** Undefined where it was committed, and could not be counted afterwards. */
  readonly contents: DatabaseContents | undefined
  /** What the backup holds, and what of it the target did not get. */
  readonly report: DumpReport
  /** Of the restore alone. */
  readonly durationSeconds: number
}

/**
 * Restores every planned database: new ones first, side by side, under names of their own; then those that are filled
 * or replaced in place; and when all are complete, the new ones take their names, all at once. Nothing half-restored is
 * left behind.
 * @param properties of the databases as they were, for those that are created anew
 * @param onRestored told the name of each database once no failure takes it back any more, also where one follows
 * @throws BackupError of the first failure
 */
export async function restoreDatabases(
  plan: RestorePlan,
  setting: RestoreSetting,
  properties: PropertiesByName,
  onRestored: (target: string) => void,
): Promise<RestoredDatabase[]> {
  const { server, run } = setting
  const made = new Set<string>()
  const committed: string[] = []
  const restored: RestoredDatabase[] = []
  const onCommitted = (target: string): void => {
    committed.push(target)
    onRestored(target)
  }
  const restore = async (planned: PlannedDatabase, signal: AbortSignal): Promise<void> => {
    const own = { ...setting, signal, server: { ...server, signal } }
    const shared = { maintenance: plan.maintenance, made, properties, onCommitted }
    restored.push(await restoreOne(planned, own, shared))
  }
  const apart = plan.databases.filter(({ way }) => !isWithin(way))
  const inPlace = plan.databases.filter(({ way }) => isWithin(way))
  let isDone = false
  try {
    await runAtOnce(apart, plan.concurrency, setting.signal, restore)
    await runAtOnce(inPlace, plan.concurrency, setting.signal, restore)
    const naming = { server, maintenance: plan.maintenance, log: run.log, made }
    await takeNames(apart, naming)
    isDone = true
    apart.forEach(({ target }) => {
      onRestored(target)
    })
    await dropReplaced(apart, naming)
    return restored
  } finally {
    if (!isDone) warnOfCommitted(committed, run.log)
    await Promise.all([...made].map((name) => dropWorkDatabase(name, server, plan.maintenance, run.log)))
  }
}

/** What is filled or replaced in place is committed each by itself, and no failure of another takes it back. */
function warnOfCommitted(committed: readonly string[], log: Log): void {
  if (committed.length === 0) return
  const names = committed.map((target) => `"${target}"`).join(', ')
  log.warning(
    `Already restored before the failure, each in a transaction of its own: ${names}. There the backup's contents stay.`,
    'Partly restored',
  )
}

/** What the databases of one restore share. */
interface Shared {
  readonly maintenance: string
  /** Work databases that exist. */
  readonly made: Set<string>
  readonly properties: PropertiesByName
  /** Told of what is filled or replaced in place. */
  readonly onCommitted: (target: string) => void
}

async function restoreOne(
  planned: PlannedDatabase,
  setting: RestoreSetting,
  { maintenance, made, properties, onCommitted }: Shared,
): Promise<RestoredDatabase> {
  const { server, run } = setting
  const like = planned.way === 'create' ? properties.get(planned.database) : undefined
  const creation = { server, maintenance, log: run.log, like }
  const { workName: database, target, way, file } = planned
  const startedAt = performance.now()
  if (!isWithin(way)) {
    // Noted before it exists, because the connection can be lost when the server has made it already.
    made.add(database)
    await createWorkDatabase(planned, creation)
  }
  const facts = await readTarget(server, database, { target, replaces: way === 'in-place' })
  const transaction = makeTransaction(planned, facts)
  const renew = (): Promise<void> => renewWorkDatabase(planned, creation)
  const to = { database, target, facts, transaction, ...(isWithin(way) ? {} : { renew }) }
  const report = await restoreDatabaseFile(file, to, setting)
  const durationSeconds = (performance.now() - startedAt) / 1000
  const tellRestored = (): void => {
    run.log.info(`${target}: restored from ${file.name} in ${formatSeconds(durationSeconds)}`)
  }
  if (isWithin(way)) {
    // It is told of before it is counted, since nothing takes the commit back.
    onCommitted(target)
    tellRestored()
    // Its rows were compared before the commit, and since then others may have changed them.
    return { planned, contents: await countCommitted(target, setting), report, durationSeconds }
  }
  const contents = await readContents(server, database)
  requireSameRows(planned, contents)
  // Last, as a limit or a read-only default would stand in the way of all before.
  if (like !== undefined)
    await applyProperties({ name: database, target }, like, setting, { server, maintenance, run })
  tellRestored()
  return { planned, contents, report, durationSeconds }
}

/** For the summary alone: the data is there, so that what goes wrong is a warning, but a cancellation ends the run. */
async function countCommitted(
  target: string,
  { server, signal, run }: RestoreSetting,
): Promise<DatabaseContents | undefined> {
  try {
    return await readContents(server, target)
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof BackupError)) throw error
    run.log.warning(
      `The database "${target}" is restored, but its rows could not be counted for the summary: ${error.explanation.why}.`,
      'Rows unknown',
    )
    return undefined
  }
}

/** How long a restore in place waits for what other sessions hold. */
const lockTimeout = '60s'

function makeTransaction(
  { way, file }: PlannedDatabase,
  { answer, service }: Target,
): Destination['transaction'] {
  const expected = file.verification.rowCounts ?? []
  if (way === 'fill') {
    return { begin: makeFillBegin(lockTimeout, answer.fillable.length > 0), end: makeFillEnd(expected) }
  }
  if (way !== 'in-place') return undefined
  const serviceSchemas = service?.schemas ?? []
  const begin = makeBeginScript({ serviceSchemas, lockTimeout })
  return { begin, end: makeEndScript(serviceSchemas, expected) }
}

function requireSameRows({ file, target }: PlannedDatabase, contents: DatabaseContents): void {
  const differences = compareRowCounts(file.verification.rowCounts ?? [], contents)
  if (differences.length === 0) return
  const more = differences.length > 3 ? `, and ${formatCount(differences.length - 3, 'more table')}` : ''
  throw new BackupError('PGB_RESTORE', {
    what: `The database "${target}" was restored, but it is not what was backed up`,
    why: `${differences.slice(0, 3).join(', ')}${more}`,
    whatToDo: 'The target was left as it was; look for event triggers on the server, and run the job again',
  })
}
