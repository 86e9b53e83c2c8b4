import type { Run } from '../../step/run.ts'
import { openArtifactStore } from '../../stores/artifact/artifact-store.ts'
import { openStore } from '../../stores/open-store.ts'
import type { Store } from '../../stores/store.ts'
import type { BackupInputs } from '../inputs.ts'

/** A store in which earlier backups are looked at. */
export interface KeptStore {
  readonly store: Store
  /** Of the names that are looked at. */
  readonly pattern: string
}

/**
 * PURE. The names that earlier backups have: a time stamp, as in the names of a fleet's parts, is not theirs, nor what
 * follows it.
 */
export function findPattern(artifactName: string | undefined): string {
  return `${artifactName?.replace(/\d{8}T\d{6}Z.*$/s, '') ?? 'postgres-backup-'}*`
}

/** In the order in which they get the backup; the artifacts need a token. */
export function listStores({ upload, artifactName, token, copyTo }: BackupInputs, { log }: Run): KeptStore[] {
  const artifacts: KeptStore[] =
    upload && token !== undefined
      ? [{ store: openArtifactStore({ token, log }), pattern: findPattern(artifactName) }]
      : []
  return [...artifacts, ...copyTo.map((address) => ({ store: openStore(address, log), pattern: '*' }))]
}
