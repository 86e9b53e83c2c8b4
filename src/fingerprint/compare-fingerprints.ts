import type { Omissions } from '../archive/omissions.ts'
import type { RowCount } from '../archive/manifest.ts'
import { formatCount } from '../units.ts'
import { fingerprintFacts, fingerprintKinds } from './fingerprint-facts.ts'
import type { Fingerprint, FingerprintEntry, FingerprintKind } from './fingerprint.ts'

/** The source on both sides of the dump; what is read in the dump's own snapshot is the same in both. */
export interface SourceFingerprints {
  readonly before: Fingerprint
  readonly after: Fingerprint
}

/** How the things of one kind came out. */
export interface Tally {
  readonly equal: number
  /** Changed while the dump ran, outside of its snapshot. */
  readonly moved: number
  readonly unreadable: number
  readonly omitted: number
}

export interface Comparison {
  /** One phrase for each difference, naming the table or object. */
  readonly differences: readonly string[]
  readonly tallies: Readonly<Record<FingerprintKind, Tally>>
}

type Outcome = keyof Tally | { readonly difference: string }

/** PURE. Compares the restored copy with the source. */
export function compareFingerprints(
  source: SourceFingerprints,
  copy: Fingerprint,
  omissions: Omissions,
): Comparison {
  const outcomes = fingerprintKinds.map((kind) => [kind, compareKind(kind, source, copy, omissions)] as const)
  return {
    differences: outcomes.flatMap(([, list]) =>
      list.flatMap((outcome) => (typeof outcome === 'string' ? [] : [outcome.difference])),
    ),
    tallies: Object.fromEntries(outcomes.map(([kind, list]) => [kind, tally(list)])) as Comparison['tallies'],
  }
}

function compareKind(
  kind: FingerprintKind,
  source: SourceFingerprints,
  copy: Fingerprint,
  omissions: Omissions,
): Outcome[] {
  const [before, after, restored] = [source.before[kind], source.after[kind], copy[kind]]
  // Nothing at all was asked of the source, as for the rows of a whole cluster.
  if (before.size === 0 && after.size === 0 && !fingerprintFacts[kind].isAlwaysAsked) return []
  const names = new Set([...before.keys(), ...after.keys(), ...restored.keys()])
  return [...names].map((name) => {
    const [first, last, found] = [before.get(name), after.get(name), restored.get(name)]
    if (first === undefined && last === undefined)
      return { difference: `${label(kind, name)} is in the copy only` }
    if (first === undefined || last === undefined || first.value !== last.value) return 'moved'
    if (first.value === null) return 'unreadable'
    return compareEntry(kind, name, { expected: first, found }, omissions)
  })
}

function compareEntry(
  kind: FingerprintKind,
  name: string,
  { expected, found }: { expected: FingerprintEntry; found: FingerprintEntry | undefined },
  omissions: Omissions,
): Outcome {
  if (found?.value === expected.value && found.rows === expected.rows) return 'equal'
  if (found === undefined) {
    return omissions.objects ? 'omitted' : { difference: `${label(kind, name)} is missing in the copy` }
  }
  const { unit, change, mayBeLeft } = fingerprintFacts[kind]
  if (mayBeLeft(found, omissions)) return 'omitted'
  if (unit === undefined || found.rows === expected.rows)
    return { difference: `${label(kind, name)} ${change}` }
  const counts = `${formatCount(found.rows ?? 0, unit)} instead of ${expected.rows ?? 0}`
  return { difference: `${label(kind, name)} has ${counts}` }
}

/** All but relations say what they are in their names. */
function label(kind: FingerprintKind, name: string): string {
  return fingerprintFacts[kind].naming === 'relation' ? `${kind} ${name}` : name
}

function tally(outcomes: readonly Outcome[]): Tally {
  const count = (wanted: keyof Tally): number => outcomes.filter((outcome) => outcome === wanted).length
  return {
    equal: count('equal'),
    moved: count('moved'),
    unreadable: count('unreadable'),
    omitted: count('omitted'),
  }
}

/** PURE. The rows of each table of the copy. */
export function listRowCounts({ table }: Fingerprint): RowCount[] {
  return [...table].map(([name, { rows }]) => ({ table: name, rows: rows ?? 0 }))
}
