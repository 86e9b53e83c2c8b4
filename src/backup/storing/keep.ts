import type { Run } from '../../step/run.ts'
import type { ConnectedBackup } from '../connect.ts'
import { describePlannedSeries } from '../report/series.ts'
import type { ReportedBackup } from '../report/report.ts'
import { listStores } from './kept-stores.ts'
import { previewRetention, retain } from './retain.ts'
import type { StoredPlaces } from './stored-places.ts'

/**
 * Removes what `keep` does not keep from each store that has the new backup. All of them have it, or this is not reached.
 * @throws BackupError of a store that cannot be listed, or of which something cannot be removed
 */
export async function applyKeep(
  { inputs, manifest }: ReportedBackup,
  { artifact, copies }: StoredPlaces,
  run: Run,
): Promise<void> {
  if (inputs.keep === undefined) return
  // Nothing went to a store where there was no file.
  const addresses = [...(artifact === undefined ? [] : [artifact.url]), ...copies]
  const placed = listStores(inputs, run).flatMap((kept, index) => {
    const address = addresses[index]
    return address === undefined ? [] : [{ ...kept, address }]
  })
  if (placed.length === 0) return
  run.log.startGroup('Keeping what "keep" says')
  await retain(placed, manifest, inputs.keep, run)
  run.log.endGroup()
}

/** Says what `keep` would do to what the stores hold before the new backup. */
export async function previewKeep(backup: ConnectedBackup, run: Run): Promise<void> {
  const { inputs } = backup
  if (inputs.keep === undefined) return
  run.log.startGroup('What "keep" would do now')
  const series = describePlannedSeries(backup, run.environment)
  await previewRetention(listStores(inputs, run), series, inputs.keep, run)
  run.log.endGroup()
}
