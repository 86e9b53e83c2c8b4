import { setOutputs } from '../github/outputs.ts'
import { openServer, type OpenServer } from '../postgres/open-server.ts'
import { listSecrets, listShownNames } from '../postgres/connection/open-connection.ts'
import { readFlag } from '../inputs/read-inputs.ts'
import { withHeartbeat } from '../step/heartbeat.ts'
import type { Run } from '../step/run.ts'
import { listStoreSecrets } from '../stores/open-store.ts'
import { formatCount } from '../units.ts'
import { readConnectionInputs, readShownTexts } from '../inputs/shared-inputs.ts'
import { listInputSecrets, readBackupInputs, type BackupInputs } from './inputs.ts'
import { beginCopies, type Copies } from './storing/copies.ts'
import { applyKeep, previewKeep } from './storing/keep.ts'
import { guardPublicUpload } from './guard.ts'
import { announcePassedOver } from './announce.ts'
import { checkOptions } from './check-options.ts'
import { divideAmongJobs, reportFleet } from './fleet/fleet.ts'
import { prepareOutputDirectory } from './output-directory.ts'
import { measureShrinkage } from './history/shrinkage.ts'
import { describeManifest } from './report/manifest.ts'
import type { BackupResult } from './report/result.ts'
import { makePlan, type BackupPlan } from './plan.ts'
import { produceFiles } from './produce.ts'
import { withScratch } from './proof/open-scratch.ts'
import { concludeBackup, concludeFailure, judge, reportBackup, type BackupReport } from './report/report.ts'
import { describeJobs, reportPlan, toFailures } from './report/report-plan.ts'
import { checkStores, storeBackup } from './storing/store.ts'
import { nowhere } from './storing/stored-places.ts'
import { provideToolbox } from './toolbox.ts'
import { checkUnchanged } from './finish.ts'
import { askForSilentLacks } from './warnings/silent-lacks.ts'
import { announceWarnings, gatherWarnings } from './warnings/warnings.ts'

/** The story of a backup: inputs, server, plan, dumps, verification, upload, report. */
export async function backUp(run: Run): Promise<void> {
  setOutputs({ status: 'failed' })
  if (readFlag('dry-run')) await carryThrough(run)
  else await withHeartbeat(run, () => carryThrough(run))
}

/** @returns whether all that was asked for lies in all its places */
async function carryThrough(run: Run): Promise<boolean> {
  let report: BackupReport | undefined
  let stored = nowhere
  try {
    const made = await makeBackup(run)
    if (made === undefined) return true
    report = made.report
    stored = await storeBackup(report, made.copies, run)
    const [failure, ...others] = stored.failures
    for (const other of others) run.log.error(other)
    if (failure !== undefined) throw failure
    if (report.shrinkage.failure !== undefined) throw report.shrinkage.failure
    await applyKeep(report, stored, run)
    await concludeBackup(report, stored, run)
    return report.manifest.status === 'complete'
  } catch (error) {
    await concludeFailure(error, report, stored, run).catch((problem: unknown) => {
      run.log.debug(`The summary was not written: ${String(problem)}`)
    })
    throw error
  }
}

/** A backup that has its manifest, and its copies, which have begun. */
interface MadeBackup {
  readonly report: BackupReport
  readonly copies: Copies
}

/** @returns undefined after a dry run */
async function makeBackup(run: Run): Promise<MadeBackup | undefined> {
  const given = readConnectionInputs()
  run.protect(
    [...listSecrets(given, run.environment), ...listStoreSecrets(run.environment), ...listInputSecrets()],
    [...listShownNames(given, run.environment), ...readShownTexts()],
  )
  const inputs = await readBackupInputs()
  await guardPublicUpload(inputs, run)
  run.log.startGroup('Connecting')
  const server = await openServer({ ...inputs, needsDatabase: needsDatabase(inputs), purpose: 'backup' }, run)
  setOutputs({ 'server-version': server.facts.version, 'client-version': server.client.version })
  const isMasked = (text: string): boolean => run.redact(text) !== text
  const setting = { clientMajor: server.client.major, cores: run.cores, now: new Date(), isMasked }
  const plan = makePlan(inputs, server.facts, setting)
  announcePassedOver(plan, server, run.log)
  await checkOptions(inputs, server, run.signal)
  await checkStores(inputs, run)
  if (plan.jobsReason !== undefined) run.log.info(describeJobs(plan, inputs.format))
  run.log.endGroup()
  if (!inputs.dryRun) {
    const copies = beginCopies(plan, inputs, run)
    try {
      return { report: await carryOut(plan, inputs, server, copies, run), copies }
    } catch (error) {
      await copies.abandon()
      throw error
    }
  }
  const fleet = await divideAmongJobs(plan, inputs, server, run)
  await reportPlan(plan, inputs, server, run)
  if (fleet !== undefined) await reportFleet(fleet, run)
  await previewKeep(inputs, server, run)
  return undefined
}

async function carryOut(
  plan: BackupPlan,
  inputs: BackupInputs,
  server: OpenServer,
  copies: Copies,
  run: Run,
): Promise<BackupReport> {
  const { log } = run
  const [missing] = toFailures(plan, { files: [], failures: [] })
  if (inputs.failFast && missing !== undefined) throw missing.error
  const toolbox = await provideToolbox(inputs, plan.threads, run)
  const output = await prepareOutputDirectory(plan, inputs, run)
  log.startGroup(`Dumping ${formatCount(plan.files.length, 'file')}`)
  const setting = {
    server,
    toolbox,
    ...output,
    databases: [...plan.databases, ...plan.clusterDatabases],
    excluded: plan.passedOver,
    tableJobs: plan.tableJobs,
    lockWaitTimeout: inputs.lockWaitTimeout,
    stallTimeout: inputs.stallTimeout,
    options: inputs.options,
    counts: inputs.verify !== 'none',
    onFinished: copies.take,
    log,
  }
  const production = await withScratch({ plan, inputs, server, run }, (scratch) =>
    produceFiles(plan, inputs, { ...setting, scratch }, run),
  )
  const silent = await askForSilentLacks(plan, server, run)
  log.endGroup()
  const failures = toFailures(plan, production)
  for (const { error, wasStopped } of failures) if (!wasStopped) log.error(error)
  const warnings = gatherWarnings(plan, production.files, {
    silent,
    mayReadPasswords: server.facts.mayReadPasswords,
  })
  announceWarnings(warnings, log)
  const { files } = production
  return writeDown({ plan, inputs, server, files, failures, warnings, output }, run)
}

/** Measures the new backup by the earlier ones, since its manifest tells of an alarm, and then writes that. */
async function writeDown(result: BackupResult, run: Run): Promise<BackupReport> {
  const draft = describeManifest(result, judge(result), run)
  const shrinkage = await measureShrinkage(draft, result.inputs, result.server, run)
  // Before the manifest, which must list nothing bad, and as late as can be.
  await checkUnchanged(result.files)
  return reportBackup(result, { ...draft, alarm: shrinkage.alarm }, shrinkage)
}

/** Whether the connection's own database must exist; otherwise any will do to ask the server. */
function needsDatabase({ all, databases }: BackupInputs): boolean {
  return !all && databases === undefined
}
