import { setTimeout as wait } from 'node:timers/promises'
import { BackupError } from '../errors.ts'
import type { Log } from '../github/log.ts'
import { mayServerReturn } from '../postgres/failure/failure-kind.ts'
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

/** The patience of one check with all that it asks. */
export interface Patience {
  /** Does it again while its failure may pass and patience is left. @throws what the last attempt throws */
  readonly insist: <T>(signal: AbortSignal, work: () => Promise<T>) => Promise<T>
  /** The same store, asked again in this way. */
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
 * Begins to run out with the first failure that a store's own retries did not get over. A store that has used it up is
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
  const insist: Patience['insist'] = async (signal, work) => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await work()
      } catch (error) {
        signal.throwIfAborted()
        if (!(error instanceof BackupError) || !(mayServerReturn(error) || mayPass(error))) throw error
        const milliseconds = choosePause(attempt)
        if (milliseconds === undefined) throw error
        const { what, why } = error.explanation
        log.info(`${what}: ${why}. Trying again in ${formatSeconds(milliseconds / 1000)}`)
        await clock.pause(milliseconds, signal)
      }
    }
  }
  return {
    insist,
    with: (store) => {
      let spent: BackupError | undefined
      const insistOnce = async <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
        if (spent !== undefined) throw spent
        return insist(signal, work).catch((error: unknown) => {
          if (error instanceof BackupError && mayPass(error)) spent = error
          throw error
        })
      }
      return {
        ...store,
        list: (query, signal) => insistOnce(signal, () => store.list(query, signal)),
        examine: (backup, signal) => insistOnce(signal, () => store.examine(backup, signal)),
        fetch: (backup, names, directory, signal) =>
          insistOnce(signal, () => store.fetch(backup, names, directory, signal)),
      }
    },
  }
}
