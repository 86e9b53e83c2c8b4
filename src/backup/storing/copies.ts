import { createLimiter } from '../../process/limiter.ts'
import type { Run } from '../../step/run.ts'
import { openStore } from '../../stores/open-store.ts'
import type { BackupCopy, Store } from '../../stores/store.ts'
import type { FinishedDump } from '../finish.ts'
import type { BackupInputs } from '../inputs.ts'
import type { BackupPlan } from '../plan.ts'
import { makeStoreName } from './stored-places.ts'

/** The copy of the backup in one of the further places. */
export interface PlacedCopy {
  readonly store: Store
  readonly copy: BackupCopy
}

/** The copies of a backup, which begin while it is still made. */
export interface Copies {
  /** In the order of `copy-to`. */
  readonly placed: readonly PlacedCopy[]
  /** Lets a finished file be copied to each place beside the dumps, and waits for nothing. */
  readonly take: (file: FinishedDump) => void
  /** Begins no further file; what is under way goes on. */
  close(): void
  /** Takes back what was copied, for a backup that is not to be. */
  abandon(): Promise<void>
}

/** Files that are copied at once, since the dumps need the machine and the network. */
const copiesAtOnce = 2
/** Milliseconds for taking back what was copied: when the step is cancelled the runner has little patience. */
const [longestAfterCancellation, longestAfterFailure] = [2_500, 60_000]

/** Nothing is asked or written before the first file comes. */
export function beginCopies(
  plan: Pick<BackupPlan, 'artifactName' | 'startedAt' | 'databases'>,
  { copyTo }: Pick<BackupInputs, 'copyTo'>,
  { log, signal }: Pick<Run, 'log' | 'signal'>,
): Copies {
  const atOnce = createLimiter(copiesAtOnce)
  const end = new AbortController()
  const untilEnd = AbortSignal.any([signal, end.signal])
  let isClosed = false
  const places = copyTo.map((address) => {
    const store = openStore(address, log)
    return { store, copy: store.begin(makeStoreName(plan)), inTurn: createLimiter(1), hasFailed: false }
  })
  const copy = async (place: (typeof places)[number], file: FinishedDump): Promise<void> => {
    if (isClosed || place.hasFailed) return
    const { store } = place
    try {
      await place.copy.put(file, untilEnd)
      log.info(`Copied ${file.planned.name} to ${store.address}`)
    } catch (error) {
      if (untilEnd.aborted) return
      place.hasFailed = true
      const why = error instanceof Error ? error.message : String(error)
      log.info(
        `${file.planned.name} was not copied to ${store.address} yet, which is tried again at the end. ${why}`,
      )
    }
  }
  return {
    placed: places,
    take: (file) => {
      // Beside one database there is nothing to gain.
      if (plan.databases.length < 2) return
      for (const place of places) void place.inTurn(() => atOnce(() => copy(place, file)))
    },
    close: () => {
      isClosed = true
    },
    abandon: async () => {
      isClosed = true
      end.abort()
      const time = signal.aborted ? longestAfterCancellation : longestAfterFailure
      await Promise.all(places.map(({ copy }) => copy.abandon(AbortSignal.timeout(time))))
    },
  }
}
