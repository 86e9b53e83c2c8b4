import { mostShards, type Shard } from '../../catalogue/shards.ts'
import { refuseInput } from '../../inputs/read-inputs.ts'
import { formatBytes, formatCount } from '../../units.ts'

/** A part, and what it is expected to need. */
export interface Part extends Shard {
  readonly seconds: number
  /** Of its databases those whose last backup tells what they take. */
  readonly known: number
  /** Bytes on the runner. */
  readonly disk: number
  /** Of the server, at once. */
  readonly connections: number
}

/** Where the parts are to run; the runner is taken to be like the one that plans. */
export interface Surroundings {
  readonly cores: number
  /** Seconds to the server and back. */
  readonly roundTrip: number
  /** Connections that the server has left, its reserve aside; undefined where that is not known. */
  readonly freeConnections: number | undefined
  /** Bytes where the files are written; undefined where that is not known. */
  readonly freeDisk: number | undefined
  /** GitHub ends a job then. */
  readonly mostSeconds: number
}

/** Beyond so many times what there is no error of an estimate can be the reason. */
const certainty = 4

/**
 * PURE. What may keep parts from their end, as sentences.
 * @param estimate the parts for another number of them
 * @throws BackupError PGB_INPUT for what cannot work, with a number of parts that would do
 */
export function findObstacles(
  parts: readonly Part[],
  estimate: (count: number) => readonly Part[],
  surroundings: Surroundings,
): string[] {
  const { mostSeconds, freeDisk } = surroundings
  const needs: Need[] = [
    {
      of: ({ seconds }) => seconds,
      limit: mostSeconds,
      describe: (part) =>
        `part ${part.number} is expected to take ${formatHours(part.seconds)}${describeGround(part, surroundings)}, and GitHub ends a job after ${formatHours(mostSeconds)}`,
      remedy: 'a larger runner or one of your own',
    },
    {
      of: ({ disk }) => disk,
      limit: freeDisk ?? Infinity,
      describe: (part) =>
        `part ${part.number} is expected to write ${formatBytes(part.disk)}, and a disk like that of this runner has ${formatBytes(freeDisk ?? 0)} free`,
      remedy: 'a stronger "compression", or a larger disk by "output-dir" or a larger runner',
    },
  ]
  return [
    ...needs.flatMap((need) => judgeNeed(need, parts, estimate)),
    ...findConnections(parts, surroundings.freeConnections),
  ]
}

/** Something of which each part has only so much. */
interface Need {
  readonly of: (part: Part) => number
  readonly limit: number
  readonly describe: (part: Part) => string
  /** What helps when a single database needs too much. */
  readonly remedy: string
}

function judgeNeed(
  need: Need,
  parts: readonly Part[],
  estimate: (count: number) => readonly Part[],
): string[] {
  const greatest = findGreatest(need, parts)
  if (greatest === undefined || need.of(greatest) <= need.limit) return []
  const enough = findEnough(need, parts.length, estimate)
  const whatToDo =
    enough === undefined
      ? `No number of parts would do, since a single database needs as much: use ${need.remedy}`
      : `Set "shards: ${enough}"`
  const why = need.describe(greatest)
  if (need.of(greatest) > certainty * need.limit) throw refuseInput('shards', why, whatToDo)
  return [`${why.replace(/^p/, 'P')}. ${whatToDo}.`]
}

function findGreatest({ of }: Need, parts: readonly Part[]): Part | undefined {
  return parts.toSorted((a, b) => of(b) - of(a))[0]
}

/** The smallest number of parts of which none needs too much; undefined where not even the most would do. */
function findEnough(
  need: Need,
  tooFew: number,
  estimate: (count: number) => readonly Part[],
): number | undefined {
  const fits = (count: number): boolean => estimate(count).every((part) => need.of(part) <= need.limit)
  let [low, high] = [tooFew, mostShards]
  if (!fits(high)) return undefined
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (fits(middle)) high = middle
    else low = middle
  }
  return high
}

function findConnections(parts: readonly Part[], free: number | undefined): string[] {
  if (free === undefined) return []
  const together = parts.reduce((sum, { connections }) => sum + connections, 0)
  if (together <= free) return []
  const each = Math.max(...parts.map(({ connections }) => connections))
  const most = Math.max(1, Math.floor(free / each))
  const lack = each > free ? `, and a lower "jobs" than ${each}` : ''
  return [
    `All parts at once would open ${formatCount(together, 'connection')}, and the server has ${Math.max(0, free)} free beside its reserve. ` +
      `Set "max-parallel: ${most}" or less in the strategy of the matrix${lack}; nothing is amiss if it is set already.`,
  ]
}

/** What an expected time is taken from. */
function describeGround({ known, loads }: Part, { cores }: Surroundings): string {
  if (known === loads.length) return ', as its databases took the last time'
  const bySize = `on ${formatCount(cores, 'core')}, at 60 MB/s for each`
  return known === 0
    ? ` ${bySize}`
    : `, as ${known} of its databases took the last time and the others do ${bySize}`
}

function formatHours(seconds: number): string {
  const hours = seconds / 3600
  return `${hours < 10 ? hours.toFixed(1).replace(/\.0$/, '') : Math.round(hours)} hours`
}
