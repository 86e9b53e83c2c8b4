import { expect, it } from '@jest/globals'
import { readOwnerNotGiven, tryOwner } from '../../../src/restoring/left-out/try-owner.ts'

const statement = `ALTER TABLE public."it's" OWNER TO "o'r\\";\n`

it.each([
  [false, 'raise warning', 'not given'],
  [true, 'raise exception', 'refused'],
])(
  'an owner that cannot be given is told, or makes the restore fail (strict: %s)',
  (isStrict, how, words) => {
    expect(tryOwner(statement, `o'r\\`, isStrict)).toBe(
      `DO  E'begin ALTER TABLE public."it''s" OWNER TO "o''r\\\\"; exception when insufficient_privilege then ${how} ''%'',  E''postgres-backup: owner ${words}: o''''r\\\\\\\\''; end';\n`,
    )
  },
)

it.each([
  ['psql:<stdin>:30: WARNING:  postgres-backup: owner not given: a: "b', 'a: "b'],
  ['psql:<stdin>:30: WARNING:  something else', undefined],
])('%s', (line, owner) => {
  expect(readOwnerNotGiven(line)).toBe(owner)
})
