import { formatTimeStamp } from '../../archive/file-name.ts'
import { divide, makeMatrix, type Load, type Matrix, type Shard } from '../../catalogue/shards.ts'
import { toArtifactName } from '../../stores/artifact/artifact-name.ts'
import { chooseJobs, estimateWork } from '../choose-jobs.ts'
import { estimateOutput } from '../dump/space.ts'
import type { BackupInputs } from '../inputs.ts'
import type { BackupPlan, PlannedDatabase } from '../plan.ts'
import type { Experience } from './experience.ts'
import { findObstacles, type Part, type Surroundings } from './obstacles.ts'

/** A backup that is divided among the jobs of a matrix. */
export interface FleetPlan {
  readonly parts: readonly Part[]
  readonly matrix: Matrix
  /** What may go wrong, as sentences. */
  readonly warnings: readonly string[]
}

/**
 * PURE. Divides a planned backup into parts of equal work, and looks at what could stop them.
 * @param past what databases took the last time, by their names; the others are judged by their sizes on the server
 * @throws BackupError PGB_INPUT where a part cannot work, with a number of parts that would do
 */
export function planFleet(
  plan: BackupPlan,
  inputs: BackupInputs,
  shards: number,
  surroundings: Surroundings,
  past: ReadonlyMap<string, Experience> = new Map(),
): FleetPlan {
  const files = plan.files.filter((file) => file.kind === 'database')
  const loads = files.map(({ database, sizeOnServer }): Load => {
    const { working, waiting } = estimateWork(sizeOnServer, surroundings.roundTrip)
    // In seconds of a job, of which several dumps at once take one.
    const work = past.get(database)?.seconds ?? (working + waiting) / plan.concurrency
    return { database, size: sizeOnServer, work }
  })
  const byName = new Map(files.map((file) => [file.database, file]))
  const estimate = (count: number): Part[] =>
    divide(loads, count).map((shard) => {
      const own = shard.loads.map(({ database }) => byName.get(database)).filter((file) => file !== undefined)
      return estimatePart(shard, own, inputs, { ...surroundings, past })
    })
  const parts = estimate(shards)
  const warnings = findObstacles(parts, estimate, surroundings)
  const name = inputs.artifactName ?? toArtifactName(`postgres-backup-${formatTimeStamp(plan.startedAt)}`)
  return { parts, matrix: makeMatrix(parts, name, inputs.globals), warnings }
}

function estimatePart(
  shard: Shard,
  files: readonly PlannedDatabase[],
  inputs: BackupInputs,
  {
    cores,
    roundTrip,
    freeConnections,
    past,
  }: Surroundings & { readonly past: ReadonlyMap<string, Experience> },
): Part {
  const sizes = files.map(({ sizeOnServer }) => sizeOnServer)
  const proofs = inputs.verify === 'restore' ? 2 : 0
  const conditions = { roundTrip, sizes, freeConnections, connectionsEach: 1 + proofs, cores }
  const jobs = inputs.jobs ?? chooseJobs(conditions).jobs
  const atOnce = Math.min(jobs, files.length)
  // The directory format has a leader beside its workers.
  const dump = inputs.format === 'directory' ? 1 + Math.max(1, Math.floor(jobs / atOnce)) : 1
  const known = files.map(({ database }) => past.get(database)).filter((file) => file !== undefined)
  const others = files.filter(({ database }) => !past.has(database))
  const works = others.map(({ sizeOnServer }) => estimateWork(sizeOnServer, roundTrip))
  const working = sum(works.map((work) => work.working))
  const alone = works.map((work) => work.working + work.waiting)
  const longest = Math.max(...alone, ...known.map(({ dumpSeconds }) => dumpSeconds))
  const together = sum(known.map(({ seconds }) => seconds)) + Math.max(working / cores, sum(alone) / atOnce)
  // A copy of each database that is proved, beside the files.
  const copies = proofs > 0 && inputs.verifyUrl === undefined ? sumLargest(sizes, atOnce) : 0
  return {
    ...shard,
    seconds: Math.max(longest, together),
    known: known.length,
    disk: sum(known.map(({ bytes }) => bytes)) + estimateOutput({ files: others }) + copies,
    connections: atOnce * (dump + proofs),
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function sumLargest(sizes: readonly (number | null)[], count: number): number {
  const known = sizes.map((size) => size ?? 0).sort((a, b) => b - a)
  return sum(known.slice(0, count))
}
