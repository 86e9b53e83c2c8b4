import { BackupError } from '../../errors.ts'
import type { Manifest } from '../../archive/manifest.ts'
import type { Run } from '../../step/run.ts'
import { openArtifactStore } from '../../stores/artifact/artifact-store.ts'
import { examineNewestFirst } from '../../stores/newest-first.ts'
import type { ExaminedBackup, Store } from '../../stores/store.ts'
import type { BackupSource } from '../inputs.ts'

type ArtifactSource = Extract<BackupSource, { kind: 'artifact' }>

/** A backup and the store that holds it. */
export interface FoundPart {
  readonly store: Store
  readonly backup: ExaminedBackup
}

/**
 * Finds among artifacts that fit a pattern, as those of a fleet's parts, the newest that is about the database, by the
 * manifests alone. Those of this run come before all others, as they do when the newest of all is asked for.
 * @returns undefined where there is nothing to choose from: one artifact is named, or without a token, and in the run's
 *   own job without the right to, none can be listed
 * @throws BackupError PGB_NO_DATABASE, PGB_RESTORE
 */
export async function findPart(
  source: ArtifactSource,
  database: string | undefined,
  run: Run,
): Promise<FoundPart | undefined> {
  const { name, token, runId } = source
  if (name?.endsWith('*') !== true || database === undefined || token === undefined) return undefined
  const { log, signal, environment } = run
  const ownRun = source.repository === undefined ? Number(environment['GITHUB_RUN_ID'] ?? '0') : 0
  const runs = runId === undefined && ownRun > 0 ? [ownRun, undefined] : [runId]
  let count = 0
  for (const candidate of runs) {
    const store = openArtifactStore({ ...source, token, runId: candidate, log })
    try {
      for await (const backup of examineNewestFirst(store, { name }, { log, signal })) {
        if (isAbout(backup.manifest, database)) return { store, backup }
        count += 1
      }
    } catch (error) {
      signal.throwIfAborted()
      // Artifacts of this run can be taken without the right to list any.
      if (candidate !== ownRun || !(error instanceof BackupError)) throw error
      log.info(`The parts of this run were not looked through: ${error.message}`)
      return undefined
    }
  }
  if (count === 0) return undefined
  throw refuseNowhere(database, name, count)
}

/**
 * PURE. Whether a backup holds a database, or was to: a later failure must not give way to an earlier backup without a word.
 * A whole cluster shows what it holds when it is read.
 */
export function isAbout({ files, plan }: Pick<Manifest, 'files' | 'plan'>, database: string): boolean {
  return (
    plan.databases.includes(database) ||
    files.some((file) => file.kind === 'cluster' || file.database === database)
  )
}

/** The error for a database that none of the backups is about. */
export function refuseNowhere(database: string, name: string, count: number): BackupError {
  return new BackupError('PGB_NO_DATABASE', {
    what: `The database "${database}" is in no backup`,
    why: `none of the ${count} that fit "${name}" holds it`,
    whatToDo: 'Correct the input "database", which minds upper and lower case, or where to look',
  })
}
