/** A step of the protocol that can be made to fail. */
export type Step =
  'create' | 'block' | 'blocklist' | 'finalize' | 'list' | 'signed-url' | 'delete' | 'download' | 'api'

/**
 * How a step fails: with an HTTP status, by a reset connection before anything was done, by an answer that
 * never comes, or `lost`: everything is done, then the connection is reset instead of the answer;
 * `cut`, for downloads: half of the bytes come, then the connection is reset.
 */
export type FaultKind = number | 'reset' | 'hang' | 'lost' | 'cut'

/** A rule of `fail()`. */
export interface FaultRule {
  readonly step: Step
  readonly kind: FaultKind
  /** How many requests fail before the step works again; default: all of them. */
  readonly times?: number
  /** The `msg` of a Twirp error, as in GitHub's `insufficient usage`. */
  readonly message?: string
}

/** The rules that are still in force. */
export interface Faults {
  add(rule: FaultRule): void
  clear(): void
  /** The fault for this request, if any; counts it. */
  take(step: Step): FaultRule | undefined
}

/** Keeps the rules, in the order in which they were added. */
export function createFaults(): Faults {
  let rules: { rule: FaultRule; left: number }[] = []
  return {
    add(rule) {
      rules.push({ rule, left: rule.times ?? Infinity })
    },
    clear() {
      rules = []
    },
    take(step) {
      const entry = rules.find((candidate) => candidate.rule.step === step && candidate.left > 0)
      if (entry === undefined) return undefined
      entry.left -= 1
      return entry.rule
    },
  }
}
