import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { keepWords } from '../../src/catalogue/keep-rules.ts'
import { createLimiter } from '../../src/process/limiter.ts'
import { execute } from '../support/machine/execute.ts'
import { makeRandom } from '../support/random.ts'
import { unpackRestic } from '../support/stores/restic.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'
import { decide, makeKeep, makeTimes } from './histories.ts'
import { makeBackup } from './samples.ts'

/*
 * What restic itself makes of the same history. Our rules differ on purpose in this, which is why the histories here hold
 * only complete backups of one database and one series, none of the future:
 * - restic counts each snapshot once; here the policy is reckoned for each database by itself.
 * - restic counts all snapshots alike; incomplete, unreadable, foreign and future-dated backups count for nothing here.
 * - restic counts in the time zone of each snapshot; here days are those of UTC.
 * - restic's spans are years, months, days and hours, and its numbers may be "unlimited"; spans here are one number of
 *   seconds, minutes, hours or days.
 * - nothing is removed here while an alarm of `max-shrink` lasts.
 */

const isFull = process.env['PGB_FULL_MATRIX'] !== undefined
const histories = 3
const snapshots = 100
const policies = 30

interface Judged {
  keep: { time: string }[] | null
}

/** A repository of restic's own, and how it is called. */
async function makeRepository(): Promise<(...args: string[]) => Promise<string>> {
  const [program, directory] = [await unpackRestic(), await makeScratchDirectory('restic')]
  const environment = {
    TZ: 'UTC',
    RESTIC_PASSWORD: 'x',
    RESTIC_REPOSITORY: join(directory, 'repository'),
    RESTIC_CACHE_DIR: join(directory, 'cache'),
  }
  await writeFile(join(directory, 'file'), 'x')
  await execute(program, ['init'], { environment })
  return (...args) => execute(program, args, { environment, directory })
}

/** The words of `keep` as restic's options. */
function toOptions(keep: string): string[] {
  return keep.split(' ').flatMap((rule) => {
    const [word = '', value = ''] = rule.split('=')
    return [`--keep-${word}`, value]
  })
}

/** Takes minutes, and what it compares changes seldom: PGB_FULL_MATRIX asks for it. */
const itWhenFull = isFull ? it : it.skip

itWhenFull(
  'keeps what restic keeps',
  async () => {
    const restic = await makeRepository()
    const atOnce = createLimiter(3)
    for (let history = 0; history < histories; history += 1) {
      const random = makeRandom(1000 + history)
      const times = makeTimes(random, snapshots).map((time) => `${time.slice(0, 19)}.000Z`)
      const host = `history-${history}`
      const take = (time: string): Promise<string> =>
        restic('backup', '--quiet', '--host', host, '--time', time.slice(0, 19).replace('T', ' '), 'file')
      await Promise.all(times.map((time) => atOnce(() => take(time))))
      const judge = async (keep: string): Promise<string[]> => {
        const forget = ['forget', '--dry-run', '--no-lock', '--json', '--group-by', '', '--host', host]
        const [judged] = JSON.parse(await restic(...forget, ...toOptions(keep))) as Judged[]
        return (judged?.keep ?? []).map(({ time }) => new Date(time).toISOString()).sort()
      }
      const backups = times.map((at, index) => makeBackup({ at, name: `backup-${index}` }))
      const words = keepWords.map((word) => `${word}=${1 + random.whole(20)}`)
      const keeps = [
        ...words,
        ...Array.from({ length: policies }, () => makeKeep(random).replace('90min', '7h')),
      ]
      await Promise.all(
        keeps.map((keep) =>
          atOnce(async () => {
            const { kept } = decide(backups, keep)
            const ours = backups
              .filter(({ name }) => kept.has(name))
              .map(({ manifest }) => manifest.startedAt)
            expect({ keep, history, kept: ours.sort() }).toEqual({ keep, history, kept: await judge(keep) })
          }),
        ),
      )
    }
  },
  900_000,
)
