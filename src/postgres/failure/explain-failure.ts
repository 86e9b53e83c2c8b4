import { BackupError } from '../../errors.ts'
import { CONNECTION_FAILURES } from './connecting.ts'
import type { FailureContext, FailureKind } from './failure-kind.ts'
import { OPERATION_FAILURES } from './operating.ts'

/**
 * PURE. Recognises what libpq, pg_dump, pg_dumpall, pg_restore and psql say on standard error, which must be in
 * English and may already be redacted. Messages that a server writes in another language are not recognised.
 * @returns undefined for a failure of another kind, which the caller calls PGB_DUMP or PGB_RESTORE
 */
export function explainFailure(stderr: string, context: FailureContext): BackupError | undefined {
  return recogniseFailure([...OPERATION_FAILURES, ...CONNECTION_FAILURES], stderr, context)
}

/** PURE. The error of the first of these kinds that is found in what a tool printed. */
export function recogniseFailure(
  kinds: readonly FailureKind[],
  stderr: string,
  context: FailureContext,
): BackupError | undefined {
  for (const { pattern, code, explain } of kinds) {
    const match = pattern.exec(stderr)
    if (match === null) continue
    const { why, whatToDo } = explain(
      match.slice(1).map((group: string | undefined) => group ?? ''),
      context,
    )
    return new BackupError(code, { what: context.action, why, whatToDo })
  }
  return undefined
}
