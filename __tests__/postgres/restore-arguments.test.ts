import { describe, expect, it } from '@jest/globals'
import { makeRestoreArguments, type RestoreRequest } from '../../src/postgres/restore-arguments.ts'

const request: RestoreRequest = {
  database: 'shop',
  format: 'custom',
  source: '/backup/shop.dump',
  tableJobs: 1,
  noOwner: false,
  noPrivileges: false,
  options: [],
}
const database = "--dbname=dbname='shop'"
const fixed = ['--no-password', '--exit-on-error', '--format=custom']

describe('makeRestoreArguments', () => {
  it.each<[Partial<RestoreRequest>, string[]]>([
    [{}, [...fixed, database, '/backup/shop.dump']],
    [{ tableJobs: 4 }, [...fixed, '--jobs=4', database, '/backup/shop.dump']],
    // Standard input cannot be jumped about in.
    [{ source: undefined, tableJobs: 4 }, [...fixed, database]],
    [
      { noOwner: true, noPrivileges: true, options: ['--no-comments', '-nblog'] },
      [
        ...[...fixed, '--no-owner', '--no-privileges'],
        ...[database, '--no-comments', '-nblog', '/backup/shop.dump'],
      ],
    ],
  ])('gives for %j', (change, expected) => {
    expect(makeRestoreArguments({ ...request, ...change })).toEqual(expected)
  })
})
