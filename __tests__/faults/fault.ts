import { begin } from './world.ts'
import type { Case, World } from './world.ts'
import type { Expectation, Outcome } from './judge.ts'

/** Uniform between 0 and 1, the same for the same seed. */
export type Random = () => number

/** One row of the table: a way in which a backup is disturbed, and what must hold afterwards. */
export interface Fault {
  readonly kind: string
  readonly name: string
  /** How often the long loop makes it. */
  readonly rounds: number
  /** Too slow for the normal tests. */
  readonly isSlow?: boolean
  /** Another row, or a test beside the code, proves its rule too: `npm test` leaves it to the long loop. */
  readonly isVariant?: boolean
  readonly inflict: (world: World, random: Random) => Promise<Outcome>
}

/** mulberry32: small, and good enough to choose moments. */
export function makeRandom(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Runs a case to its end. */
export async function runCase(world: World, given: Case, expected: Expectation): Promise<Outcome> {
  const { action, service, outputDirectory } = await begin(world, given)
  return { run: await action.done, service, outputDirectory, expected }
}
