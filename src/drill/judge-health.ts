import type { DatabaseLocale } from '../archive/properties.ts'
import { formatCount } from '../units.ts'
import { watchedNumbers, type Health } from './read-health.ts'

/** What is wrong with a restored copy, and what nobody could see; sentences without final stop. */
export interface HealthVerdict {
  /** Each makes the backup bad. */
  readonly faults: readonly string[]
  readonly unseen: readonly string[]
}

/** Names that one sentence shows. */
const shownNames = 3

/**
 * PURE. Judges what a restored copy says of itself. A sequence behind its column makes inserts fail, and an invalid index
 * is used by no query. A copy has the collations of the machine that restores it, so they can be told apart and not
 * judged.
 * @param locale of the source; undefined where the backup does not tell
 */
export function judgeHealth(health: Health, locale: DatabaseLocale | undefined): HealthVerdict {
  const { feeds, behind, invalidIndexes, otherVersions } = health
  const unreadable = feeds.filter(({ isReadable }) => !isReadable).length
  return {
    faults: [
      ...list(
        behind.map(({ sequence, table, column }) => `${sequence} behind ${table}.${column}`),
        (names) =>
          `of the next ${watchedNumbers} numbers of a sequence some are taken in its column, so that inserts fail: ${names}`,
      ),
      ...list(invalidIndexes, (names) => `indexes are invalid, so that nothing uses them: ${names}`),
    ],
    unseen: [
      ...(unreadable === 0
        ? []
        : [`${formatCount(unreadable, 'sequence')} with its column, which the restoring role may not read`]),
      ...describeLocale(health, locale),
      ...list(
        otherVersions,
        (names) => `collations that are of another version than the library of the scratch server: ${names}`,
      ),
    ],
  }
}

function describeLocale({ locale: here }: Health, locale: DatabaseLocale | undefined): string[] {
  if (locale === undefined) return ['The order of texts: the backup does not tell the locale of the database']
  const names = [locale.locale ?? locale.collate, locale.ctype]
  const isSame = (locale.locale ?? null) === here.locale && (locale.collate ?? here.collate) === here.collate
  if (isSame && (locale.ctype ?? here.ctype) === here.ctype) return []
  const known = [...new Set(names)].filter((name) => name !== null).map((name) => `"${name}"`)
  return [
    `The order of texts: the copy was restored with the locale "${here.locale ?? here.collate}" instead of ${known.join(' and ')}`,
  ]
}

function list(names: readonly string[], describe: (names: string) => string): string[] {
  if (names.length === 0) return []
  const rest = names.length - shownNames
  return [describe(`${names.slice(0, shownNames).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`)]
}
