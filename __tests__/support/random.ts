/** Random numbers that come again with the same seed, for tests over many cases. */
export interface Random {
  /** From 0 to below `limit`. */
  whole(limit: number): number
  /** True once in so many times. */
  once(times: number): boolean
  pick<T>(choices: readonly T[]): T
  /** Each of them or not. */
  some<T>(choices: readonly T[]): T[]
  shuffle<T>(items: readonly T[]): T[]
}

/** Mulberry32, which is good enough to pick cases. */
export function makeRandom(seed: number): Random {
  let state = seed | 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const whole = (limit: number): number => Math.floor(next() * limit)
  return {
    whole,
    once: (times) => whole(times) === 0,
    pick: (choices) => choices[whole(choices.length)] as (typeof choices)[number],
    some: (choices) => choices.filter(() => whole(2) === 0),
    shuffle: (items) =>
      items
        .map((item) => ({ item, place: next() }))
        .sort((a, b) => a.place - b.place)
        .map(({ item }) => item),
  }
}
