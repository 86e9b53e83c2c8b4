import type { ExaminedBackup, ListedBackup, UnreadBackup } from '../stores/store.ts'
import {
  isComplete,
  isCredible,
  isSameSeries,
  listSubjects,
  seriesOf,
  sortNewestFirst,
  timeOf,
  type Series,
} from './copies.ts'
import { applyPolicy, type KeepPolicy } from './keep-rules.ts'

/** What retention makes of one backup. */
export interface Fate {
  readonly backup: ListedBackup
  readonly isKept: boolean
  /** As in `daily, weekly`, for people. */
  readonly why: string
}

/**
 * PURE. What of a store's backups is kept, newest first; what could not be read stands last.
 *
 * The policy is reckoned for each database by itself, over the complete backups that hold it, and a backup stays as long
 * as one of its databases needs it: so it does not matter how a night's databases are spread over backups, and the last
 * complete copy of a database is never removed. An incomplete backup counts for nothing, and goes when newer complete ones
 * hold all its databases. What is of another series, of none, or dated later than the store had it, is kept and counts for
 * nothing; and nothing goes while the newest copy of any database alarms.
 */
export function decideRetention(
  backups: readonly ExaminedBackup[],
  unread: readonly UnreadBackup[],
  policy: KeepPolicy,
  series: Series,
): Fate[] {
  const sorted = sortNewestFirst(backups)
  const strangers = new Map(sorted.map((backup) => [backup, findStrangeness(backup, series)]))
  const own = sorted.filter((backup) => strangers.get(backup) === undefined)
  const complete = own.filter(isComplete)
  const isCounted = new Set(complete)
  const reasons = listReasons(complete, policy)
  const hold = findHold(complete)
  const decide = (backup: ExaminedBackup): Fate => {
    const strangeness = strangers.get(backup) ?? hold
    if (strangeness !== undefined) return keep(backup, strangeness)
    if (isCounted.has(backup)) {
      const why = describeReasons(backup, reasons.get(backup) ?? new Map<string, string[]>())
      return why === '' ? remove(backup, 'nothing keeps it') : keep(backup, why)
    }
    return decideIncomplete(backup, complete)
  }
  return [
    ...sorted.map(decide),
    ...unread.map(({ backup, why }) => keep(backup, `it could not be read: ${why}`)),
  ]
}

function keep(backup: ListedBackup, why: string): Fate {
  return { backup, isKept: true, why }
}

function remove(backup: ListedBackup, why: string): Fate {
  return { backup, isKept: false, why }
}

/** Why a backup is none of those that the policy is about. */
function findStrangeness(backup: ExaminedBackup, series: Series): string | undefined {
  const own = seriesOf(backup.manifest)
  if (own === undefined) return 'it does not say what workflow and server it is of'
  if (!isSameSeries(own, series)) return 'it is of another workflow, job, server or choice of options'
  return isCredible(backup) ? undefined : 'it is dated later than it was stored'
}

/** While the alarm of `max-shrink` lasts, what was there before the loss must stay. */
function findHold(complete: readonly ExaminedBackup[]): string | undefined {
  const subjects = new Set(complete.flatMap(({ manifest }) => listSubjects(manifest)))
  const newest = [...subjects].map((subject) =>
    complete.find(({ manifest }) => listSubjects(manifest).includes(subject)),
  )
  const alarming = newest.find((backup) => (backup?.manifest.alarm.length ?? 0) > 0)
  return alarming && `the alarm of "max-shrink" in ${alarming.name} lasts`
}

/** For each backup the rules that keep it, and the databases for which they do. */
function listReasons(
  complete: readonly ExaminedBackup[],
  policy: KeepPolicy,
): Map<ExaminedBackup, Map<string, string[]>> {
  const reasons = new Map(complete.map((backup) => [backup, new Map<string, string[]>()]))
  const copies = new Map<string, ExaminedBackup[]>()
  for (const backup of complete) {
    for (const subject of listSubjects(backup.manifest)) {
      const history = copies.get(subject)
      if (history === undefined) copies.set(subject, [backup])
      else history.push(backup)
    }
  }
  for (const [subject, history] of copies) {
    for (const [index, rules] of applyPolicy(history.map(timeOf), policy).entries()) {
      const backup = history[index]
      const found = backup && reasons.get(backup)
      for (const rule of rules) found?.set(rule, [...(found.get(rule) ?? []), subject])
    }
  }
  return reasons
}

/** `daily, weekly for "blog"`: databases are named where a rule keeps the backup for some of its databases only. */
function describeReasons({ manifest }: ExaminedBackup, reasons: ReadonlyMap<string, string[]>): string {
  const all = listSubjects(manifest).length
  const describe = ([rule, subjects]: [string, string[]]): string =>
    subjects.length === all ? rule : `${rule} for ${listSome(subjects)}`
  return [...reasons].map(describe).join(', ')
}

function decideIncomplete(backup: ExaminedBackup, complete: readonly ExaminedBackup[]): Fate {
  const newer = complete.filter((other) => timeOf(other).getTime() > timeOf(backup).getTime())
  const covered = new Set(newer.flatMap(({ manifest }) => listSubjects(manifest)))
  const subjects = listSubjects(backup.manifest)
  const missing = subjects.filter((subject) => !covered.has(subject))
  if (subjects.length > 0 && missing.length === 0) {
    return remove(backup, 'it is incomplete, and newer complete backups hold all that it has')
  }
  const what = subjects.length === 0 ? 'its contents' : listSome(missing)
  return keep(backup, `it is incomplete, and no newer complete backup holds ${what}`)
}

function listSome(subjects: readonly string[]): string {
  const shown = subjects.slice(0, 3).join(', ')
  return subjects.length > 3 ? `${shown} and ${subjects.length - 3} more` : shown
}
