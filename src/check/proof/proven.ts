import type { Judgement } from '../../catalogue/judge.ts'
import type { Copy, Problem, Verdict } from '../../catalogue/problems.ts'
import type { Duration } from '../../inputs/duration.ts'
import { formatCount, formatSeconds } from '../../units.ts'
import type { CheckMethod, ProofInputs } from '../inputs.ts'
import { refuseCheck } from './user-checks.ts'

/** A verdict, and how far its copy was proved. */
export interface ProvenVerdict extends Verdict {
  /** Undefined where there is no copy. */
  readonly verified: CheckMethod | undefined
  /** Fetch, decryption and restore; undefined where nothing was restored. */
  readonly restoreSeconds?: number
  /** Counted in the copy. */
  readonly rows?: number
  /** Names of the databases that were restored: several of a file of a whole cluster. */
  readonly restored?: readonly string[]
  /** What was not looked at, in sentences without final stop. */
  readonly unseen?: readonly string[]
}

/** What a check found, its copies proved as far as it was asked for. */
export interface ProvenJudgement extends Judgement {
  readonly verdicts: readonly ProvenVerdict[]
  /** Of all databases together; undefined where nothing was to be restored. */
  readonly restoreSeconds: number | undefined
}

/** PURE. Checks that nobody could ask, and a drill that took too long. */
export function judgeDrill(
  verdicts: readonly ProvenVerdict[],
  seconds: number,
  inputs: ProofInputs,
): Problem[] {
  const names = new Set(verdicts.flatMap(({ copy, restored }) => restored ?? [copy?.file.database ?? '']))
  const unasked = inputs.checks.filter(({ database }) => !names.has(database))
  const { maxDuration } = inputs
  const isSlow = maxDuration !== undefined && seconds * 1000 > maxDuration.milliseconds
  return [
    ...unasked.map(({ database, query }) => refuseCheck(database, query, 'no backup of it was found to ask')),
    ...(isSlow ? [refuseSlow(verdicts.length, seconds, maxDuration)] : []),
  ]
}

function refuseSlow(databases: number, seconds: number, { text }: Duration): Problem {
  return {
    code: 'PGB_SLOW',
    what: 'The restore takes too long',
    why: `fetch, decryption and restore of ${formatCount(databases, 'database')} took ${formatSeconds(seconds)}, and "max-duration" is ${text}`,
    whatToDo:
      'See in the log which part took long; more "jobs", `format: directory` or a faster runner may help',
  }
}

/** PURE. The copies that were judged. */
export function listCopies(verdicts: readonly ProvenVerdict[]): Copy[] {
  return verdicts.map(({ copy }) => copy).filter((copy) => copy !== undefined)
}
