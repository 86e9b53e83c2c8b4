import type { UnreadBackup } from '../../catalogue/retention.ts'
import { BackupError } from '../../errors.ts'
import type { ExaminedBackup, ListedBackup, Store } from '../../stores/store.ts'

/** What a backup of a store says of itself, or why it cannot be read. */
export async function examine(
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
