import { BackupError } from '../errors.ts'
import { explainFailure, recogniseFailure } from '../postgres/failure/explain-failure.ts'
import type { FailureContext } from '../postgres/failure/failure-kind.ts'
import type { StageFailure } from '../process/pipeline.ts'
import { RESTORE_FAILURES } from '../postgres/failure/restoring.ts'

/**
 * Says why restoring failed. What was printed counts for more than which stage failed: where only the last stage
 * counts, the others are known by their words alone.
 */
export function explainRestoreFailure(
  failure: StageFailure,
  stderr: string,
  context: FailureContext,
): BackupError {
  const why = (reason: string): string => `${reason}${quoteError(stderr)}`
  if (/^age-decrypt: error:/m.test(stderr))
    return refuse('PGB_ENCRYPT', context, why('it cannot be decrypted'))
  const known = recogniseFailure(RESTORE_FAILURES, stderr, context)
  if (known !== undefined) return known
  if (/^(?:psql|pg_restore):|(?:ERROR|FATAL): {2}/m.test(stderr)) {
    return (
      explainFailure(stderr, context) ??
      refuse('PGB_RESTORE', context, why('the server or its client refused it'))
    )
  }
  return refuse('PGB_RESTORE', context, why(`${nameTool(failure)} could not read the file`))
}

function refuse(code: 'PGB_RESTORE' | 'PGB_ENCRYPT', { action }: FailureContext, why: string): BackupError {
  return new BackupError(code, { what: action, why, whatToDo: 'Correct the cause, and run the job again' })
}

/** The name of the program; of ours, which Node runs, that of the script. */
function nameTool({ command }: StageFailure): string {
  const script = /([\w-]+)(?:\/index\.js|\.ts)$/.exec((command.args[0] ?? '').replaceAll('\\', '/'))?.[1]
  return script ?? (command.path.split(/[\\/]/).at(-1) ?? '').replace(/\.exe$/, '')
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
