import { defaults, server } from '../__tests__/backup/samples.ts'
import { makeRandom, type Random } from '../__tests__/support/random.ts'
import { planFleet } from '../src/backup/fleet/plan-fleet.ts'
import { makePlan } from '../src/backup/plan.ts'
import type { DatabaseFacts } from '../src/postgres/server.ts'
import { formatBytes, formatSeconds } from '../src/units.ts'
import { formatRows } from './report.ts'

/** Bytes: half of the databases are smaller. */
const median = 50e6

/** Sizes as they may be. */
interface World {
  readonly name: string
  /** Of the normal distribution of the sizes' logarithm: with 2, one database in forty is fifty times larger than the median. */
  readonly sigma: number
  /** Bytes of those that no distribution tells of. */
  readonly giants: readonly number[]
}

const worlds: readonly World[] = [
  { name: 'unequal, with giants', sigma: 2, giants: [300e9, 200e9, 150e9, 120e9, 100e9] },
  { name: 'customers alike', sigma: 1, giants: [] },
]
const rounds = 5

/** From the normal distribution, by G. E. P. Box and M. E. Muller's transform. */
export function drawNormal(random: Random): number {
  const draw = (): number => (random.whole(2 ** 30) + 1) / (2 ** 30 + 1)
  return Math.sqrt(-2 * Math.log(draw())) * Math.cos(2 * Math.PI * draw())
}

function makeDatabases(count: number, { sigma, giants }: World): DatabaseFacts[] {
  const random = makeRandom(20261104)
  return Array.from({ length: count }, (_, index) => ({
    name: `customer_${String(index).padStart(11, '0')}`,
    isTemplate: false,
    allowsConnections: true,
    mayConnect: true,
    // No database of PostgreSQL is smaller.
    size: giants[index] ?? Math.round(Math.max(7.5e6, median * Math.exp(sigma * drawNormal(random)))),
  }))
}

function measureParts(databases: readonly DatabaseFacts[], shards: number): string[] {
  const inputs = { ...defaults, databases: ['*'] }
  const surroundings = {
    ...{ cores: 4, roundTrip: 0.001, freeConnections: undefined },
    ...{ freeDisk: undefined, mostSeconds: Infinity },
  }
  const times: number[] = []
  let fleet: ReturnType<typeof planFleet> | undefined
  for (let round = 0; round < rounds; round += 1) {
    const begun = performance.now()
    const setting = { clientMajor: 15, cores: 4, now: new Date() }
    const plan = makePlan(inputs, { ...server, databases }, setting)
    fleet = planFleet(plan, inputs, shards, surroundings)
    JSON.stringify(fleet.matrix)
    times.push(performance.now() - begun)
  }
  const parts = fleet?.parts ?? []
  const works = parts.map(({ work }) => work)
  const single = Math.max(...parts.flatMap(({ loads }) => loads.map(({ work }) => work)))
  // No division does better than the mean, nor than the largest database.
  const bound = Math.max(works.reduce((sum, work) => sum + work, 0) / shards, single)
  const longest = Math.max(...works)
  const middle = times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0
  return [
    String(parts.length),
    `${Math.round(middle)} ms`,
    (longest / bound).toFixed(4),
    bound === single ? 'the largest database' : 'the mean',
    formatBytes(Math.max(...parts.map(({ loads }) => loads.reduce((sum, { size }) => sum + (size ?? 0), 0)))),
    formatSeconds(Math.max(...parts.map(({ seconds }) => seconds))),
    formatBytes(Buffer.byteLength(JSON.stringify(fleet?.matrix))),
  ]
}

const header = [
  'Sizes',
  'Parts',
  'Time to plan',
  'Longest part, as a multiple of what no division can beat',
  'What bounds it',
  'Bytes of the largest part',
  'Its time, as the planner expects',
  'Matrix',
]

/** Plans databases that never were, and tells in Markdown how long that takes and how good the parts are. */
export function measurePlanner(count: number): string {
  const rows = worlds.flatMap((world) => {
    const databases = makeDatabases(count, world)
    const total = databases.reduce((sum, { size }) => sum + (size ?? 0), 0)
    const parts = [8, 16, 64, 256].map((shards) => measureParts(databases, shards))
    return parts.map((cells) => [`${world.name}, ${formatBytes(total)}`, ...cells])
  })
  const about = `${count} made-up databases, log-normal around ${formatBytes(median)}; the middle of ${rounds} plans.`
  return `${about}\n\n${formatRows(header, rows)}`
}
