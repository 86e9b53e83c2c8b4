import { BackupError, type ErrorCode, type Explanation } from '../../errors.ts'
import type { ConnectionParameters } from '../connection/connection-keywords.ts'
import type { HostingService } from '../hosting/services.ts'
import { quoteIdentifier } from '../sql/quote.ts'
import type { AcceptedLogin } from './expired-login.ts'

/** What was going on when a tool failed. */
export interface FailureContext {
  readonly parameters: ConnectionParameters
  /** The database in question; undefined when there is none, as for globals. */
  readonly database: string | undefined
  /** First sentence of the error, as in `The database "shop" was not dumped`. */
  readonly action: string
  /** The hosting service, where the server is one of its. */
  readonly service?: HostingService | undefined
  /** Whether the connecting role is one, and the tools were told to act as no other. */
  readonly isSuperuser?: boolean
  /** Undefined where the server has not taken this login before. */
  readonly accepted?: AcceptedLogin | undefined
}

/** One kind of failure that PostgreSQL's tools report, recognised by its text. */
export interface FailureKind {
  readonly pattern: RegExp
  readonly code: ErrorCode
  /** Whether it ends by itself, as the restart of a server does. */
  readonly mayPass?: boolean
  /** Where else it means something else. */
  readonly applies?: (context: FailureContext) => boolean
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

/** PURE. The same of a kind that ends by itself. */
export function describePassing(...kind: Parameters<typeof describeFailure>): FailureKind {
  return { ...describeFailure(...kind), mayPass: true }
}

/** Cause of an error of a kind that ends by itself. */
export const passingFailure: unique symbol = Symbol('passing failure')

/** PURE. Whether a server has failed by what may pass. */
export function mayServerReturn(error: unknown): boolean {
  return error instanceof BackupError && error.cause === passingFailure
}

/** PURE. What somebody can do who lacks a right: a service gives its superuser to nobody. */
export function adviseRole({ service }: FailureContext, otherwise: string): string {
  if (service === undefined) return otherwise
  return `Connect as ${service.highestRole}, which may do what ${service.name} allows its users`
}

/** PURE. The role that connects, as SQL writes it. */
export function quoteRole({ parameters }: FailureContext): string {
  const user = parameters['user'] ?? ''
  return user === '' ? 'the connecting role' : quoteIdentifier(user)
}
