import { setTimeout as wait } from 'node:timers/promises'
import { BackupError } from '../errors.ts'
import type { Log } from '../github/log.ts'
import { mayPass } from '../stores/may-pass.ts'
import type { Store } from '../stores/store.ts'
import { formatSeconds } from '../units.ts'

/** Milliseconds that a check waits in all for what may pass: a service restarts, a limit of requests ends. */
const patienceMilliseconds = 600_000
/** Milliseconds before the first further attempt, and between two at most; each pause is twice as long as the last. */
const [firstPause, longestPause] = [5_000, 60_000]

/** A clock, and how one waits by it. */
export interface Clock {
  /** Milliseconds that only grow. */
  readonly now: () => number
  /** @throws the signal's reason */
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>
}

/** The patience of one check with all its stores. */
export interface Patience {
  /** The same store, asked again while its failure may pass and patience is left. */
  readonly with: (store: Store) => Store
}

const realClock: Clock = {
  now: () => performance.now(),
  pause: async (milliseconds, signal) => {
    await wait(milliseconds, undefined, { signal }).catch(() => {
      throw signal.reason
    })
  },
}

/**
 * Begins to run out with the first failure that the store's own retries did not get over. A store that has used it up is
 * not asked again: a thousand manifests would each wait for their own retries.
 */
export function createPatience(log: Log, clock: Clock = realClock): Patience {
  let deadline: number | undefined
  /** @returns milliseconds until the next attempt; undefined where none is left */
  const choosePause = (attempt: number): number | undefined => {
    deadline ??= clock.now() + patienceMilliseconds
    const left = deadline - clock.now()
    return left <= 0 ? undefined : Math.min(left, longestPause, firstPause * 2 ** attempt)
  }
  return {
    with: (store) => {
      let spent: BackupError | undefined
      const insist = async <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
        for (let attempt = 0; ; attempt += 1) {
          if (spent !== undefined) throw spent
          try {
            return await work()
          } catch (error) {
            signal.throwIfAborted()
            if (!(error instanceof BackupError) || !mayPass(error)) throw error
            const milliseconds = choosePause(attempt)
            if (milliseconds === undefined) {
              spent = error
              throw error
            }
            const { what, why } = error.explanation
            log.info(`${what}: ${why}. Trying again in ${formatSeconds(milliseconds / 1000)}`)
            await clock.pause(milliseconds, signal)
          }
        }
      }
      return {
        ...store,
        list: (query, signal) => insist(signal, () => store.list(query, signal)),
        examine: (backup, signal) => insist(signal, () => store.examine(backup, signal)),
        fetch: (backup, names, directory, signal) =>
          insist(signal, () => store.fetch(backup, names, directory, signal)),
      }
    },
  }
}
