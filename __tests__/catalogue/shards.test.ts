import { describe, expect, it } from '@jest/globals'
import { divide, fitsInput, isPartName, makeMatrix, type Load } from '../../src/catalogue/shards.ts'
import { makeRandom } from '../support/random.ts'

const load = (database: string, work: number): Load => ({ database, size: work, work })
const longest = (works: readonly number[]): number => Math.max(...works)

function makeLoads(seed: number, count: number, limit: number): Load[] {
  const random = makeRandom(seed)
  return Array.from({ length: count }, (_, index) => load(`db${index}`, random.whole(limit)))
}

/** The longest part of the best division, by trying all; of parts that are alike so far only one is tried. */
function findBest(loads: readonly Load[], parts: number[], best = Infinity): number {
  const [first, ...others] = loads
  if (first === undefined) return longest(parts)
  let found = best
  for (const work of new Set(parts)) {
    if (work + first.work >= found) continue
    const place = parts.indexOf(work)
    const next = parts.map((other, index) => (index === place ? other + first.work : other))
    found = findBest(others, next, found)
  }
  return found
}

/**
 * No division can do better: not than the mean, nor than the longest, and of the longest `k * count + 1` some `k + 1` must
 * share a part.
 */
function findBound(loads: readonly Load[], count: number): number {
  const works = loads.map(({ work }) => work).sort((a, b) => b - a)
  const mean = Math.ceil(works.reduce((sum, work) => sum + work, 0) / count)
  const shared = works.map((_, index) => {
    const size = Math.floor(index / count) + 1
    return works.slice(index + 1 - size, index + 1).reduce((sum, work) => sum + work, 0)
  })
  return longest([mean, ...shared])
}

describe('divide', () => {
  it('gives the longest first, to the part that has the least', () => {
    const loads = [load('e', 2), load('a', 7), load('c', 4), load('b', 5), load('d', 3)]
    const parts = divide(loads, 2).map(({ number, work, loads: own }) => [
      number,
      work,
      own.map(({ database }) => database).join(''),
    ])
    expect(parts).toEqual([
      [1, 11, 'bce'],
      [2, 10, 'ad'],
    ])
  })

  it('comes within 4/3 of the best division of few databases', () => {
    const faults = Array.from({ length: 600 }, (_, seed) => {
      const random = makeRandom(seed)
      const [count, parts] = [1 + random.whole(9), 1 + random.whole(4)]
      const loads = makeLoads(seed, count, random.pick([4, 30, 1000]))
      const found = longest(divide(loads, parts).map(({ work }) => work))
      const best = findBest(loads, Array<number>(parts).fill(0))
      return found > (4 / 3) * best ? `seed ${seed}: ${found} instead of ${best}` : ''
    })
    expect(faults.filter((fault) => fault !== '')).toEqual([])
  })

  it('comes within 4/3 of what the best division of many cannot beat, and loses or doubles none', () => {
    const faults = Array.from({ length: 200 }, (_, seed) => {
      const random = makeRandom(seed)
      const [count, parts] = [1 + random.whole(300), 1 + random.whole(40)]
      const loads = makeLoads(seed, count, random.pick([3, 100, 1e6]))
      const shards = divide(loads, parts)
      const found = longest(shards.map(({ work }) => work))
      const names = shards.flatMap(({ loads: own }) => own.map(({ database }) => database))
      const isWhole = names.length === count && new Set(names).size === count
      const isFull =
        shards.length === Math.min(count, parts) && shards.every((shard) => shard.loads.length > 0)
      const isGood = found <= (4 / 3) * findBound(loads, Math.min(count, parts))
      return isWhole && isFull && isGood ? '' : `seed ${seed}`
    })
    expect(faults.filter((fault) => fault !== '')).toEqual([])
  })

  it('does not depend on the order of listing', () => {
    const loads = makeLoads(7, 200, 5)
    const random = makeRandom(8)
    const expected = divide(loads, 16)
    for (let round = 0; round < 20; round += 1) {
      expect(divide(random.shuffle(loads), 16)).toEqual(expected)
    }
  })

  it('makes as many parts as GitHub starts jobs', () => {
    expect(divide(makeLoads(1, 1000, 10), 1000)).toHaveLength(256)
    expect(divide([], 4)).toEqual([])
  })
})

describe('makeMatrix', () => {
  it('gives each part what its job needs, and the globals to one', () => {
    const loads = [load('shop', 5e9), load('a"b', 2e9), { database: 'hidden', size: null, work: 1 }]
    expect(makeMatrix(divide(loads, 2), 'nightly', true)).toEqual({
      include: [
        {
          shard: 1,
          databases: '["shop"]',
          size: 5e9,
          label: '1 of 2: 1 database, 5.0 GB',
          name: 'nightly-1-of-2',
          globals: false,
        },
        {
          shard: 2,
          databases: JSON.stringify(['a"b', 'hidden']),
          size: 2e9,
          label: '2 of 2: 2 databases, 2.0 GB',
          name: 'nightly-2-of-2',
          globals: true,
        },
      ],
    })
    const { include } = makeMatrix(divide(makeLoads(1, 20, 9), 12), 'x', false)
    expect(include.map(({ name }) => name)).toEqual(include.map(({ name }) => name).sort())
    expect(include.filter(({ globals }) => globals)).toEqual([])
    expect(include.filter(({ name }) => !isPartName(name))).toEqual([])
    expect(['nightly', '1-of-2-shop', undefined].filter(isPartName)).toEqual([])
  })

  const named = (count: number, length: number): Load[] =>
    Array.from({ length: count }, (_, index) => load(String(index).padStart(length, 'n'), 1e9))

  it('passes 10,000 names of 20 bytes from job to job beside the list of all, and refuses more', () => {
    const name = 'postgres-backup-20261104T020000Z'
    const loads = named(10_000, 20)
    const outputs = [makeMatrix(divide(loads, 256), name, true), loads.map(({ database }) => database)]
    const size = outputs.reduce(
      (sum, output) => sum + Buffer.byteLength(JSON.stringify(output), 'utf16le'),
      0,
    )
    expect(size).toBeLessThanOrEqual(2 ** 20)
    expect(() => makeMatrix(divide(named(11_000, 20), 256), name, true)).toThrow(
      /"shards" cannot be used: .* 1\.1 MB with 11000 databases, and GitHub passes 1 MB .*\[PGB_INPUT\]$/,
    )
  })

  it('counts characters that are not seen as outputs show them', () => {
    const loads = named(2500, 5).map((entry) => ({
      ...entry,
      database: `${'\u007f'.repeat(58)}${entry.database}`,
    }))
    expect(() => makeMatrix(divide(loads, 256), 'x', false)).toThrow(/3\.\d MB with 2500 databases/)
  })

  it('refuses a part with more names than an input takes', () => {
    expect(() => makeMatrix(divide(named(6000, 20), 1), 'x', false)).toThrow(/part 1 of 1 .* 128 KiB/)
    expect(fitsInput(['a'.repeat(131_000)])).toBe(true)
    expect(fitsInput(['a'.repeat(131_060)])).toBe(false)
  })
})
