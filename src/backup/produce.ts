import type { BackupError } from '../errors.ts'
import type { Run } from '../run.ts'
import { formatBytes, formatSeconds } from '../units.ts'
import { describeSubject, dumpFile, type DumpSetting } from './dump.ts'
import type { BackupInputs } from './inputs.ts'
import { createLimiter } from './limiter.ts'
import type { BackupPlan, PlannedFile } from './plan.ts'
import { verifyFile, type VerifiedFile } from './verify.ts'

/** A database that was asked for and has no file. */
export interface FailedSubject {
  /** Undefined for the cluster and the globals. */
  readonly database: string | undefined
  readonly error: unknown
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
  setting: Omit<DumpSetting, 'signal'>,
  run: Run,
): Promise<Production> {
  const failFast = new AbortController()
  const signal = AbortSignal.any([run.signal, failFast.signal])
  const dumps = createLimiter(plan.concurrency)
  const verifications = createLimiter(run.cores)
  const produce = async (planned: PlannedFile): Promise<VerifiedFile> => {
    const dumped = await dumps(() => dumpFile(planned, { ...setting, signal }))
    const file = await verifications(() => verifyFile(dumped, inputs.verify, { ...setting, signal }))
    run.log.info(describeFile(file))
    return file
  }
  const results = await Promise.allSettled(
    plan.files.map((planned) =>
      produce(planned).catch((error: unknown) => {
        if (inputs.failFast) failFast.abort(error)
        throw error
      }),
    ),
  )
  run.signal.throwIfAborted()
  return sortResults(plan, results)
}

function sortResults(plan: BackupPlan, results: readonly PromiseSettledResult<VerifiedFile>[]): Production {
  const files = results.filter((result) => result.status === 'fulfilled').map(({ value }) => value)
  const failures = results.flatMap((result, index) =>
    result.status === 'rejected'
      ? [{ database: plan.files[index]?.database, error: result.reason as BackupError }]
      : [],
  )
  return { files, failures }
}

function describeFile({ planned, size, durationSeconds }: VerifiedFile): string {
  const speed = formatBytes((planned.sizeOnServer ?? size) / Math.max(durationSeconds, 0.001))
  return `${describeSubject(planned)}: ${planned.name}, ${formatBytes(size)} in ${formatSeconds(durationSeconds)} (${speed}/s)`
}
