import type { Explanation } from '../../errors.ts'
import { formatSeconds } from '../../units.ts'

/** A login that the server has taken once in this run. */
export interface AcceptedLogin {
  /** By `performance.now()`. */
  readonly at: number
  /** What it is for, which decides about what helps when it expires. */
  readonly purpose: 'backup' | 'restore'
}

/** Each session of a backup begins with a dump; a restore has some before, between and after its databases. */
const advice = {
  backup:
    'Let all dumps begin while it counts (more "jobs", or fewer "databases" in each of several steps, each with a token of its own), or use a password; see docs/large.md',
  restore:
    'Restore as a role with a password, or fewer "databases" in each of several steps, each with a token that was fetched right before it; see docs/large.md',
}

/** PURE. Why a login is refused that was taken before: tokens count when a session begins, and not any longer later. */
export function explainExpired({ at, purpose }: AcceptedLogin): Pick<Explanation, 'why' | 'whatToDo'> {
  const ago = formatSeconds((performance.now() - at) / 1000)
  return {
    why: `the server took this login ${ago} before, and refuses it now, as it does with a token that has expired (of RDS IAM after 15 minutes)`,
    whatToDo: advice[purpose],
  }
}
