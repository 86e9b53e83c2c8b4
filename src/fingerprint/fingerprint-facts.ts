import type { Omissions } from '../archive/omissions.ts'
import { formatCount } from '../units.ts'
import { askSequence, askTable, makeLargeObjectScript, type RelationQuestion } from './content-query.ts'
import type {
  FingerprintEntries,
  FingerprintEntry,
  FingerprintKind,
  FingerprintRequest,
} from './fingerprint.ts'
import { objectScript } from './object-query.ts'

/** How a kind is read: by a question that batches ask of each relation, or by a script of its own. */
export type FingerprintReading =
  | { readonly relkind: string; readonly ask: RelationQuestion }
  | { readonly makeScript: (request: FingerprintRequest) => string }

/** All that is known of a kind: whoever compares one more adds a row, and a value of {@link FingerprintKind}. */
export interface FingerprintFacts {
  readonly reading: FingerprintReading
  /** Read in the snapshot of the dump; what no snapshot holds is read before and after it. */
  readonly isInSnapshot: boolean
  /** Asked of every source, so that none there means that there is none. */
  readonly isAlwaysAsked: boolean
  /** `relation`: by schema and name. `object`: by type and identity. `all`: there is one entry for all. */
  readonly naming: 'relation' | 'object' | 'all'
  /** What an entry's `rows` are called; undefined where it has none. */
  readonly unit: string | undefined
  /** What is said of one that holds as many and is not equal. */
  readonly change: string
  /** Whether the user's arguments may be why this is left of it. */
  readonly mayBeLeft: (found: FingerprintEntry, omissions: Omissions) => boolean
  /** Names some that were not compared, before `that …`. */
  readonly nameSome: (count: number) => string
  /** Says that so many were compared and are equal; undefined where that is worth no word. */
  readonly describeEqual: (count: number, entries: FingerprintEntries) => string | undefined
}

/** In the order in which a comparison tells of them. */
export const fingerprintFacts: Readonly<Record<FingerprintKind, FingerprintFacts>> = {
  table: {
    reading: { relkind: 'r', ask: askTable },
    isInSnapshot: true,
    isAlwaysAsked: false,
    naming: 'relation',
    unit: 'row',
    change: 'holds other content',
    mayBeLeft: ({ rows }, { data }) => rows === 0 && data,
    nameSome: (count) => formatCount(count, 'table'),
    describeEqual: (count) =>
      `Number of rows and hash of the content: ${formatCount(count, 'table')}, in the snapshot of the dump`,
  },
  object: {
    reading: { makeScript: () => objectScript },
    isInSnapshot: true,
    isAlwaysAsked: true,
    naming: 'object',
    unit: undefined,
    change: 'is defined otherwise',
    mayBeLeft: () => false,
    nameSome: (count) => formatCount(count, 'object'),
    describeEqual: (count) =>
      `Names, kinds and columns, without definitions: ${formatCount(count, 'object')}, in the snapshot of the dump`,
  },
  sequence: {
    reading: { relkind: 'S', ask: askSequence },
    isInSnapshot: false,
    isAlwaysAsked: false,
    naming: 'relation',
    unit: undefined,
    change: 'stands at another value',
    mayBeLeft: (_, { data }) => data,
    nameSome: (count) => formatCount(count, 'sequence'),
    describeEqual: (count) => (count > 0 ? `Values: ${formatCount(count, 'sequence')}` : undefined),
  },
  largeObjects: {
    reading: { makeScript: makeLargeObjectScript },
    isInSnapshot: true,
    isAlwaysAsked: false,
    naming: 'all',
    unit: 'piece',
    change: 'holds other content',
    mayBeLeft: ({ rows }, { data, objects }) => rows === 0 && (data || objects),
    nameSome: () => 'Large objects, among them some',
    describeEqual: (count, entries) => {
      const [all] = [...entries.values()]
      const objects = all?.rows ?? 0
      return count > 0 && objects > 0 ? `Content: ${formatCount(objects, 'large object')}` : undefined
    },
  },
}

/** Every kind, in the order of {@link fingerprintFacts}. */
export const fingerprintKinds = Object.keys(fingerprintFacts) as readonly FingerprintKind[]

/** PURE. A fingerprint, whose entries of each kind are given. */
export function makeFingerprint<T extends FingerprintEntries>(
  fill: (kind: FingerprintKind) => T,
): Record<FingerprintKind, T> {
  return Object.fromEntries(fingerprintKinds.map((kind) => [kind, fill(kind)])) as Record<FingerprintKind, T>
}
