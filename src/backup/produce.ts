import { pickSubject } from '../archive/backup-file.ts'
import { contentsSchema, type Contents } from '../archive/contents.ts'
import { BackupError } from '../errors.ts'
import type { Log } from '../github/log.ts'
import { isLackOfLocks } from '../postgres/lock-table.ts'
import { createLimiter } from '../process/limiter.ts'
import type { Run } from '../step/run.ts'
import { explainSystemError } from '../step/system-error.ts'
import { formatBytes, formatCount, formatRate, formatSeconds } from '../units.ts'
import { dumpContents } from './dump/dump.ts'
import { finishFile, sealFile, type FinishedDump } from './finish.ts'
import { isAboutDumps, type BackupPlan, type PlannedFile } from './plan.ts'
import type { PreparedBackup } from './prepare.ts'
import { withScratch, type Scratch } from './proof/open-scratch.ts'
import { dumpProvably, ofBytes, prove, type ProvableDump } from './proof/prove.ts'
import { describeSubject, listMissing, type FailedSubject } from './subject.ts'
import { askForSilentLacks } from './warnings/silent-lacks.ts'
import { announceWarnings, gatherWarnings, type BackupWarning } from './warnings/warnings.ts'

/** A backup whose dumps have ended. */
export interface ProducedBackup extends PreparedBackup {
  /** Those that may be uploaded. */
  readonly files: readonly FinishedDump[]
  /** What is missing. */
  readonly failures: readonly FailedSubject[]
  readonly warnings: readonly BackupWarning[]
}

type Production = Pick<ProducedBackup, 'files' | 'failures'>

/**
 * Makes the files of a backup, and says what failed and what they lack.
 * @param onFinished is told of each file once it is finished, while others are still made
 * @throws the reason of the run's signal when the run is cancelled; what providing a scratch server throws
 */
export async function produceBackup(
  backup: PreparedBackup,
  onFinished: (file: FinishedDump) => void,
  run: Run,
): Promise<ProducedBackup> {
  const { server, plan } = backup
  const { log } = run
  log.startGroup(`Dumping ${formatCount(plan.files.length, 'file')}`)
  const { files, failures: failed } = await withScratch(backup, run, (scratch) =>
    produceFiles(backup, scratch, onFinished, run),
  )
  const silent = await askForSilentLacks(plan, server, run)
  log.endGroup()
  const failures = [...failed, ...listMissing(plan)]
  for (const { error, wasStopped } of failures) if (!wasStopped) log.error(error)
  const warnings = gatherWarnings(backup, files, silent)
  announceWarnings(warnings, log)
  return { ...backup, files, failures, warnings }
}

/**
 * Dumps and verifies every planned file, several at once; a file is verified while the next one is dumped.
 * A failure leaves the others alone, unless `fail-fast` asks to stop them. What found no room for its locks beside other
 * dumps is dumped by itself when they have ended.
 * @throws the reason of the run's signal when the run is cancelled
 */
async function produceFiles(
  backup: PreparedBackup,
  scratch: Scratch | undefined,
  onFinished: (file: FinishedDump) => void,
  run: Run,
): Promise<Production> {
  const { inputs, plan } = backup
  const failFast = new AbortController()
  const signal = AbortSignal.any([run.signal, failFast.signal])
  const dumps = createLimiter(plan.concurrency)
  const verifications = createLimiter(run.cores)
  let contents: Contents | undefined
  const dump = async (planned: PlannedFile): Promise<ProvableDump | undefined> => {
    if (planned.kind !== 'contents') return dumpProvably(planned, backup, scratch, run.log, signal)
    if (contents === undefined) return undefined
    return { dumped: await dumpContents(planned, contents, backup, run.log, signal), evidence: ofBytes }
  }
  const produce = async (planned: PlannedFile): Promise<FinishedDump | undefined> => {
    const provable = await dumps(() => dump(planned))
    if (provable === undefined) return undefined
    const file = await verifications(() => verifyAndFinish(provable, backup, run, signal))
    run.log.info(describeFile(file))
    onFinished(file)
    return file
  }
  const attempt: Attempt = (planned, mayFail) =>
    produce(planned).catch((error: unknown) => {
      if (isHidden(planned, error)) {
        run.log.warning(error.message, 'No properties of databases')
        return undefined
      }
      if (inputs.failFast && !mayFail(error)) failFast.abort(makeStop(planned))
      throw error
    })
  const results = await attemptAll(plan, attempt, run.log)
  // They stand last in the plan, and alone are no backup of anything.
  if (results.some(({ status }) => status === 'fulfilled')) {
    contents = gatherContents(listProduced(results))
    const others = plan.files.filter(isAboutDumps)
    results.push(...(await Promise.allSettled(others.map((planned) => attempt(planned, () => false)))))
  }
  run.signal.throwIfAborted()
  return sortResults(plan, results, failFast.signal)
}

