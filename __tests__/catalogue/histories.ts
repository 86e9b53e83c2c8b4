import { keepWords } from '../../src/catalogue/keep-rules.ts'
import { decideRetention } from '../../src/catalogue/retention.ts'
import { parseKeep } from '../../src/inputs/keep.ts'
import type { ExaminedBackup } from '../../src/stores/store.ts'
import type { Random } from '../support/random.ts'
import { makeBackup, series, type Told } from './samples.ts'

const databases = ['shop', 'blog', 'news', 'the cluster']
const hour = 3_600_000

/** Times that come in bursts and gaps, around the hours at which clocks are set in some places. */
export function makeTimes(random: Random, count: number): string[] {
  let time = Date.parse(random.pick(['2025-03-29T23:00:00Z', '2025-10-25T23:30:00Z', '2024-12-28T00:00:00Z']))
  return Array.from({ length: count }, () => {
    const step = random.pick([0, 1000, hour / 2, hour, 24 * hour, 24 * hour, 8 * 24 * hour])
    time += random.once(3) ? random.whole(step + 1) : step
    return new Date(time).toISOString()
  })
}

/** A policy in the words of the input `keep`. */
export function makeKeep(random: Random): string {
  const words = random.some(keepWords).map((word) => `${word}=${1 + random.whole(9)}`)
  const within = random.pick(['36h', '5d', '30d', '90min'])
  const rules = [...words, ...(random.once(3) ? [`within=${within}`] : [])]
  return rules.length === 0 ? 'last=1' : random.shuffle(rules).join(' ')
}

/** Backups of one store, as odd as they come. */
export function makeHistory(random: Random): ExaminedBackup[] {
  const times = makeTimes(random, 1 + random.whole(30))
  return times.map((at, index) => {
    const held = random.once(4) ? [...databases] : random.some(databases)
    const told: Told = {
      at,
      name: `backup-${index}`,
      databases: held,
      failed: random.once(6) ? random.some(databases).filter((name) => !held.includes(name)) : [],
      short: random.once(8) ? random.some(held) : [],
      from: random.pick([{}, {}, {}, {}, {}, {}, { server: 'b'.repeat(32) }, { job: 'before' }, null]),
      options: random.once(10) ? ['--schema=public'] : [],
      alarm: random.once(40) ? ['shop'] : [],
      ...(random.once(10) ? { storedAt: new Date(Date.parse(at) - hour).toISOString() } : {}),
    }
    return makeBackup(told)
  })
}

/** What is kept, by names, and what is told of each backup. */
export function decide(
  history: readonly ExaminedBackup[],
  keep: string,
): { kept: Set<string>; told: string[] } {
  const policy = parseKeep(keep)
  if (policy === undefined) throw new Error('No policy')
  const fates = decideRetention(history, [], policy, series)
  return {
    kept: new Set(fates.filter(({ isKept }) => isKept).map(({ backup }) => backup.name)),
    told: fates.map(({ backup, why }) => `${backup.name}: ${why}`),
  }
}
