import { BackupError } from '../errors.ts'
import type { Log } from '../github/log.ts'
import {
  clockTolerance,
  type ExaminedBackup,
  type ListedBackup,
  type Store,
  type StoreQuery,
} from './store.ts'

/**
 * The backups that fit, newest first by the time in their manifests, each examined only when it may be the next. One
 * that cannot be read is named in the log and passed over, and so is one that is dated later than the store's own time
 * of it: whoever could write that date could put an old backup before all others.
 * @throws BackupError when there are backups and not one of them can be read; what the store throws
 */
export async function* examineNewestFirst(
  store: Store,
  query: StoreQuery,
  { log, signal }: { readonly log: Log; readonly signal: AbortSignal },
): AsyncGenerator<ExaminedBackup> {
  const listed = (await store.list(query, signal)).sort((a, b) => b.storedAt.getTime() - a.storedAt.getTime())
  const waiting: ExaminedBackup[] = []
  let failure: BackupError | undefined
  let isEmpty = true
  for (const [index, backup] of listed.entries()) {
    const examined = await store.examine(backup, signal).catch((error: unknown) => {
      signal.throwIfAborted()
      if (!(error instanceof BackupError)) throw error
      failure ??= error
      log.warning(`Passed over ${backup.address}: ${error.explanation.why}.`, 'Backup not readable')
      return undefined
    })
    if (examined !== undefined && isDatedRight(examined, log)) waiting.push(examined)
    const next = listed[index + 1]
    // What is stored earlier is made earlier, so no later one of the list can come before these.
    const limit = next === undefined ? -Infinity : next.storedAt.getTime() + clockTolerance
    waiting.sort((a, b) => readTime(b) - readTime(a))
    while (waiting[0] !== undefined && readTime(waiting[0]) >= limit) {
      const newest = waiting.shift()
      if (newest === undefined) break
      isEmpty = false
      yield newest
    }
  }
  if (isEmpty && failure !== undefined) throw failure
}

/** PURE. When the backup was begun, in milliseconds since the epoch. */
function readTime({ manifest }: ExaminedBackup): number {
  return Date.parse(manifest.startedAt)
}

function isDatedRight(backup: ExaminedBackup & ListedBackup, log: Log): boolean {
  const { address, storedAt, manifest } = backup
  if (readTime(backup) <= storedAt.getTime() + clockTolerance) return true
  log.warning(
    `Passed over ${address}: its manifest says ${manifest.startedAt}, and the store has it since ${storedAt.toISOString()}.`,
    'Backup dated wrong',
  )
  return false
}
