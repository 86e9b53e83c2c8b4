import { describe, expect, it } from '@jest/globals'
import { matchesArtifactName, toArtifactName } from '../../../src/stores/artifact/artifact-name.ts'

describe('toArtifactName', () => {
  it.each([
    ['postgres-backup-shop-20261101T120000Z', 'postgres-backup-shop-20261101T120000Z'],
    ['a"b:c<d>e|f*g?h\ri\nj\\k/l', 'a-b-c-d-e-f-g-h-i-j-k-l'],
    ['a<<>>b', 'a-b'],
    ['a\u0000b\u007fc\td', 'a-b-c-d'],
    ['  blanks inside stay  ', 'blanks inside stay'],
    ['Größe 数据库', 'Größe 数据库'],
    ['', 'postgres-backup'],
    ['   ', 'postgres-backup'],
    ['x'.repeat(300), 'x'.repeat(200)],
    [`${'x'.repeat(199)}😀`, `${'x'.repeat(199)}\ufffd`],
  ])('%j becomes %j', (text, name) => {
    expect(toArtifactName(text)).toBe(name)
  })
})

describe('matchesArtifactName', () => {
  it.each([
    ['backup', 'backup', true],
    ['backup-2', 'backup', false],
    ['backup-2', 'backup*', true],
    ['backup', 'backup*', true],
    ['my-backup', 'backup*', false],
    ['anything', '*', true],
    ['a.b', 'a?b', false],
  ])('%s fits %s: %p', (name, query, fits) => {
    expect(matchesArtifactName(name, query)).toBe(fits)
  })
})
