import { describe, expect, it } from '@jest/globals'
import { settleName } from '../../src/restore/target/target-name.ts'
import { findNamedDatabase } from '../../src/restore/target/target.ts'
import { expectRefusal, makeChecked, makeExisting, makeTarget } from './samples.ts'
import { makeFile } from '../support/manifests.ts'

const solo = makeChecked([makeFile({ database: 'solo' })])
const two = makeChecked([makeFile({ database: 'solo' }), makeFile({ database: 'other' })])
const cluster = makeChecked([makeFile({ kind: 'cluster', database: null })])
const empty = makeExisting()
const full = makeExisting({ objects: 3, examples: ['a', 'b', 'c'] })

describe('the only database of a backup', () => {
  it.each<[string, string, Parameters<typeof makeTarget>[0], typeof solo, string[]]>([
    ['keeps its name without another', '', { named: undefined }, solo, ['solo']],
    ['keeps its name where the url names the same', '', { named: 'solo' }, solo, ['solo']],
    [
      'gets that of the empty database in the url',
      '',
      { named: 'new', existing: { new: empty } },
      solo,
      ['new'],
    ],
    [
      'keeps its name where that is wanted',
      'solo',
      { named: 'new', existing: { new: full } },
      solo,
      ['solo'],
    ],
    ['is one of two, so that they keep their names', '', { named: 'new' }, two, ['solo', 'other']],
    ['is none in a cluster', '', { named: 'new', existing: { new: full } }, cluster, []],
  ])('%s', (_, wish, target, backup, names) => {
    const settled = settleName(backup, wish === '' ? undefined : wish, makeTarget(target))
    expect(settled.databases.map((database) => database.target)).toEqual(names)
  })
  it.each<[string, Parameters<typeof makeTarget>[0], RegExp]>([
    ['is not empty', { existing: { new: full } }, /"new", which is not empty, as it holds a, b, c/],
    ['stands beside one of the backup', { existing: { new: empty, solo: empty } }, /server has both/],
    ['does not exist', {}, /does not exist/],
  ])('is refused where the database in the url %s', (_, target, words) => {
    const settle = (): unknown => settleName(solo, undefined, makeTarget({ named: 'new', ...target }))
    expectRefusal(settle, 'PGB_INPUT', words)
    expectRefusal(settle, 'PGB_INPUT', /Set "target-database" to "new" or to "solo"/)
  })
})

describe('the database that a url names outright', () => {
  it.each<[string | undefined, boolean, string | undefined]>([
    ['shop', false, 'shop'],
    ['', false, undefined],
    [undefined, false, undefined],
    ['postgres', false, undefined],
    ['template1', false, undefined],
    ['postgres', true, 'postgres'],
  ])('is, of %s where a service gives just one: %s, %s', (named, hasOne, expected) => {
    expect(findNamedDatabase(named, hasOne)).toBe(expected)
  })
})