async function verifyAndFinish(
  provable: ProvableDump,
  backup: PreparedBackup,
  run: Run,
  signal: AbortSignal,
): Promise<FinishedDump> {
  const { dumped } = provable
  const [proof, digest] = await Promise.all([prove(provable, backup, run, signal), sealFile(dumped, signal)])
  return finishFile(dumped, proof, digest, backup.output.outputDirectory)
}

type Result = PromiseSettledResult<FinishedDump | undefined>

/** Produces a file; `mayFail` tells of which errors it is tried once more, so that they stop nothing. */
type Attempt = (
  planned: PlannedFile,
  mayFail: (error: unknown) => boolean,
) => Promise<FinishedDump | undefined>

/** All dumps; those that found no room for their locks once more, one after the other. */
async function attemptAll(plan: BackupPlan, attempt: Attempt, log: Log): Promise<Result[]> {
  const files = plan.files.filter((file) => !isAboutDumps(file))
  const isCrowded = (error: unknown): boolean => plan.concurrency > 1 && isLackOfLocks(error)
  const results = await Promise.allSettled(files.map((planned) => attempt(planned, isCrowded)))
  for (const [index, planned] of files.entries()) {
    const result = results[index]
    if (result?.status !== 'rejected' || !isCrowded(result.reason)) continue
    const subject = describeSubject(planned)
    log.warning(
      `${subject} is dumped again, by itself: the server had no room for the locks of several dumps.`,
    )
    results.splice(index, 1, ...(await Promise.allSettled([attempt(planned, () => false)])))
  }
  return results
}

/** Someone took away what every role may read, which must not stop the backup of the data. */
function isHidden(planned: PlannedFile, error: unknown): error is BackupError {
  return planned.kind === 'properties' && error instanceof BackupError && error.code === 'PGB_PERMISSION'
}

function makeStop(failed: PlannedFile): BackupError {
  return new BackupError('PGB_CANCELLED', {
    what: 'The dump was stopped before it had finished',
    why: `${describeSubject(failed).replace(/^The/, 'the')} failed, and "fail-fast" is set`,
    whatToDo: 'Correct that failure, and run the job again',
  })
}

function sortResults(plan: BackupPlan, results: readonly Result[], stop: AbortSignal): Production {
  const files = listProduced(results)
  const failures = plan.files.flatMap((planned, index) => {
    const result = results[index]
    if (result?.status !== 'rejected') return []
    const wasStopped = stop.aborted && result.reason === stop.reason
    return [{ ...pickSubject(planned), error: explainSystemError(result.reason), wasStopped }]
  })
  return { files, failures }
}

function listProduced(results: readonly Result[]): FinishedDump[] {
  return results
    .map((result) => (result.status === 'fulfilled' ? result.value : undefined))
    .filter((file) => file !== undefined)
}

/** What the files of a backup hold that is to be encrypted like them; undefined where nothing is known. */
function gatherContents(files: readonly FinishedDump[]): Contents | undefined {
  const known = files.filter(({ verification }) => verification.rowCounts !== null)
  if (known.length === 0) return undefined
  return {
    schema: contentsSchema,
    files: known.map(({ planned, verification }) => ({
      name: planned.name,
      database: planned.database ?? null,
      rowCounts: verification.rowCounts,
    })),
  }
}

function describeFile({ planned, size, uncompressedSize: read, durationSeconds }: FinishedDump): string {
  const rate = read === null ? undefined : formatRate(read, durationSeconds)
  const speed = read === null || rate === undefined ? '' : ` (${formatBytes(read)} read, ${rate})`
  return `${describeSubject(planned)}: ${planned.name}, ${formatBytes(size)} in ${formatSeconds(durationSeconds)}${speed}`
}
