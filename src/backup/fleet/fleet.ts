import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { readFreeBytes } from '../../free-space.ts'
import { setOutputs } from '../../github/outputs.ts'
import { formatTable, writeSummary } from '../../github/summary.ts'
import type { ServerFacts } from '../../postgres/server.ts'
import type { Run } from '../../step/run.ts'
import { formatBytes, formatSeconds } from '../../units.ts'
import type { BackupInputs } from '../inputs.ts'
import type { PlannedBackup } from '../plan.ts'
import { planFleet, type FleetPlan } from './plan-fleet.ts'
import type { Surroundings } from './obstacles.ts'
import { recallBackups } from './recall.ts'

/** GitHub ends a job of its own runners after six hours, and one of yours after five days. */
const [hostedSeconds, ownSeconds] = [6 * 3600, 5 * 24 * 3600]

/**
 * Divides what is planned, if it is to be divided.
 * @throws BackupError PGB_INPUT where a part cannot work
 */
export async function divideAmongJobs(planned: PlannedBackup, run: Run): Promise<FleetPlan | undefined> {
  const { inputs, server, plan } = planned
  if (inputs.shards === undefined) return undefined
  const past = await recallBackups(planned, inputs.shards, run)
  return planFleet(plan, inputs, inputs.shards, await lookAround(server.facts, inputs, run), past)
}

/** Says how the databases are divided, and puts out the matrix. */
export async function reportFleet(fleet: FleetPlan, run: Run): Promise<void> {
  const { matrix, warnings } = fleet
  for (const warning of warnings) run.log.warning(warning, 'Fleet')
  for (const [label = '', largest = '', time = '', disk = ''] of listRows(fleet)) {
    run.log.info(`Part ${label}; the largest is "${largest}"; about ${time} and ${disk} of disk`)
  }
  await writeSummary(run.redact(formatFleet(fleet)))
  setOutputs({ matrix })
}

/** PURE. The parts as the step summary of a plan shows them, in Markdown. */
export function formatFleet(fleet: FleetPlan): string {
  const header = ['Part', 'Largest database', 'Expected time', 'Expected disk']
  return `#### Parts\n\n${formatTable(header, listRows(fleet))}\n`
}

function listRows({ parts, matrix }: FleetPlan): string[][] {
  return parts.map(({ number, loads, seconds, disk }) => [
    matrix.include[number - 1]?.label ?? '',
    loads.toSorted((a, b) => b.work - a.work)[0]?.database ?? '',
    formatSeconds(seconds),
    formatBytes(disk),
  ])
}

/** What this runner says of those that the parts will get. */
async function lookAround(
  { roundTrip, freeConnections }: ServerFacts,
  { outputDirectory }: BackupInputs,
  { cores, environment }: Run,
): Promise<Surroundings> {
  const place =
    outputDirectory === undefined
      ? (environment['RUNNER_TEMP'] ?? tmpdir())
      : resolve(environment['GITHUB_WORKSPACE'] ?? '.', outputDirectory)
  return {
    cores,
    roundTrip,
    freeConnections,
    freeDisk: await readFreeBytes(place),
    mostSeconds: environment['RUNNER_ENVIRONMENT'] === 'self-hosted' ? ownSeconds : hostedSeconds,
  }
}
