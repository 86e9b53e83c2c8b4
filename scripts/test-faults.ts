/**
 * Makes some 250 faults on real servers, and fails unless a backup holds against each of them.
 * FAULT_SEED repeats the random moments of a run, FAULT_ONLY chooses faults by a regular expression, FAULT_DIST
 * names other bundles than those in dist/.
 */
import { setMaxListeners } from 'node:events'
import { makeRandom, type Fault } from '../__tests__/faults/fault.ts'
import { judge } from '../__tests__/faults/judge.ts'
import { faults } from '../__tests__/faults/table.ts'
import { makeWorld, type World } from '../__tests__/faults/world.ts'
import { makeScratchRoot, removeScratchRoot } from '../__tests__/support/machine/scratch.ts'
import { ensureSystemPackages } from '../__tests__/support/machine/system-packages.ts'

interface Round {
  readonly fault: Fault
  readonly seed: number
}

interface Result extends Round {
  readonly complaints: readonly string[]
}

/** Side by side, as many as the cores of a small runner bear. */
const workers = 2

async function inflict(world: World, { fault, seed }: Round): Promise<Result> {
  const startedAt = performance.now()
  const complaints = await fault.inflict(world, makeRandom(seed)).then(
    async (outcome) => {
      const found = judge(outcome)
      await outcome.service.close()
      return found
    },
    (error: unknown) => [String(error instanceof Error ? error.stack : error)],
  )
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(`${complaints.length === 0 ? 'held' : 'NOT HELD'} ${fault.kind}: ${fault.name} (${seconds} s)`)
  for (const complaint of complaints) console.log(`  ${complaint.replaceAll('\n', '\n  ')}`)
  return { fault, seed, complaints }
}

async function work(world: World, rounds: Round[], results: Result[]): Promise<void> {
  for (let round = rounds.shift(); round !== undefined; round = rounds.shift())
    results.push(await inflict(world, round))
}

function report(results: readonly Result[]): void {
  const kinds = [...new Set(results.map(({ fault }) => fault.kind))]
  console.log('\n| Kind of fault | Faults | Held |\n| --- | --- | --- |')
  for (const kind of kinds) {
    const own = results.filter(({ fault }) => fault.kind === kind)
    console.log(
      `| ${kind} | ${own.length} | ${own.filter(({ complaints }) => complaints.length === 0).length} |`,
    )
  }
  const failed = results.filter(({ complaints }) => complaints.length > 0)
  console.log(`| all | ${results.length} | ${results.length - failed.length} |`)
  if (failed.length > 0) process.exitCode = 1
}

const seed = Number(process.env['FAULT_SEED'] ?? Math.floor(Math.random() * 1e6))
const only = new RegExp(process.env['FAULT_ONLY'] ?? '')
const chosen = faults.filter(({ kind, name }) => only.test(`${kind}: ${name}`))
const rounds = chosen.flatMap((fault) => Array.from({ length: fault.rounds }, () => fault))
console.log(`${rounds.length} faults, FAULT_SEED=${seed}`)
setMaxListeners(0)
ensureSystemPackages()
await makeScratchRoot()
const startedAt = performance.now()
const world = await makeWorld(process.env['FAULT_DIST'])
try {
  const results: Result[] = []
  const seeded = rounds.map((fault, index) => ({ fault, seed: seed + index }))
  // The slow ones wait for most of their time, so they run beside all others.
  const slow = seeded.filter(({ fault }) => fault.isSlow)
  const quick = seeded.filter(({ fault }) => !fault.isSlow)
  const sleepers = slow.map(async (round) => results.push(await inflict(world, round)))
  await Promise.all([...sleepers, ...Array.from({ length: workers }, () => work(world, quick, results))])
  report(results)
  console.log(`\n${((performance.now() - startedAt) / 60_000).toFixed(1)} minutes, FAULT_SEED=${seed}`)
} finally {
  await world.close()
  removeScratchRoot()
}
process.exit()
