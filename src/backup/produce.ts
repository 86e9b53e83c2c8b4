import { rm } from 'node:fs/promises'
import { BackupError } from '../errors.ts'
import type { Run } from '../step/run.ts'
import { explainSystemError } from '../step/system-error.ts'
import { formatBytes, formatSeconds } from '../units.ts'
import { describeSubject } from './dump/dump-failure.ts'
import type { DumpSetting } from './dump/dump-command.ts'
import type { BackupInputs } from './inputs.ts'
import { createLimiter } from '../process/limiter.ts'
import type { BackupPlan, PlannedFile } from './plan.ts'
import { dumpProvably } from '../drill/dump-provably.ts'
import type { Scratch } from '../drill/scratch/open-scratch.ts'
import { verifyFile, type VerifiedFile } from './finish.ts'

/** A database that was asked for and has no file. */
export interface FailedSubject {
  /** Undefined for the cluster and the globals. */
  readonly database: string | undefined
  readonly error: unknown
  /** It did not fail by itself, but was stopped by `fail-fast` because another had failed. */
  readonly wasStopped: boolean
}

/** The files that may be uploaded, and what is missing. */
export interface Production {
  readonly files: readonly VerifiedFile[]
  readonly failures: readonly FailedSubject[]
}

/**
 * Dumps and verifies every planned file, several at once; a file is verified while the next one is dumped.
 * A failure leaves the others alone, unless `fail-fast` asks to stop them.
 * @throws the reason of the run's signal when the run is cancelled
 */
export async function produceFiles(
  plan: BackupPlan,
  inputs: BackupInputs,
  setting: Omit<DumpSetting, 'signal'> & { readonly scratch: Scratch | undefined },
  run: Run,
): Promise<Production> {
  const { scratch } = setting
  const failFast = new AbortController()
  const signal = AbortSignal.any([run.signal, failFast.signal])
  const dumps = createLimiter(plan.concurrency)
  const verifications = createLimiter(run.cores)
  const verification = { method: inputs.verify, scratch, run }
  const produce = async (planned: PlannedFile): Promise<VerifiedFile | undefined> => {
    const provable = await dumps(() => dumpProvably(planned, { ...setting, signal }, verification))
    const file = await verifications(() => verifyFile(provable, { ...setting, signal }))
    run.log.info(describeFile(file))
    return file
  }
  const results = await Promise.allSettled(
    plan.files.map((planned) =>
      produce(planned).catch((error: unknown) => {
        if (isHidden(planned, error)) {
          run.log.warning(error.message, 'No properties of databases')
          return undefined
        }
        if (inputs.failFast) failFast.abort(makeStop(planned))
        throw error
      }),
    ),
  )
  run.signal.throwIfAborted()
  const production = sortResults(plan, tellOnce(plan, results), failFast.signal)
  const isBackup = production.files.some(({ planned }) => planned.kind !== 'properties')
  if (isBackup) return production
  // The properties of databases alone are no backup of anything.
  await Promise.all(production.files.map(({ path }) => rm(path, { force: true })))
  return { ...production, files: [] }
}

/** What stops a dump mostly stops the properties too, which then is nothing more to say. */
function tellOnce(
  { files }: BackupPlan,
  results: readonly PromiseSettledResult<VerifiedFile | undefined>[],
): PromiseSettledResult<VerifiedFile | undefined>[] {
  const isDump = (index: number): boolean => files[index]?.kind !== 'properties'
  const hasFailed = results.some(({ status }, index) => status === 'rejected' && isDump(index))
  return results.map((result, index) =>
    hasFailed && !isDump(index) && result.status === 'rejected'
      ? { status: 'fulfilled', value: undefined }
      : result,
  )
}

/** Someone took away what every role may read, which must not stop the backup of the data. */
function isHidden({ kind }: PlannedFile, error: unknown): error is BackupError {
  return kind === 'properties' && error instanceof BackupError && error.code === 'PGB_PERMISSION'
}

function makeStop(failed: PlannedFile): BackupError {
  return new BackupError('PGB_CANCELLED', {
    what: 'The dump was stopped before it had finished',
    why: `${describeSubject(failed).replace(/^The/, 'the')} failed, and "fail-fast" is set`,
    whatToDo: 'Correct that failure, and run the job again',
  })
}

function sortResults(
  plan: BackupPlan,
  results: readonly PromiseSettledResult<VerifiedFile | undefined>[],
  stop: AbortSignal,
): Production {
  const files = results
    .map((result) => (result.status === 'fulfilled' ? result.value : undefined))
    .filter((file) => file !== undefined)
  const failures = results.flatMap((result, index) =>
    result.status === 'rejected'
      ? [
          {
            database: plan.files[index]?.database,
            error: explainSystemError(result.reason),
            wasStopped: stop.aborted && result.reason === stop.reason,
          },
        ]
      : [],
  )
  return { files, failures }
}

function describeFile({ planned, size, durationSeconds }: VerifiedFile): string {
  const speed = formatBytes((planned.sizeOnServer ?? size) / Math.max(durationSeconds, 0.001))
  return `${describeSubject(planned)}: ${planned.name}, ${formatBytes(size)} in ${formatSeconds(durationSeconds)} (${speed}/s)`
}
