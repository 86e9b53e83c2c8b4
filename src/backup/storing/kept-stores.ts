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

/** In the order in which they get the backup; the artifacts need a token. */
export function listStores({ upload, artifactName, token, copyTo }: BackupInputs, { log }: Run): KeptStore[] {
  const artifacts: KeptStore[] =
    upload && token !== undefined
      ? [{ store: openArtifactStore({ token, log }), pattern: `${artifactName ?? 'postgres-backup-'}*` }]
      : []
  return [...artifacts, ...copyTo.map((address) => ({ store: openStore(address, log), pattern: '*' }))]
}
