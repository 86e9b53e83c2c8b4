import type { ErrorCode, Explanation } from '../../errors.ts'
import type { FailureContext } from './explain-failure.ts'
import { quoteIdentifier } from '../sql/quote.ts'

/** One kind of failure that PostgreSQL's tools report, recognised by its text. */
export interface FailureKind {
  readonly pattern: RegExp
  readonly code: ErrorCode
  /** `found` holds what the pattern's groups matched, empty where a group took no part. */
  readonly explain: (
    found: readonly string[],
    context: FailureContext,
  ) => Pick<Explanation, 'why' | 'whatToDo'>
}

/** PURE. A kind whose sentences do not depend on what was found. */
export function describeFailure(
  pattern: RegExp,
  code: ErrorCode,
  why: string,
  whatToDo: string,
): FailureKind {
  return { pattern, code, explain: () => ({ why, whatToDo }) }
}

/** PURE. The role that connects, as SQL writes it. */
export function quoteRole({ parameters }: FailureContext): string {
  const user = parameters['user'] ?? ''
  return user === '' ? 'the connecting role' : quoteIdentifier(user)
}
