import { describe, expect, it } from '@jest/globals'
import { formatTimeStamp, makeFileName, toReadableName } from '../../src/archive/file-name.ts'

const timeStamp = '20261104T020000Z'

it.each([
  ['2026-11-04T02:00:00.000Z', '20261104T020000Z'],
  ['2026-11-04T02:00:00.999+02:00', '20261104T000000Z'],
])('formats %s in UTC', (time, expected) => {
  expect(formatTimeStamp(new Date(time))).toBe(expected)
})

it.each([
  ['database', 'plain', '.gz', false, 'shop_20261104T020000Z.sql.gz'],
  ['database', 'plain', '', false, 'shop_20261104T020000Z.sql'],
  ['database', 'custom', '', true, 'shop_20261104T020000Z.dump.age'],
  ['database', 'directory', '.zst', true, 'shop_20261104T020000Z.dir.tar.zst.age'],
  ['database', 'tar', '.xz', false, 'shop_20261104T020000Z.tar.xz'],
  ['cluster', 'plain', '.lz4', false, 'cluster_20261104T020000Z.sql.lz4'],
  ['globals', 'plain', '.bz2', true, 'globals_20261104T020000Z.sql.bz2.age'],
  ['contents', 'plain', '', true, 'contents.json.age'],
] as const)('names a %s in format %s with %j', (kind, format, compressionSuffix, encrypted, expected) => {
  const subject = kind === 'database' ? { kind, database: 'shop' } : { kind, database: null }
  expect(makeFileName({ ...subject, format, compressionSuffix, encrypted, timeStamp })).toBe(expected)
})

describe('toReadableName', () => {
  it.each([
    'shop',
    'Shop',
    'my-app_2.test',
    '0',
    '_x',
    'x-cafe',
    'con-x',
    'console',
    'postgres',
    'a'.repeat(100),
  ])('keeps %s', (name) => {
    expect(toReadableName(name)).toBe(name)
  })

  it.each([
    ['my shop', /^my_shop-[0-9a-f]{16}$/],
    ['Größe', /^Gro_e-[0-9a-f]{16}$/],
    ['café', /^cafe-[0-9a-f]{16}$/],
    ['日本', /^database-[0-9a-f]{16}$/],
    ['../../etc/passwd', /^etc_passwd-[0-9a-f]{16}$/],
    ['.hidden', /^hidden-[0-9a-f]{16}$/],
    ['-rf', /^rf-[0-9a-f]{16}$/],
    ['$(x)', /^x-[0-9a-f]{16}$/],
    ['a\nb', /^a_b-[0-9a-f]{16}$/],
    ['cluster', /^cluster-[0-9a-f]{16}$/],
    ['GLOBALS', /^GLOBALS-[0-9a-f]{16}$/],
    ['properties', /^properties-[0-9a-f]{16}$/],
    ['con', /^con-[0-9a-f]{16}$/],
    ['Lpt1.txt', /^Lpt1_txt-[0-9a-f]{16}$/],
    ['', /^database-[0-9a-f]{16}$/],
    ['x'.repeat(101), /^x{60}-[0-9a-f]{16}$/],
    ['shop-0123abcd', /^shop-0123abcd-[0-9a-f]{16}$/],
  ])('gives %j a stand-in', (name, expected) => {
    expect(toReadableName(name)).toMatch(expected)
  })

  it('takes the digits from the SHA-256 of the name', () => {
    // printf 'my shop' | sha256sum
    expect(toReadableName('my shop')).toBe('my_shop-21e023186c79473d')
  })

  it('gives a name that was made to meet another’s stand-in one of its own', () => {
    const standIn = toReadableName('my shop')
    expect(toReadableName(standIn)).not.toBe(standIn)
  })

  it('tells siblings apart that differ by case alone', () => {
    expect(toReadableName('shop', ['shop', 'other'])).toBe('shop')
    const names = ['Shop', 'shop', 'SHOP'].map((name, _, all) => toReadableName(name, all).toLowerCase())
    expect(new Set(names).size).toBe(3)
  })
})

describe('any names at all', () => {
  const pieces = [
    'a',
    'B',
    'b',
    'con',
    'aux',
    '.',
    '-',
    '_',
    ' ',
    '/',
    '\\',
    ':',
    '"',
    '\n',
    'é',
    'e\u0301',
    '漢',
    '😀',
    '~',
    '1',
  ]
  const random = makeRandom(20261104)
  const names = [...new Set(Array.from({ length: 5000 }, makeName))]

  function makeName(): string {
    const length = random() < 0.05 ? 63 : 1 + Math.floor(random() * 4)
    return Array.from({ length }, () => pieces[Math.floor(random() * pieces.length)]).join('')
  }

  it('give file names that are distinct where case does not count, safe and short', () => {
    const files = names.map((database) =>
      makeFileName({
        kind: 'database',
        database,
        siblings: names,
        format: 'directory',
        compressionSuffix: '.zst',
        encrypted: true,
        timeStamp,
      }),
    )
    expect(new Set(files.map((file) => file.toLowerCase())).size).toBe(names.length)
    for (const file of files) {
      expect(file).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]*[A-Za-z0-9]$/)
      expect(file).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)\./i)
      expect(file).not.toMatch(/^(cluster|globals)_/i)
      expect(Buffer.byteLength(file)).toBeLessThanOrEqual(200)
    }
  })
})

/** A fixed sequence, so that a failure can be seen again (mulberry32). */
function makeRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
