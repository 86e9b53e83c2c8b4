import { setOutputs } from '../github/outputs.ts'
import { readFlag } from '../inputs/read-inputs.ts'
import { withHeartbeat } from '../step/heartbeat.ts'
import type { Run } from '../step/run.ts'
import { checkOptions } from './check-options.ts'
import { connect, readInputs } from './connect.ts'
import { checkUnchanged } from './finish.ts'
import { divideAmongJobs, reportFleet } from './fleet/fleet.ts'
import { measureShrinkage } from './history/shrinkage.ts'
import { planBackup, type PlannedBackup } from './plan.ts'
import { prepareBackup } from './prepare.ts'
import { produceBackup, type ProducedBackup } from './produce.ts'
import { describeManifest } from './report/manifest.ts'
import { concludeBackup, concludeFailure, judge, reportBackup, type ReportedBackup } from './report/report.ts'
import { announceJobs, announcePassedOver, reportPlan } from './report/report-plan.ts'
import { beginCopies, type Copies } from './storing/copies.ts'
import { applyKeep, previewKeep } from './storing/keep.ts'
import { checkStores, storeBackup } from './storing/store.ts'
import { nowhere } from './storing/stored-places.ts'

/** The story of a backup: inputs, server, plan, dumps, verification, upload, report. */
export async function backUp(run: Run): Promise<void> {
  setOutputs({ status: 'failed' })
  if (readFlag('dry-run')) await carryThrough(run)
  else await withHeartbeat(run, () => carryThrough(run))
}

/** @returns whether all that was asked for lies in all its places */
async function carryThrough(run: Run): Promise<boolean> {
  let reported: ReportedBackup | undefined
  let stored = nowhere
  try {
    const planned = await decide(run)
    if (planned.inputs.dryRun) {
      await reportDryRun(planned, run)
      return true
    }
    const copies = beginCopies(planned.plan, planned.inputs, run)
    reported = await make(planned, copies, run)
    stored = await storeBackup(reported, copies, run)
    const [failure, ...others] = stored.failures
    for (const other of others) run.log.error(other)
    if (failure !== undefined) throw failure
    if (reported.shrinkage.failure !== undefined) throw reported.shrinkage.failure
    await applyKeep(reported, stored, run)
    await concludeBackup(reported, stored, run)
    return reported.manifest.status === 'complete'
  } catch (error) {
    await concludeFailure(error, reported, stored, run).catch((problem: unknown) => {
      run.log.debug(`The summary was not written: ${String(problem)}`)
    })
    throw error
  }
}

/** Plans the backup, and asks all that may refuse it before anything is dumped. */
async function decide(run: Run): Promise<PlannedBackup> {
  const inputs = await readInputs(run)
  run.log.startGroup('Connecting')
  const planned = planBackup(await connect(inputs, run), run)
  announcePassedOver(planned, run.log)
  await checkOptions(planned, run.signal)
  await checkStores(inputs, run)
  announceJobs(planned, run.log)
  run.log.endGroup()
  return planned
}

async function reportDryRun(planned: PlannedBackup, run: Run): Promise<void> {
  const fleet = await divideAmongJobs(planned, run)
  await reportPlan(planned, run)
  if (fleet !== undefined) await reportFleet(fleet, run)
  await previewKeep(planned, run)
}

async function make(planned: PlannedBackup, copies: Copies, run: Run): Promise<ReportedBackup> {
  try {
    const prepared = await prepareBackup(planned, run)
    const produced = await produceBackup(prepared, copies.take, run)
    return await report(produced, run)
  } catch (error) {
    await copies.abandon()
    throw error
  }
}

/** Measures the new backup by the earlier ones, since its manifest tells of an alarm, and then writes that. */
async function report(produced: ProducedBackup, run: Run): Promise<ReportedBackup> {
  const draft = describeManifest(produced, judge(produced), run)
  const shrinkage = await measureShrinkage(draft, produced, run)
  // Before the manifest, which must list nothing bad, and as late as can be.
  await checkUnchanged(produced.files)
  return reportBackup(produced, { ...draft, alarm: shrinkage.alarm }, shrinkage)
}
