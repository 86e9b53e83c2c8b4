import { expect, it } from '@jest/globals'
import { listLostObjects } from '../../../src/restore/forecast/losses.ts'

it('an object is lost of which the dump makes none of its kind, schema and name', () => {
  const present = [
    { type: 'EXTENSION', schema: '', name: 'citext' },
    { type: 'FUNCTION', schema: 'b', name: 'f(integer)' },
    { type: 'FUNCTION', schema: 'b', name: 'f(text)' },
    { type: 'MATERIALIZED VIEW', schema: 'b', name: 'm' },
    { type: 'SEQUENCE', schema: 'b', name: 'numbers' },
    { type: 'TABLE', schema: 'b', name: 'partitioned' },
    { type: 'VIEW', schema: 'b', name: 'two\nlines' },
  ]
  const tables = [{ schema: 'b', name: 'partitioned', oid: null, hasRows: false }]
  const objects = [
    { type: 'FUNCTION', schema: 'b', name: 'f(integer)' },
    { type: 'SEQUENCE', schema: 'c', name: 'numbers' },
    { type: 'VIEW', schema: 'b', name: 'm' },
    { type: 'VIEW', schema: 'b', name: 'two lines' },
  ]
  expect(listLostObjects(present, { objects, tables })).toEqual([
    'extension citext',
    'function b.f(text)',
    'materialized view b.m',
    'sequence b.numbers',
  ])
})
