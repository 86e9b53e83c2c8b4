import { formatBytes } from '../units.ts'

/** What the number of dumps at once depends on. */
export interface DumpConditions {
  /** Seconds to the server and back. */
  readonly roundTrip: number
  /** Bytes on the server of each database; null where it does not tell. */
  readonly sizes: readonly (number | null)[]
  /** Connections that the server has left; undefined where that is not known. */
  readonly freeConnections: number | undefined
  /** Connections that one dump takes, with what is read beside it. */
  readonly connectionsEach: number
  readonly cores: number
}

/** Dumps at once, and in words why. */
export interface ChosenJobs {
  readonly jobs: number
  readonly reason: string
}

/** However far the server is. */
const mostJobs = 16
/** Seconds of a core for the start of one pg_dump, and bytes of a database that a core dumps and compresses in one. */
const [secondsEach, bytesPerSecond] = [0.15, 60e6]
/** Times that pg_dump waits for an answer of the server before it comes to the rows. */
const roundTripsEach = 100
/** A size that is not known. */
const assumedSize = 1e9

/**
 * PURE. Seconds of a core for the dump of a database, and seconds that it waits for a server so far away.
 * @param size bytes on the server; null where it does not tell
 */
export function estimateWork(
  size: number | null,
  roundTrip: number,
): { readonly working: number; readonly waiting: number } {
  const working = secondsEach + (size ?? assumedSize) / bytesPerSecond
  return { working, waiting: roundTripsEach * roundTrip }
}

/**
 * PURE. How many dumps keep the cores busy: one for each while they work, and more by as much as they wait for the
 * network, which small databases far away do nearly all the time. Half of the free connections is left to others.
 */
export function chooseJobs(conditions: DumpConditions): ChosenJobs {
  const { roundTrip, sizes, freeConnections, connectionsEach, cores } = conditions
  const bytes = sizes.reduce<number>((sum, size) => sum + (size ?? assumedSize), 0)
  const working = sizes.length * secondsEach + bytes / bytesPerSecond
  const waiting = sizes.length * roundTripsEach * roundTrip
  const busy = Math.round(cores * (1 + (working === 0 ? 0 : waiting / working)))
  const wanted = freeConnections === undefined ? cores : Math.max(cores, Math.min(mostJobs, busy))
  const allowed = Math.floor((freeConnections ?? Infinity) / 2 / connectionsEach)
  const jobs = Math.max(1, Math.min(wanted, allowed))
  const facts = [
    `${cores} ${cores === 1 ? 'core' : 'cores'}`,
    `${Math.round(roundTrip * 1000)} ms to the server and back`,
    `${formatBytes(bytes)} in ${sizes.length === 1 ? 'one database' : `${sizes.length} databases`}`,
    freeConnections === undefined
      ? 'and a pooler that does not tell how many connections are free'
      : `and ${Math.max(0, freeConnections)} free connections`,
  ]
  return { jobs, reason: facts.join(', ') }
}
