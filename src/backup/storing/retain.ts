import type { Manifest } from '../../archive/manifest.ts'
import { seriesOf, type Series } from '../../catalogue/copies.ts'
import type { KeepPolicy } from '../../catalogue/keep-rules.ts'
import { decideRetention, type Fate } from '../../catalogue/retention.ts'
import type { Log } from '../../github/log.ts'
import type { Store } from '../../stores/store.ts'
import { formatCount } from '../../units.ts'
import { examineAll } from '../../stores/examine-all.ts'
import type { KeptStore } from './kept-stores.ts'

/** Where a store has the backup that was made just now. */
export interface NewCopy extends KeptStore {
  readonly address: string
}

interface Surroundings {
  readonly log: Log
  readonly signal: AbortSignal
}

/**
 * Removes from each store what `keep` does not keep of the new backup's series, and says of each backup why it stays or
 * goes. Nothing goes from a store that does not show the new backup, nor where that is incomplete or alarms.
 * @throws BackupError of the store that cannot be listed, or of which something cannot be removed
 */
export async function retain(
  copies: readonly NewCopy[],
  manifest: Manifest,
  policy: KeepPolicy,
  surroundings: Surroundings,
): Promise<void> {
  const { log } = surroundings
  const obstacle = findObstacle(manifest)
  const series = seriesOf(manifest)
  if (series === undefined || obstacle !== undefined) {
    log.warning(`Nothing was removed by "keep": ${obstacle ?? 'the backup belongs to no series'}.`, 'Keep')
    return
  }
  for (const { address, ...kept } of copies) {
    const { store } = kept
    const fates = await decideFates(kept, policy, series, surroundings)
    const isShown = fates.some(({ backup, isKept }) => backup.address === address && isKept)
    if (isShown) await carryOut(store, fates, surroundings)
    else
      log.warning(`Nothing was removed from ${store.address}: it does not show the new backup yet.`, 'Keep')
  }
}

/** Says what `keep` would do to what the stores hold now. */
export async function previewRetention(
  stores: readonly KeptStore[],
  series: Series | undefined,
  policy: KeepPolicy,
  surroundings: Surroundings,
): Promise<void> {
  for (const kept of stores) {
    const fates = series === undefined ? [] : await decideFates(kept, policy, series, surroundings)
    for (const fate of fates) surroundings.log.info(describeFate(fate, 'would be removed'))
  }
}

function findObstacle({ status, series, alarm }: Manifest): string | undefined {
  if (status !== 'complete') return 'the new backup is not complete'
  if (alarm.length > 0) return 'the new backup alarms, as "max-shrink" asks'
  return series === null ? 'the runner does not tell repository, workflow and job' : undefined
}

async function decideFates(
  { store, pattern }: KeptStore,
  policy: KeepPolicy,
  series: Series,
  { signal }: Surroundings,
): Promise<Fate[]> {
  const listed = await store.list({ name: pattern }, signal)
  const own = listed.filter(({ isLink }) => isLink !== true)
  const links = listed.filter(({ isLink }) => isLink === true)
  const { read, unread } = await examineAll(store, own, signal)
  const why = 'it is a link, which neither counts nor goes'
  return [
    ...decideRetention(read, unread, policy, series),
    ...links.map((backup) => ({ backup, isKept: true, why })),
  ]
}

async function carryOut(store: Store, fates: readonly Fate[], { log, signal }: Surroundings): Promise<void> {
  for (const fate of fates) {
    if (!fate.isKept) await store.remove(fate.backup, signal)
    log.info(describeFate(fate, 'removed'))
  }
  const removed = fates.filter(({ isKept }) => !isKept).length
  log.info(`Keep, in ${store.address}: ${formatCount(removed, 'backup')} of ${fates.length} removed`)
}

function describeFate({ backup, isKept, why }: Fate, removed: string): string {
  return `${backup.address}: ${isKept ? 'kept' : removed} (${why})`
}
