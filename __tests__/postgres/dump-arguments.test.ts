import { expect, it } from '@jest/globals'
import { makeDumpAllArguments } from '../../src/postgres/dump-arguments.ts'

const request = {
  kind: 'cluster',
  lockWaitTimeout: '60s',
  database: 'shop',
  excluded: [],
  mayReadPasswords: true,
  options: [],
} as const

it('dumps roles with their passwords where they may be read', () => {
  const args = ['--no-password', "--database=dbname='shop'", '--lock-wait-timeout=60s']
  expect(makeDumpAllArguments(request)).toEqual(args)
})

it('leaves out passwords and databases that are closed, whatever they are called', () => {
  const excluded = ['a*b', 'q"uote']
  expect(makeDumpAllArguments({ ...request, excluded, mayReadPasswords: false, options: ['-v'] })).toEqual([
    '--no-password',
    "--database=dbname='shop'",
    '--no-role-passwords',
    '--lock-wait-timeout=60s',
    '--exclude-database="a*b"',
    '--exclude-database="q""uote"',
    '-v',
  ])
})
