import { BackupError } from '../../errors.ts'
import { examineAll, type Examined } from '../../stores/examine-all.ts'
import type { ExaminedBackup } from '../../stores/store.ts'
import type { KeptStore } from '../storing/kept-stores.ts'

/** Manifests of one store that are read before it is asked whether that is enough. */
const batch = 40
/** Manifests of one store that are read at most, the newest first. */
const mostExamined = 400
/** Milliseconds for all stores together: the backup waits to be stored. */
const limitMilliseconds = 120_000

/** Earlier backups of a series. */
export interface Past {
  /** Newest first. */
  readonly backups: readonly ExaminedBackup[]
  /** What was not seen, and why, without final stop. */
  readonly unseen: readonly string[]
}

/**
 * Reads the manifests of earlier backups, newest first, until there are enough in some store. What cannot be listed or
 * read is told of, and stops nothing.
 * @param select those that count, newest first
 * @param isEnough whether what a store has shown so far will do
 * @throws the reason of the signal
 */
export async function lookBack(
  stores: readonly KeptStore[],
  select: (found: readonly ExaminedBackup[]) => ExaminedBackup[],
  isEnough: (past: readonly ExaminedBackup[]) => boolean,
  signal: AbortSignal,
): Promise<Past> {
  const timeUp = AbortSignal.timeout(limitMilliseconds)
  const limited = AbortSignal.any([signal, timeUp])
  const unseen: string[] = []
  let backups: ExaminedBackup[] = []
  for (const kept of stores) {
    try {
      const { read, unread } = await readStore(kept, (found) => isEnough(select(found)), limited)
      backups = select([...backups, ...read])
      unseen.push(...unread.map(({ backup, why }) => `${backup.address}: ${why}`))
    } catch (error) {
      signal.throwIfAborted()
      if (!timeUp.aborted && !(error instanceof BackupError)) throw error
      unseen.push(`${kept.store.address}: ${describe(error)}`)
    }
  }
  return { backups, unseen }
}

async function readStore(
  { store, pattern }: KeptStore,
  isEnough: (found: readonly ExaminedBackup[]) => boolean,
  signal: AbortSignal,
): Promise<Examined> {
  const listed = await store.list({ name: pattern }, signal)
  listed.sort((a, b) => b.storedAt.getTime() - a.storedAt.getTime())
  const { read, unread }: Examined = { read: [], unread: [] }
  for (let start = 0; start < Math.min(listed.length, mostExamined) && !isEnough(read); start += batch) {
    const next = listed.slice(start, start + batch)
    const examined = await examineAll(store, next, signal)
    read.push(...examined.read)
    unread.push(...examined.unread)
  }
  return { read, unread }
}

function describe(error: unknown): string {
  if (!(error instanceof BackupError)) return `it did not answer within ${limitMilliseconds / 1000} seconds`
  const { why, whatToDo } = error.explanation
  return `${why}. ${whatToDo}`
}
