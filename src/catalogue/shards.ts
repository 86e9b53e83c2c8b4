import { formatVisibleJson } from '../github/escape-controls.ts'
import { refuseInput } from '../inputs/read-inputs.ts'
import { formatBytes, formatCount } from '../units.ts'

/** A database that a part of a fleet is to back up. */
export interface Load {
  readonly database: string
  /** Bytes on the server; null where it does not tell. */
  readonly size: number | null
  /** What it costs, in any unit; at least 0. */
  readonly work: number
}

/** What one job of a matrix backs up. */
export interface Shard {
  /** From 1. */
  readonly number: number
  /** By their names. */
  readonly loads: readonly Load[]
  readonly work: number
}

/** One job of a matrix, as GitHub takes it. */
export interface MatrixEntry {
  readonly shard: number
  /** For the input `databases`: a JSON array, as text. */
  readonly databases: string
  /** Bytes on the server, as far as they are known. */
  readonly size: number
  /** For `jobs.<id>.name`. */
  readonly label: string
  /** For the input `artifact-name`: no other part has it, nor one of another plan. */
  readonly name: string
  /** For the input `globals`: true in one part only. */
  readonly globals: boolean
}

/** The output `matrix`, for `strategy.matrix`. */
export interface Matrix {
  readonly include: readonly MatrixEntry[]
}

/** GitHub starts no more jobs from one matrix. */
export const mostShards = 256
/** Bytes that the outputs of a job may have together; GitHub counts two for most characters, as UTF-16 does. */
const mostOutput = 2 ** 20
/** Linux starts no process with a longer text in its environment, where inputs stand (`MAX_ARG_STRLEN`), nor its name. */
const mostInput = 128 * 1024 - 'INPUT_DATABASES=\0'.length

/**
 * PURE. Divides the databases into so many parts at most: the longest first, each to the part that has the least work. The
 * longest part then has at most 4/3 of the work that the best division would leave it (R. L. Graham, Bounds on
 * Multiprocessing Timing Anomalies, 1969). None is empty, the longest comes first, and the order of listing plays no role.
 */
export function divide(loads: readonly Load[], most: number): Shard[] {
  const sorted = loads.toSorted((a, b) => b.work - a.work || compareNames(a, b))
  const count = Math.min(most, mostShards, sorted.length)
  const parts = Array.from({ length: count }, () => ({ work: 0, loads: new Array<Load>() }))
  for (const load of sorted) {
    const part = parts.reduce((least, other) => (isLess(other, least) ? other : least))
    part.work += load.work
    part.loads.push(load)
  }
  return parts
    .map(({ work, loads }) => ({ work, loads: loads.toSorted(compareNames) }))
    .toSorted((a, b) => b.work - a.work || compareNames(a.loads[0], b.loads[0]))
    .map((part, index) => ({ number: index + 1, ...part }))
}

/** What costs nothing is spread too, so that no part is empty. */
function isLess(a: Pick<Shard, 'work' | 'loads'>, b: Pick<Shard, 'work' | 'loads'>): boolean {
  return a.work < b.work || (a.work === b.work && a.loads.length < b.loads.length)
}

/** By code units, since a locale's order differs from machine to machine. */
function compareNames(a: Load | undefined, b: Load | undefined): number {
  const [left, right] = [a?.database ?? '', b?.database ?? '']
  return left < right ? -1 : Number(left > right)
}

/**
 * PURE. The parts as GitHub's matrix takes them.
 * @param name what the names of the parts begin with
 * @param globals whether one part dumps them too: the last one, which has the least to do
 * @throws BackupError PGB_INPUT for what GitHub would not pass from job to job, or no process can be given
 */
export function makeMatrix(shards: readonly Shard[], name: string, globals: boolean): Matrix {
  const digits = String(shards.length).length
  const include = shards.map(({ number, loads }): MatrixEntry => {
    const size = loads.reduce((sum, load) => sum + (load.size ?? 0), 0)
    return {
      shard: number,
      databases: JSON.stringify(loads.map(({ database }) => database)),
      size,
      label: `${number} of ${shards.length}: ${formatCount(loads.length, 'database')}, ${formatBytes(size)}`,
      // So that names sort as the parts do.
      name: `${name}-${String(number).padStart(digits, '0')}-of-${shards.length}`,
      globals: globals && number === shards.length,
    }
  })
  refuseLongOutput({ include }, shards)
  return { include }
}

/** PURE. Whether an artifact's name is that of one part of several, as {@link makeMatrix} gives it. */
export function isPartName(artifactName: string | undefined): boolean {
  return artifactName !== undefined && /-\d+-of-\d+$/.test(artifactName)
}

/** PURE. Whether names, as a JSON array, fit into one input of a step. */
export function fitsInput(databases: readonly string[]): boolean {
  return Buffer.byteLength(JSON.stringify(databases)) <= mostInput
}

function refuseLongOutput(matrix: Matrix, shards: readonly Shard[]): void {
  const all = shards.flatMap(({ loads }) => loads.map(({ database }) => database))
  // The output `databases`, which the gathering needs, counts too.
  const size = 2 * (formatVisibleJson(matrix).length + formatVisibleJson(all).length)
  if (size > mostOutput) {
    throw refuseInput(
      'shards',
      `the outputs "matrix" and "databases" would have ${formatBytes(size)} with ${formatCount(all.length, 'database')}, and GitHub passes 1 MB from one job to others`,
      'Divide the databases among several plans by patterns in "databases", as in "a*" and "*, !a*"',
    )
  }
  const long = matrix.include.find(({ databases }) => Buffer.byteLength(databases) > mostInput)
  if (long === undefined) return
  throw refuseInput(
    'shards',
    `part ${long.shard} of ${shards.length} would have more names than the 128 KiB that Linux passes to a process as one input`,
    'Set a greater number, up to 256',
  )
}
