import type { Verification } from '../../archive/manifest.ts'
import { BackupError } from '../../errors.ts'
import { formatCount } from '../../units.ts'
import { describeSubject } from '../subject.ts'
import type { PlannedFile } from '../plan.ts'
import { listRowCounts, type Comparison } from '../../fingerprint/compare-fingerprints.ts'
import { fingerprintFacts, fingerprintKinds } from '../../fingerprint/fingerprint-facts.ts'
import type { Fingerprint, FingerprintKind } from '../../fingerprint/fingerprint.ts'
import type { Lacking } from './lacking.ts'
import type { ScratchServer } from '../../drill/scratch/scratch-server.ts'

/** How many differences an error shows. */
const shownDifferences = 3

/**
 * PURE. Says what the comparison of a database has shown. No sentence holds a name, since the manifest of an encrypted
 * backup may hold none.
 * @throws BackupError PGB_VERIFY when there is a difference
 */
export function concludeDatabase(
  planned: PlannedFile,
  comparison: Comparison,
  { copy, scratch, lacking }: { copy: Fingerprint; scratch: ScratchServer; lacking: Lacking | undefined },
): Verification {
  requireNoDifference(planned, comparison.differences)
  const { tallies } = comparison
  return {
    method: 'restore',
    compared: [
      `Restored into PostgreSQL ${scratch.major}, without an error`,
      ...fingerprintKinds.flatMap((kind) => describeEqual(kind, tallies, copy)),
    ],
    notCompared: [
      ...fingerprintKinds.flatMap((kind) => explainRest(kind, tallies)),
      ...explainLacking(lacking),
      ...generalRemarks,
    ],
    rowCounts: listRowCounts(copy),
  }
}

function explainLacking(lacking: Lacking | undefined): string[] {
  if (lacking === undefined) return []
  const { extensions, tables } = lacking
  return [
    `${formatCount(extensions.length, 'extension')} that the scratch server lacks, and what hangs on them, among it ${formatCount(tables.length, 'table')}`,
  ]
}

/** What no comparison of a database covers. */
const generalRemarks: readonly string[] = [
  'Definitions of views, constraints, indexes and policies, owners, privileges, comments and settings',
  'Materialized views and generated columns, whose content a restore computes anew',
  'What belongs to extensions',
]

/** @throws BackupError PGB_VERIFY naming the first differences */
export function requireNoDifference(planned: PlannedFile, differences: readonly string[]): void {
  if (differences.length === 0) return
  const shown = differences.slice(0, shownDifferences).join('; ')
  const rest = differences.length - shownDifferences
  throw new BackupError('PGB_VERIFY', {
    what: `${describeSubject(planned)} was dumped and restored, but the copy differs from the source`,
    why: `${shown}${rest > 0 ? `; and ${formatCount(rest, 'more difference')}` : ''}`,
    whatToDo:
      'Do not trust this backup: look for a failing disk or memory, and for triggers or rules on the scratch server',
  })
}

/** PURE. What was compared of one kind and is equal. */
export function describeEqual(
  kind: FingerprintKind,
  tallies: Comparison['tallies'],
  copy: Fingerprint,
): string[] {
  const sentence = fingerprintFacts[kind].describeEqual(tallies[kind].equal, copy[kind])
  return sentence === undefined ? [] : [sentence]
}

/** PURE. What was not compared of one kind, and why. */
export function explainRest(kind: FingerprintKind, tallies: Comparison['tallies']): string[] {
  const { nameSome } = fingerprintFacts[kind]
  const { moved, unreadable, omitted } = tallies[kind]
  return [
    ...(moved > 0 ? [`${nameSome(moved)} that changed while the dump ran, outside of its snapshot`] : []),
    ...(unreadable > 0 ? [`${nameSome(unreadable)} that the connecting role may not read`] : []),
    ...(omitted > 0 ? [`${nameSome(omitted)} that the input "options" may leave out`] : []),
  ]
}
