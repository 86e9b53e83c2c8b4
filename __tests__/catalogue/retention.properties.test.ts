import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import type { ManifestFile } from '../../src/archive/manifest.ts'
import {
  isComplete,
  isCredible,
  isSameSeries,
  isThere,
  nameSubject,
  seriesOf,
} from '../../src/catalogue/copies.ts'
import { applyPolicy } from '../../src/catalogue/keep-rules.ts'
import { parseKeep } from '../../src/inputs/keep.ts'
import type { ExaminedBackup } from '../../src/stores/store.ts'
import { execute } from '../support/machine/execute.ts'
import { makeRandom } from '../support/random.ts'
import { findNode } from '../support/runner.ts'
import { decide, makeHistory, makeKeep } from './histories.ts'
import { makeBackup, series } from './samples.ts'

const rounds = 2000

interface Case {
  seed: number
  history: ExaminedBackup[]
  keep: string
  kept: Set<string>
}

const cases = Array.from({ length: rounds }, (_, seed): Case => {
  const random = makeRandom(seed)
  const [history, keep] = [makeHistory(random), makeKeep(random)]
  return { seed, history, keep, kept: decide(history, keep).kept }
})

/** Looks at each of thousands of histories, and names the seed of the one in which something is wrong. */
function forAll(findFault: (given: Case) => string | undefined): void {
  const faults = cases.flatMap((given) => {
    const fault = findFault(given)
    return fault === undefined ? [] : [`seed ${given.seed}, ${given.keep}: ${fault}`]
  })
  expect(faults).toEqual([])
}

function findDifference(found: Iterable<string>, expected: Iterable<string>): string | undefined {
  const [a, b] = [[...found].sort().join(' '), [...expected].sort().join(' ')]
  return a === b ? undefined : `${a} instead of ${b}`
}

function isOurs({ manifest }: ExaminedBackup): boolean {
  const own = seriesOf(manifest)
  return own !== undefined && isSameSeries(own, series)
}

function holds(
  { manifest }: ExaminedBackup,
  database: string | null,
  isGood: (file: ManifestFile) => boolean = () => true,
): boolean {
  return manifest.files.some((file) => file.database === database && isGood(file))
}

describe('over any history and policy', () => {
  it('much is removed, or the rest would prove nothing', () => {
    expect(cases.filter(({ history, kept }) => kept.size < history.length).length).toBeGreaterThan(rounds / 3)
  })

  it('the newest complete backup of each database survives, and some good file of each that has one', () => {
    forAll(({ history, kept }) => {
      const ours = history.filter((backup) => isOurs(backup) && isCredible(backup))
      const databases = new Set(ours.flatMap(({ manifest }) => manifest.files.map((file) => file.database)))
      for (const database of databases) {
        const complete = ours.filter((backup) => isComplete(backup) && holds(backup, database))
        const newest = complete
          .map(({ manifest }) => manifest.startedAt)
          .sort()
          .at(-1)
        // Of those of one moment any will do.
        const survives = complete.some(
          ({ name, manifest }) => manifest.startedAt === newest && kept.has(name),
        )
        if (newest !== undefined && !survives) return `the newest complete ${newest} went`
        const good = ours.filter((backup) => holds(backup, database, (file) => isThere(file, backup)))
        if (good.length > 0 && !good.some(({ name }) => kept.has(name)))
          return `no copy of ${String(database)} is left`
      }
      return undefined
    })
  })

  it('what is not ours or not of its time stays', () => {
    forAll(({ history, kept }) => {
      const odd = history.filter((backup) => !isOurs(backup) || !isCredible(backup))
      return odd.find(({ name }) => !kept.has(name))?.name
    })
  })

  it('removing is idempotent', () => {
    forAll(({ history, keep, kept }) => {
      const left = history.filter(({ name }) => kept.has(name))
      return findDifference(decide(left, keep).kept, kept)
    })
  })

  it('the order of the list does not matter', () => {
    forAll(({ seed, history, keep, kept }) =>
      findDifference(decide(makeRandom(seed).shuffle(history), keep).kept, kept),
    )
  })

  it('what does not count changes nothing', () => {
    forAll(({ history, keep, kept }) => {
      const counted = history.filter((backup) => isOurs(backup) && isCredible(backup) && isComplete(backup))
      const names = counted.map(({ name }) => name)
      return findDifference(
        decide(counted, keep).kept,
        names.filter((name) => kept.has(name)),
      )
    })
  })

  it('one database whose backups are all complete is kept as the plain policy says', () => {
    forAll(({ history, keep }) => {
      const policy = parseKeep(keep)
      const plain = history
        .filter((backup) => isOurs(backup) && isCredible(backup) && isComplete(backup))
        .filter(({ manifest }) => manifest.files.map(nameSubject).join() === '"shop"')
        .filter(({ manifest }) => manifest.alarm.length === 0)
        .toReversed()
      const times = plain.map(({ manifest }) => new Date(manifest.startedAt))
      const reasons = policy === undefined ? [] : applyPolicy(times, policy)
      // Of those of one moment it is chance which one stays.
      const toTimes = (backups: ExaminedBackup[]): string[] =>
        backups.map(({ manifest }) => manifest.startedAt)
      const { kept } = decide(plain, keep)
      return findDifference(
        toTimes(plain.filter(({ name }) => kept.has(name))),
        toTimes(plain.filter((_, index) => reasons[index]?.length)),
      )
    })
  })
})

it('no time zone and no clock that is set changes anything', async () => {
  const program = join(import.meta.dirname, 'decide-in-zone.ts')
  const decideAll = async (zone: string): Promise<{ offset: number; decided: string }> => {
    const printed = await execute(findNode(), [program], { environment: { TZ: zone } })
    return JSON.parse(printed) as { offset: number; decided: string }
  }
  const utc = await decideAll('UTC')
  for (const zone of ['America/New_York', 'Europe/Berlin', 'Pacific/Apia', 'Australia/Lord_Howe']) {
    const { offset, decided } = await decideAll(zone)
    expect(offset).not.toBe(0)
    expect(decided).toBe(utc.decided)
  }
})

it('what is removed night by night for a year is what one look at the year removes', () => {
  const day = 86_400_000
  const nights = Array.from({ length: 365 }, (_, night) => {
    const time = Date.parse('2026-01-01T03:00:00Z') + night * day
    const databases = night % 2 === 0 ? [['shop', 'blog'], ['news']] : [['shop'], ['blog', 'news']]
    return databases.map((held, shard) =>
      makeBackup({
        at: new Date(time + shard * 1000).toISOString(),
        databases: held,
        name: `night-${night}-${shard}`,
      }),
    )
  })
  const keep = 'last=3 daily=14 weekly=8 monthly=12 within=2d'
  let store: ExaminedBackup[] = []
  for (const night of nights) {
    for (const shard of night) {
      store.push(shard)
      const { kept } = decide(store, keep)
      store = store.filter(({ name }) => kept.has(name))
    }
  }
  expect(store.map(({ name }) => name).sort()).toEqual([...decide(nights.flat(), keep).kept].sort())
  expect(store.length).toBeLessThan(100)
})
