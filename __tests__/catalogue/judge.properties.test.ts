import { expect, it } from '@jest/globals'
import { isGood, judge } from '../../src/catalogue/judge.ts'
import type { ExaminedBackup } from '../../src/stores/store.ts'
import { makeRandom } from '../support/random.ts'
import { makeHistory } from './histories.ts'

const rounds = 2000
const minutes = 60_000

/** Whether somebody could restore the database from what the store has, told without the judge's own words. */
function canRestore(
  backups: readonly ExaminedBackup[],
  database: string,
  now: number,
  maxAge: number,
): boolean {
  return backups.some(({ manifest, files, storedAt }) => {
    const begun = Date.parse(manifest.startedAt)
    const [file, ...others] = manifest.files.filter((candidate) => candidate.database === database)
    const isThere = file !== undefined && file.size > 0 && files.get(file.name) === file.size
    const isInTime =
      now - begun <= maxAge && begun <= now + 5 * minutes && begun <= storedAt.getTime() + 5 * minutes
    return isThere && others.length === 0 && isInTime
  })
}

it('no history makes a check green for a database that has no good backup', () => {
  const greens = { count: 0, wanted: 0 }
  const faults: string[] = []
  for (let seed = 0; seed < rounds; seed += 1) {
    const random = makeRandom(seed)
    const history = makeHistory(random)
    const last = Math.max(...history.map(({ manifest }) => Date.parse(manifest.startedAt)))
    const now = last + random.pick([-10, 1, 60, 600, 3000]) * minutes
    const maxAge = random.pick([30, 60, 1440, 20_000]) * minutes
    const databases = random.pick([undefined, ['shop'], ['shop', 'blog', 'nobody']])
    const unread = random.once(5)
      ? random.some(history).map((backup) => ({ backup, why: 'it is not JSON' }))
      : []
    const seen = history.filter((backup) => !unread.some((odd) => odd.backup === backup))
    const criteria = {
      databases,
      maxAge: { milliseconds: maxAge, text: 'x' },
      maxShrink: 1,
      requiresEncryption: false,
    }
    const judgement = judge(seen, unread, criteria, new Date(now))
    if (!isGood(judgement)) continue
    greens.count += 1
    if (databases !== undefined) greens.wanted += 1
    const claimed = judgement.verdicts.flatMap(({ copy }) => copy?.file.database ?? [])
    const wanted = [...(databases ?? []), ...claimed]
    const lacking = wanted.filter((database) => !canRestore(seen, database, now, maxAge))
    if (lacking.length > 0 || claimed.length === 0) faults.push(`seed ${seed}: ${lacking.join()}`)
  }
  expect(faults).toEqual([])
  // A judge that is never green would pass, and be of no use.
  expect(greens.count).toBeGreaterThan(rounds / 10)
  expect(greens.wanted).toBeGreaterThan(rounds / 50)
})
