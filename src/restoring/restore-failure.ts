import { BackupError } from '../errors.ts'
import { explainFailure, recogniseFailure } from '../postgres/failure/explain-failure.ts'
import type { FailureContext } from '../postgres/failure/failure-kind.ts'
import type { StageFailure } from '../process/pipeline.ts'
import { brokenPipeExitCode, nameSignal } from '../process/exit-codes.ts'
import { restoreFailures } from '../postgres/failure/restoring.ts'

/**
 * Says why restoring failed. What was printed counts for more than which stage failed: where only the last stage
 * counts, the others are known by their words alone.
 */
export function explainRestoreFailure(
  failure: StageFailure,
  printed: string,
  context: FailureContext,
): BackupError {
  const kill = describeKill(failure)
  if (kill !== undefined) {
    const whatToDo = 'See whether the machine ran out of memory, and run the job again'
    return new BackupError('PGB_RESTORE', { what: context.action, why: kill, whatToDo })
  }
  // What pg_restore prints ends early because of its own failure.
  const isCut = nameTool(failure) === 'pg_restore'
  const stderr = isCut ? printed.replace(/^filter-sql: error: the dump is not complete.*$/m, '') : printed
  const why = (reason: string): string => `${reason}${quoteError(stderr)}`
  if (/^age-decrypt: error:/m.test(stderr))
    return refuse('PGB_ENCRYPT', context, why('it cannot be decrypted'))
  const known = recogniseFailure(restoreFailures, stderr, context)
  if (known !== undefined) return known
  if (/^(?:psql|pg_restore):|(?:ERROR|FATAL): {2}/m.test(stderr)) {
    return (
      explainFailure(stderr, context) ??
      refuse('PGB_RESTORE', context, why('the server or its client refused it'))
    )
  }
  return refuse('PGB_RESTORE', context, why(`${nameTool(failure)} could not read the file`))
}

/** psql read the file to its end, but not as the filter did, so that what was restored is not known. */
export function refuseOtherReading({ name }: { readonly name: string }): BackupError {
  return new BackupError('PGB_RESTORE', {
    what: `The file ${name} was not restored`,
    why: 'psql understood it in another way than it should, as it may with a file that pg_dump did not write',
    whatToDo: 'Take another backup; one that came from elsewhere may have been forged',
  })
}

function refuse(code: 'PGB_RESTORE' | 'PGB_ENCRYPT', { action }: FailureContext, why: string): BackupError {
  return new BackupError(code, { what: action, why, whatToDo: 'Correct the cause, and run the job again' })
}

/** What was killed tells nothing of the file, though what reads behind it finds its end missing. */
function describeKill(failure: StageFailure): string | undefined {
  const { exitCode } = failure
  if (exitCode === undefined) return 'its processes were killed from outside'
  const signal = exitCode === brokenPipeExitCode ? undefined : nameSignal(exitCode)
  return signal && `${nameTool(failure)} was killed by ${signal}`
}

/** The name of the program; of ours, which Node runs, that of the script; of one that a shell runs, its own. */
function nameTool({ command: { path, args } }: StageFailure): string {
  const script = /([\w-]+)(?:\/index\.js|\.ts)$/.exec((args[0] ?? '').replaceAll('\\', '/'))?.[1]
  const program = path === 'sh' ? (args[2] ?? path) : path
  return script ?? (program.split(/[\\/]/).at(-1) ?? '').replace(/\.exe$/, '')
}

/** The first error that a tool printed, without what follows it: DETAIL and CONTEXT can show rows of the dump. */
function quoteError(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  const line = lines.find((text) => /error:|ERROR:|FATAL:/.test(text)) ?? lines.at(-1)
  return line === undefined
    ? ''
    : ` (${line
        .trim()
        .replace(/[.;\s]+$/, '')
        .slice(0, 400)})`
}
