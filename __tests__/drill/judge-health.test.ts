import { expect, it } from '@jest/globals'
import { judgeHealth } from '../../src/drill/judge-health.ts'
import type { Feed, Health } from '../../src/drill/read-health.ts'
import type { DatabaseLocale } from '../../src/archive/properties.ts'

const feed: Feed = {
  sequence: 'public.item_id_seq',
  table: 'public.item',
  column: 'id',
  isParent: false,
  isDescending: false,
  cycles: false,
  isReadable: true,
}

const well: Health = {
  feeds: [feed],
  behind: [],
  invalidIndexes: [],
  locale: { collate: 'de_DE.UTF-8', ctype: 'de_DE.UTF-8', locale: null },
  otherVersions: [],
}

const german: DatabaseLocale = {
  provider: 'libc',
  collate: 'de_DE.UTF-8',
  ctype: 'de_DE.UTF-8',
  locale: null,
  icuRules: null,
}

it('is silent about a database that is well', () => {
  expect(judgeHealth(well, german)).toEqual({ faults: [], unseen: [] })
})

const four = ['a', 'b', 'c', 'd'].map((name) => ({ ...feed, sequence: `public.${name}` }))

it.each<[Partial<Health>, RegExp]>([
  [{ behind: [feed] }, /some are taken in its column.*: public\.item_id_seq behind public\.item\.id$/],
  [{ behind: four }, /public\.c behind public\.item\.id and 1 more$/],
  [{ invalidIndexes: ['public.item_pkey'] }, /indexes are invalid.*: public\.item_pkey$/],
])('refuses %j', (change, fault) => {
  const { faults, unseen } = judgeHealth({ ...well, ...change }, german)
  expect(faults).toEqual([expect.stringMatching(fault)])
  expect(unseen).toEqual([])
})

it.each<[Partial<Health>, DatabaseLocale | undefined, RegExp]>([
  [
    { feeds: [feed, { ...feed, isReadable: false }] },
    german,
    /^1 sequence with its column, which .* may not read/,
  ],
  [{}, undefined, /the backup does not tell the locale/],
  [{ locale: { ...well.locale, collate: 'C' } }, german, /the locale "C" instead of "de_DE\.UTF-8"$/],
  [{ locale: { ...well.locale, ctype: 'C' } }, german, /instead of "de_DE\.UTF-8"$/],
  [{}, { ...german, provider: 'icu', locale: 'sv-SE' }, /instead of "sv-SE" and "de_DE\.UTF-8"$/],
  [
    { otherVersions: ['"und-x-icu"', 'the default'] },
    german,
    /of another version.*: "und-x-icu", the default$/,
  ],
])('says what it could not see: %j', (change, locale, remark) => {
  const { faults, unseen } = judgeHealth({ ...well, ...change }, locale)
  expect(unseen).toEqual([expect.stringMatching(remark)])
  expect(faults).toEqual([])
})
