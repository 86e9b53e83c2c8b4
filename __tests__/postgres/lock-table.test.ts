import { expect, it } from '@jest/globals'
import { describeLack, isLack } from '../../src/postgres/lock-table.ts'

it('tells how many locks there are and are needed, and what the setting should be', () => {
  const room = { capacity: 3328, held: 12, needed: 5000, maxLocksPerTransaction: 64 }
  const { why, whatToDo } = describeLack(room)
  expect(why).toMatch(
    /room for 3328, others hold 12, and the dump needs 5000, one for each table and sequence/,
  )
  // 1.1 times as many as are needed, where each 1 of the setting makes 52.
  expect(whatToDo).toMatch(/max_locks_per_transaction on the server to 107 or more and restart it/)
})

it('never advises what is set already', () => {
  const room = { capacity: 3328, held: 0, needed: 10, maxLocksPerTransaction: 64 }
  expect(describeLack(room).whatToDo).toMatch(/ to 65 or more/)
})

it('gives no figures where the server tells none', () => {
  expect(describeLack(undefined)).toEqual({
    why: 'the server has no room for the locks of so many objects',
    whatToDo: expect.stringMatching(/^Raise max_locks_per_transaction on the server and restart it/),
  })
})

it.each<[string, number, boolean]>([
  ['HINT:  You might need to increase max_locks_per_transaction.', 10, true],
  // Somebody waits to change the table, though there is room.
  ['pg_dump: error: could not obtain lock on relation "public.t"', 10, false],
  ['pg_dump: error: could not obtain lock on relation "public.t"', 2000, true],
])('is sure of it only where there is no room: %s, %i', (stderr, needed, expected) => {
  const room = { capacity: 3328, held: 0, needed, maxLocksPerTransaction: 64 }
  expect(isLack(stderr, room)).toBe(expected)
})
