import { setTimeout as wait } from 'node:timers/promises'
import { BackupError } from '../../errors.ts'
import type { TransferFailure } from './artifact-failure.ts'

const longestTimer = 2 ** 31 - 1
const minimumMilliseconds = 10 * 60_000
const slowestBytesPerMillisecond = 1000

/** How often, how long and with what pauses a transfer is tried. */
export interface AttemptSettings {
  /** Attempts in all. */
  readonly attempts: number
  /** Milliseconds that one attempt may take for this many bytes. */
  readonly timeoutFor: (bytes: number) => number
  /** Waits this many milliseconds; rejects when the signal aborts. */
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>
}

/** Three attempts with 5 and 20 seconds between them, each bounded by 10 minutes plus one second per MB. */
export const defaultAttempts: AttemptSettings = {
  attempts: 3,
  timeoutFor: (bytes) => minimumMilliseconds + bytes / slowestBytesPerMillisecond,
  pause: async (milliseconds, signal) => {
    await wait(milliseconds, undefined, { signal })
  },
}

/** Thrown when an attempt took longer than it may. */
class AttemptTimeout extends Error {
  override readonly name = 'AttemptTimeout'
}

/** Thrown when a stream inside the artifact client broke where the client itself does not catch it. */
class ClientCrash extends Error {
  override readonly name = 'ClientCrash'
}

function makeCancellation(): BackupError {
  return new BackupError('PGB_CANCELLED', {
    what: 'The transfer of the artifact was stopped',
    why: 'the job was cancelled',
    whatToDo: 'Run the job again',
  })
}

/**
 * Runs one attempt to its end, its time limit or the signal, whichever is first. The client cannot be stopped,
 * so an attempt that ran out of time may hold its sockets until the process exits.
 * @throws AttemptTimeout, ClientCrash, BackupError PGB_CANCELLED, or what `work` throws
 */
async function runAttempt<T>(work: () => Promise<T>, timeout: number, signal: AbortSignal): Promise<T> {
  if (signal.aborted) throw makeCancellation()
  const crashes: unknown[] = []
  let stop: (reason: Error) => void = () => undefined
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = reject
  })
  const onTimeout = (): void => {
    stop(new AttemptTimeout(`no end after ${Math.round(timeout / 1000)} seconds`))
  }
  const onAbort = (): void => {
    stop(makeCancellation())
  }
  // The client throws from a stream's event when a file cannot be read, which no promise ever reports.
  const onCrash = (error: unknown): void => {
    crashes.push(error)
    stop(new ClientCrash(error instanceof Error ? error.message : String(error), { cause: error }))
  }
  const timer = setTimeout(onTimeout, Math.min(timeout, longestTimer))
  signal.addEventListener('abort', onAbort, { once: true })
  process.on('uncaughtException', onCrash)
  try {
    return await Promise.race([work(), stopped])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
    // A crashed client may throw once more for its next file, so then the listener stays until the process ends.
    if (crashes.length === 0) process.off('uncaughtException', onCrash)
  }
}

/** What `retry` needs besides the work. */
export interface RetryPlan {
  readonly settings: AttemptSettings
  /** Bytes to transfer, for the time limit. */
  readonly bytes: number
  readonly signal: AbortSignal
  readonly explain: (error: unknown) => TransferFailure
  /** Called before each further attempt. */
  readonly onRetry: (failure: TransferFailure) => void
  /** The error to throw when no attempt is left, or none is worth it. */
  readonly refuse: (failure: TransferFailure, cause: unknown) => Error
}

/** Repeats a transfer while its failures are transient and attempts are left. Cancelling ends it at once. */
export async function retry<T>(work: () => Promise<T>, plan: RetryPlan): Promise<T> {
  const { settings, signal } = plan
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runAttempt(work, settings.timeoutFor(plan.bytes), signal)
    } catch (error) {
      if (error instanceof BackupError) throw error
      const failure = plan.explain(error)
      if (!failure.transient || attempt >= settings.attempts) throw plan.refuse(failure, error)
      plan.onRetry(failure)
      await settings.pause(5000 * 4 ** (attempt - 1), signal).catch(() => {
        throw makeCancellation()
      })
    }
  }
}
