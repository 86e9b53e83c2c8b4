import type { Run } from '../../step/run.ts'
import { formatCount } from '../../units.ts'
import { lookBack } from '../history/look-back.ts'
import type { PlannedBackup } from '../plan.ts'
import { describePlannedSeries } from '../report/series.ts'
import { listStores } from '../storing/kept-stores.ts'
import { learn, selectParts, type Experience } from './experience.ts'

/**
 * What the planned databases took the last time, by their names, as far as the stores show it; and a line of the log that
 * says so. It reads about as many manifests as there are parts.
 * @throws the reason of the run's signal
 */
export async function recallBackups(
  backup: PlannedBackup,
  shards: number,
  run: Run,
): Promise<ReadonlyMap<string, Experience>> {
  const planned = backup.plan.files.filter(({ kind }) => kind === 'database')
  const stores = listStores(backup.inputs, run)
  const series = describePlannedSeries(backup, run.environment)
  if (series === undefined || stores.length === 0) {
    run.log.info(describeGround(0, planned.length, []))
    return new Map()
  }
  const { backups, unseen } = await lookBack(
    stores,
    (found) => selectParts(found, series),
    // A database that is new is in none, however many are read.
    (found) => found.length >= shards || learn(found, planned).size === planned.length,
    run.signal,
  )
  const known = learn(backups, planned)
  run.log.info(describeGround(known.size, planned.length, unseen))
  return known
}

/**
 * PURE. What the plan expects times and files by, for the log.
 * @param known databases of which the last backup was seen, among all of `count`
 * @param unseen what was not seen, and why, without final stop
 */
export function describeGround(known: number, count: number, [unseen]: readonly string[]): string {
  if (known === count)
    return `Expected times and files: as in the last backups of ${formatCount(count, 'database')}`
  const sizes = `by the size on the server${known === 0 ? '' : ` for ${formatCount(count - known, 'other')}`}`
  const past = known === 0 ? '' : `as in the last backups of ${formatCount(known, 'database')}, and `
  const why = unseen === undefined ? '' : `; not all backups were seen: ${unseen}`
  return `Expected times and files: ${past}${sizes}${why}`
}
