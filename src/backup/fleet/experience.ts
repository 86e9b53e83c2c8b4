import { isCredible, isSameSeries, seriesOf, sortNewestFirst, type Series } from '../../catalogue/copies.ts'
import type { ExaminedBackup } from '../../stores/store.ts'
import type { PlannedFile } from '../plan.ts'

/** What the last backup of a database took. */
export interface Experience {
  /** Its share of the seconds that its run took from the first dump to the end of the last verification. */
  readonly seconds: number
  /** Seconds of its dump by itself, which no part that holds it can be shorter than. */
  readonly dumpSeconds: number
  /** Of its file. */
  readonly bytes: number
}

/**
 * PURE. The complete backups of the same things, newest first. Their job is another than the one that plans, so that all
 * jobs of the workflow count.
 */
export function selectParts(backups: readonly ExaminedBackup[], series: Series): ExaminedBackup[] {
  return sortNewestFirst(backups).filter((backup) => {
    const own = seriesOf(backup.manifest)
    const isOfFleet = own !== undefined && isSameSeries({ ...own, job: series.job }, series)
    return isOfFleet && backup.manifest.status === 'complete' && isCredible(backup)
  })
}

/**
 * PURE. What the planned databases took the last time that they were backed up in the same format and compression, by
 * their names.
 * @param backups from {@link selectParts}
 */
export function learn(
  backups: readonly ExaminedBackup[],
  planned: readonly PlannedFile[],
): Map<string, Experience> {
  const wanted = new Map(planned.map((file) => [file.database, describeWay(file)]))
  const known = new Map<string, Experience>()
  for (const { manifest } of backups) {
    const files = manifest.files.filter(({ kind }) => kind === 'database')
    const dumps = files.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0)
    const all = (Date.parse(manifest.finishedAt) - Date.parse(manifest.startedAt)) / 1000
    for (const file of files) {
      const { database, durationSeconds: dumpSeconds, size: bytes } = file
      if (database === null || known.has(database) || wanted.get(database) !== describeWay(file)) continue
      known.set(database, { seconds: dumps > 0 ? (all * dumpSeconds) / dumps : 0, dumpSeconds, bytes })
    }
  }
  return known
}

function describeWay({
  format,
  compression,
}: {
  readonly format: string
  readonly compression: { readonly method: string }
}): string {
  return `${format} ${compression.method}`
}
