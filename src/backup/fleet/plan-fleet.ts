import { formatTimeStamp } from '../../archive/file-name.ts'
import { divide, makeMatrix, type Load, type Matrix, type Shard } from '../../catalogue/shards.ts'
import { toArtifactName } from '../../stores/artifact/artifact-name.ts'
import { chooseJobs, estimateWork } from '../choose-jobs.ts'
import { estimateOutput } from '../dump/space.ts'
import type { BackupInputs } from '../inputs.ts'
import type { BackupPlan, PlannedFile } from '../plan.ts'
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
 * @throws BackupError PGB_INPUT where a part cannot work, with a number of parts that would do
 */
export function planFleet(
  plan: BackupPlan,
  inputs: BackupInputs,
  shards: number,
  surroundings: Surroundings,
): FleetPlan {
  const files = plan.files.filter((file) => file.kind === 'database')
  const loads = files.map(({ database, sizeOnServer }): Load => {
    const { working, waiting } = estimateWork(sizeOnServer, surroundings.roundTrip)
    return { database, size: sizeOnServer, work: working + waiting }
  })
  const byName = new Map(files.map((file) => [file.database, file]))
  const estimate = (count: number): Part[] =>
    divide(loads, count).map((shard) => {
      const own = shard.loads.map(({ database }) => byName.get(database))
      return estimatePart(
        shard,
        own.filter((file) => file !== undefined),
        inputs,
        surroundings,
      )
    })
  const parts = estimate(shards)
  const warnings = findObstacles(parts, estimate, surroundings)
  const name = inputs.artifactName ?? toArtifactName(`postgres-backup-${formatTimeStamp(plan.startedAt)}`)
  return { parts, matrix: makeMatrix(parts, name, inputs.globals), warnings }
}

function estimatePart(
  shard: Shard,
  files: readonly PlannedFile[],
  inputs: BackupInputs,
  { cores, roundTrip, freeConnections }: Surroundings,
): Part {
  const sizes = files.map(({ sizeOnServer }) => sizeOnServer)
  const proofs = inputs.verify === 'restore' ? 2 : 0
  const conditions = { roundTrip, sizes, freeConnections, connectionsEach: 1 + proofs, cores }
  const jobs = inputs.jobs ?? chooseJobs(conditions).jobs
  const atOnce = Math.min(jobs, files.length)
  // The directory format has a leader beside its workers.
  const dump = inputs.format === 'directory' ? 1 + Math.max(1, Math.floor(jobs / atOnce)) : 1
  const works = sizes.map((size) => estimateWork(size, roundTrip))
  const working = works.reduce((sum, work) => sum + work.working, 0)
  const longest = Math.max(...works.map((work) => work.working + work.waiting))
  // A copy of each database that is proved, beside the files.
  const copies = proofs > 0 && inputs.verifyUrl === undefined ? sumLargest(sizes, atOnce) : 0
  return {
    ...shard,
    seconds: Math.max(longest, working / cores, shard.work / atOnce),
    disk: estimateOutput({ files }) + copies,
    connections: atOnce * (dump + proofs),
  }
}

function sumLargest(sizes: readonly (number | null)[], count: number): number {
  const known = sizes.map((size) => size ?? 0).sort((a, b) => b - a)
  return known.slice(0, count).reduce((sum, size) => sum + size, 0)
}
