import { BackupError } from '../errors.ts'
import { createLimiter } from '../process/limiter.ts'
import type { ExaminedBackup, ListedBackup, Store, UnreadBackup } from './store.ts'

/** Manifests that are read at once. */
const readers = 8

/** What a store's backups say of themselves, and those that cannot be read; each in the order in which they were listed. */
export interface Examined {
  readonly read: ExaminedBackup[]
  readonly unread: UnreadBackup[]
}

/**
 * Reads the manifests of listed backups, some at once.
 * @throws the reason of the signal
 */
export async function examineAll(
  store: Store,
  listed: readonly ListedBackup[],
  signal: AbortSignal,
): Promise<Examined> {
  const atOnce = createLimiter(readers)
  const results = await Promise.all(listed.map((backup) => atOnce(() => examine(store, backup, signal))))
  return {
    read: results.filter((backup) => 'manifest' in backup),
    unread: results.filter((backup) => 'why' in backup),
  }
}

async function examine(
  store: Store,
  backup: ListedBackup,
  signal: AbortSignal,
): Promise<ExaminedBackup | UnreadBackup> {
  try {
    return await store.examine(backup, signal)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof BackupError) return { backup, why: error.explanation.why }
    throw error
  }
}
