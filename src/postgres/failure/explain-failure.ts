import { BackupError } from '../../errors.ts'
import { connectionFailures } from './connecting.ts'
import { explainForeign, withoutStates } from './foreign.ts'
import { passingFailure, type FailureContext, type FailureKind } from './failure-kind.ts'
import { operationFailures } from './operating.ts'

/**
 * PURE. Recognises what libpq, pg_dump, pg_dumpall, pg_restore and psql say on standard error. The tools must speak
 * English, the server may speak any language; the text may already be redacted.
 * @returns undefined for a failure of another kind, which the caller calls PGB_DUMP or PGB_RESTORE
 */
export function explainFailure(stderr: string, context: FailureContext): BackupError | undefined {
  const inEnglish = recogniseFailure([...operationFailures, ...connectionFailures], stderr, context)
  return inEnglish ?? explainForeign(stderr, context)
}

/** PURE. The error of the first of these kinds that is found in what a tool printed. */
export function recogniseFailure(
  kinds: readonly FailureKind[],
  stderr: string,
  context: FailureContext,
): BackupError | undefined {
  const text = withoutStates(stderr)
  for (const { pattern, code, mayPass = false, applies, explain } of kinds) {
    const match = pattern.exec(text)
    if (match === null || applies?.(context) === false) continue
    const { why, whatToDo } = explain(
      match.slice(1).map((group: string | undefined) => group ?? ''),
      context,
    )
    const cause = mayPass ? { cause: passingFailure } : {}
    return new BackupError(code, { what: context.action, why, whatToDo }, cause)
  }
  return undefined
}
