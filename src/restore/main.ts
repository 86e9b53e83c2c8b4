import { randomBytes } from 'node:crypto'
import { setOutputs } from '../github/outputs.ts'
import { listSecrets, listShownNames } from '../postgres/connection/open-connection.ts'
import type { Run } from '../step/run.ts'
import { listStoreSecrets } from '../stores/open-store.ts'
import { readConnectionInputs, readShownTexts } from '../inputs/shared-inputs.ts'
import { analyzeDatabases } from './analyze.ts'
import { announcePlan, warnOfFailures } from './announce.ts'
import { checkBackup, type CheckedBackup } from './check.ts'
import { listInputSecrets, readRestoreInputs, type RestoreInputs } from './inputs.ts'
import { locateBackup } from './locating/locate.ts'
import { rememberHoldings } from './forecast/holdings.ts'
import { fitLocks } from './forecast/locks.ts'
import { refuseLosses } from './forecast/losses.ts'
import { watchPhases, type PhaseWatch } from './phases.ts'
import { makePlan, mayRestoreWhole, type RestorePlan } from './plan.ts'
import { provideReaders, type Readers } from '../archive/reading/readers.ts'
import { listRestored, reportRestore } from './report.ts'
import { readProperties, type PropertiesByName } from '../restoring/properties/read-properties.ts'
import { restoreDatabases, type RestoredDatabase } from './restore-databases.ts'
import type { RestoreSetting } from '../restoring/restore-setting.ts'
import { restoreCluster, restoreGlobals } from './restore-globals.ts'
import { listFiles, selectFiles } from './select.ts'
import { unfoldCluster } from './unfold-cluster.ts'
import { inspectDatabases, inspectTarget, type RestoreTarget } from './target/target.ts'
import { settleName } from './target/target-name.ts'

/** The story of a restore: inputs, backup, checks, target, plan, restore, statistics, report. */
export async function restore(run: Run): Promise<void> {
  const startedAt = performance.now()
  const phases = watchPhases()
  setOutputs({ status: 'failed', databases: [], 'left-out': [] })
  const given = readConnectionInputs()
  run.protect(
    [...listSecrets(given, run.environment), ...listStoreSecrets(run.environment), ...listInputSecrets()],
    [...listShownNames(given, run.environment), ...readShownTexts()],
  )
  const inputs = await readRestoreInputs()
  const { checked, readers } = await obtainBackup(inputs, phases, run)
  run.log.startGroup('Connecting')
  const found = await inspectTarget(inputs, checked, run)
  const isWhole = mayRestoreWhole(checked, inputs.choice, found)
  const backup = isWhole ? checked : await unfoldCluster(checked, found, inputs.choice, { readers, run })
  const target = await inspectDatabases(found, backup)
  const jobs = inputs.jobs ?? run.cores
  const digits = randomBytes(4).toString('hex')
  const plan = makePlan(settleName(backup, inputs.choice.targetDatabase, target), target, {
    create: inputs.create,
    clean: inputs.clean,
    replace: inputs.replace,
    jobs,
    digits,
  })
  announcePlan(plan, run.log)
  run.log.endGroup()
  // A cluster's roles come with it, so what was theirs is theirs again.
  const noOwner = inputs.noOwner && (checked.cluster === undefined || inputs.choice.database !== undefined)
  const setting = makeSetting(plan, { inputs: { ...inputs, noOwner }, readers, target }, run)
  const holdings = rememberHoldings(setting)
  await refuseLosses(plan, backup.manifest, { setting, allowLoss: inputs.allowLoss, holdings })
  const fitting = await fitLocks(plan, target, { setting, holdings })
  const properties = await readProperties(backup.properties, setting.readers, run)
  run.log.startGroup('Restoring')
  const done = await phases.measure('restore', () => carryOut(fitting, target, setting, properties))
  if (inputs.analyze) {
    await phases.measure('analyze', () => analyzeDatabases(listRestored(done), target.server, jobs, run))
  }
  run.log.endGroup()
  const durationSeconds = (performance.now() - startedAt) / 1000
  await reportRestore(
    { manifest: backup.manifest, plan: fitting, target, ...done, durationSeconds, phases: phases.times },
    run,
  )
}

/** Finds the files that are wanted, brings them here, and looks whether they are what the manifest says. */
async function obtainBackup(
  { source, choice, decryption }: RestoreInputs,
  phases: PhaseWatch,
  run: Run,
): Promise<{ checked: CheckedBackup; readers: Readers }> {
  run.log.startGroup('Checking the backup')
  const located = await phases.measure('fetch', () => locateBackup(source, choice.database, run))
  const selected = selectFiles(located, choice)
  await phases.measure('fetch', async () => located.fetch?.(listFiles(selected).map(({ name }) => name)))
  const checked = await phases.measure('check', () => checkBackup(selected, decryption, run.signal))
  const readers = await provideReaders(listFiles(checked), decryption, run)
  warnOfFailures(located, choice, run.log)
  run.log.endGroup()
  return { checked, readers }
}

function makeSetting(
  plan: RestorePlan,
  known: { inputs: RestoreInputs; readers: Readers; target: RestoreTarget },
  run: Run,
): RestoreSetting {
  const { inputs, readers, target } = known
  return {
    server: target.server,
    readers,
    run,
    signal: run.signal,
    noOwner: inputs.noOwner,
    options: inputs.options,
    tableJobs: plan.tableJobs,
    strict: inputs.strict,
  }
}

/** Roles come first, since the privileges in databases need them. */
async function carryOut(
  plan: RestorePlan,
  target: RestoreTarget,
  setting: RestoreSetting,
  properties: PropertiesByName,
): Promise<{ restored: RestoredDatabase[]; fromCluster: string[] }> {
  await restoreGlobals(plan, target, setting)
  const fromCluster = await restoreCluster(plan, target, setting)
  const names: string[] = []
  const restored = await restoreDatabases(plan, setting, properties, (name) => {
    names.push(name)
    setOutputs({ databases: [...names, ...fromCluster] })
  })
  return { restored, fromCluster }
}
