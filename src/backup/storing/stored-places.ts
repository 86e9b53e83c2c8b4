import { formatTimeStamp } from '../../archive/file-name.ts'
import type { UploadedArtifact } from '../../stores/artifact/upload-artifact.ts'
import type { BackupPlan } from '../plan.ts'

/** Where a backup lies when it was stored, and what went wrong with the other places. */
export interface StoredPlaces {
  /** Undefined where none was to be uploaded, and where that failed. */
  readonly artifact: UploadedArtifact | undefined
  /** Addresses of the copies. */
  readonly copies: readonly string[]
  /** One of each place that does not hold the backup. */
  readonly failures: readonly Error[]
}

/** Nothing was stored, or was to be. */
export const nowhere: StoredPlaces = { artifact: undefined, copies: [], failures: [] }

/** PURE. The backup's name in a store, which ends in its time stamp also where `artifact-name` is fixed. */
export function makeStoreName({
  artifactName,
  startedAt,
}: Pick<BackupPlan, 'artifactName' | 'startedAt'>): string {
  const stamp = formatTimeStamp(startedAt)
  // A name for keys and folders alike, so fewer characters than an artifact's may have.
  const name = artifactName.replace(/[^A-Za-z0-9!_.'()@=+,~ -]+/g, '-').replace(/^[. ]+/, '')
  return name.endsWith(stamp) ? name : `${name}-${stamp}`
}
