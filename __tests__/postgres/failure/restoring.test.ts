import { expect, it } from '@jest/globals'
import { isOfSeveralWorkers } from '../../../src/postgres/failure/restoring.ts'

it.each([
  ['pg_restore: error: could not execute query: ERROR:  deadlock detected\nDETAIL:  Process 1 waits', true],
  [
    'pg_restore: error: COPY failed for table "item": ERROR:  new row for relation "item" violates check constraint "is_known"\n',
    true,
  ],
  ['pg_restore: error: could not execute query: ERROR:  relation "item" already exists\n', false],
  ['pg_restore: error: COPY failed for table "item": ERROR:  invalid input syntax for type integer\n', false],
])('of several workers may come: %s', (stderr, expected) => {
  expect(isOfSeveralWorkers(stderr)).toBe(expected)
})
