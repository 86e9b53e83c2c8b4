import type { Duration } from '../inputs/duration.ts'

/** The words that keep a number of backups, in restic's order. */
export const keepWords = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const
export type KeepWord = (typeof keepWords)[number]

/** What is kept, in the words and with the meaning of `restic forget`. */
export interface KeepPolicy {
  /** Each at least 1, so that every policy keeps the newest. */
  readonly counts: ReadonlyMap<KeepWord, number>
  readonly within: Duration | undefined
}

/** What a backup shares with others of its hour, day, week, month or year in UTC; none of `last` shares anything. */
const buckets: Readonly<Record<KeepWord, (time: Date, index: number) => string>> = {
  last: (_, index) => String(index),
  hourly: (time) => time.toISOString().slice(0, 13),
  daily: (time) => time.toISOString().slice(0, 10),
  weekly: formatIsoWeek,
  monthly: (time) => time.toISOString().slice(0, 7),
  yearly: (time) => time.toISOString().slice(0, 4),
}

/**
 * PURE. Why each backup is kept, as in `daily` or `within 30d`; without a reason it is not.
 *
 * Of each hour, day and so on the newest is kept, for as many of them as the policy says that hold one, however long ago
 * they are. While some are left, the oldest is kept too, so that the history reaches back as far as it can. A span
 * counts back from the newest (restic: internal/restic/snapshot_policy.go, ApplyPolicy).
 * @param times newest first
 */
export function applyPolicy(times: readonly Date[], policy: KeepPolicy): string[][] {
  const reasons = times.map((time) => {
    const age = (times[0] ?? time).getTime() - time.getTime()
    return policy.within !== undefined && age < policy.within.milliseconds
      ? [`within ${policy.within.text}`]
      : []
  })
  for (const word of keepWords) {
    let left = policy.counts.get(word) ?? 0
    let last: string | undefined
    for (const [index, time] of times.entries()) {
      if (left === 0) break
      const bucket = buckets[word](time, index)
      const isNew = bucket !== last
      if (!isNew && index < times.length - 1) continue
      reasons[index]?.push(isNew ? word : `oldest ${word}`)
      last = bucket
      left -= 1
    }
  }
  return reasons
}

/** PURE. As in `2026-W53`: a week belongs to the year of its Thursday (ISO 8601). */
function formatIsoWeek(time: Date): string {
  const day = 86_400_000
  const midnight = Math.floor(time.getTime() / day) * day
  const thursday = new Date(midnight + (4 - (time.getUTCDay() || 7)) * day)
  const year = thursday.getUTCFullYear()
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * day))
  return `${year}-W${week}`
}
