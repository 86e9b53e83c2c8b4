import { expect, it } from '@jest/globals'
import { judgeParts, type RolesState } from '../../src/check/proof/judge-restored.ts'
import type { DumpReport, LeftOut } from '../../src/restoring/left-out/dump-report.ts'

type Report = Pick<DumpReport, 'owners' | 'leftOut'>

const whole: Report = { owners: [], leftOut: [] }
const entry: LeftOut = {
  type: 'ACL',
  schema: 'public',
  name: 'TABLE item',
  reason: 'missing-role',
  roles: ['reader'],
  number: null,
}
const owned: Report = { owners: [{ role: 'keeper', entries: 2 }], leftOut: [entry] }
const extension: LeftOut = {
  ...entry,
  type: 'EXTENSION',
  name: 'postgis',
  reason: 'extension-missing',
  roles: [],
}

const place = { database: 'shop', address: '/backups/one' }

it.each<[string, Report, RolesState, string[], RegExp | undefined]>([
  ['a whole dump with its roles', whole, 'restored', [], undefined],
  ['a dump without roles', whole, 'absent', [], /^Roles, owners.*`globals: true`/],
  ['roles that were read alone', whole, 'unrestored', [], /^Roles, owners.*not restored$/],
  ['roles that are not in the backup of roles', owned, 'restored', ['PGB_VERIFY'], undefined],
  ['roles that nobody backed up', owned, 'absent', [], /^Roles/],
  ['roles that could not be restored', owned, 'unrestored', [], /^Roles/],
  ['a missing extension', { ...whole, leftOut: [extension] }, 'restored', ['PGB_UNKNOWN'], undefined],
  [
    'what needs a superuser',
    { ...whole, leftOut: [{ ...entry, reason: 'needs-superuser', roles: [] }] },
    'restored',
    [],
    undefined,
  ],
])('judges %s', (_, report, roles, codes, unseen) => {
  const { problems, unseen: remarks } = judgeParts(report, roles, place)
  expect(problems.map(({ code }) => code)).toEqual(codes)
  expect(remarks).toEqual(unseen === undefined ? [] : [expect.stringMatching(unseen)])
})

it('names the roles and extensions', () => {
  const comment = { ...extension, type: 'COMMENT', name: 'EXTENSION postgis' }
  const { problems } = judgeParts({ ...owned, leftOut: [entry, extension, comment] }, 'restored', place)
  expect(problems.map(({ what, why }) => `${what}: ${why}`)).toEqual([
    expect.stringContaining(
      'The backup /backups/one lacks roles that "shop" needs: things in it belong, or are granted, to "keeper", "reader"',
    ),
    expect.stringContaining(
      '"shop" of /backups/one was not restored whole: it needs the extensions "postgis", which',
    ),
  ])
})
