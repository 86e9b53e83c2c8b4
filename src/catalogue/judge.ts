import type { ManifestSeries } from '../archive/manifest.ts'
import type { Duration } from '../inputs/duration.ts'
import { clockTolerance, type ExaminedBackup, type UnreadBackup } from '../stores/store.ts'
import {
  databaseOf,
  listSubjects,
  nameDatabase,
  nameSubject,
  sortNewestFirst,
  theCluster,
  timeOf,
} from './copies.ts'
import { findLines, gatherCopies, preferWhole, remembered, type Line } from './find-copies.ts'
import {
  refuseMissing,
  refuseNothing,
  refusePlaintext,
  refuseShrunk,
  refuseStale,
  refuseUnknown,
  type Copy,
  type Problem,
  type Verdict,
} from './problems.ts'
import { findLosses } from './shrinkage.ts'

/** What a good backup must be. */
export interface Criteria {
  /** Names of databases that must each have one; undefined for those that were backed up within the last 14 days. */
  readonly databases: readonly string[] | undefined
  /** What must have one besides; undefined where no server was asked. */
  readonly server?: ExpectedServer | undefined
  readonly maxAge: Duration
  /** The share that may be lost against the backup before, from 0 to 1. */
  readonly maxShrink: number
  readonly requiresEncryption: boolean
}

/** A server whose databases must all have a good backup. */
export interface ExpectedServer {
  readonly databases: readonly string[]
  /** Whether a backup is one of this server, as far as it says so. */
  readonly owns: (series: ManifestSeries | null) => boolean
}

/** What a check found; it is good when there are verdicts, and no problem anywhere. */
export interface Judgement {
  readonly verdicts: readonly Verdict[]
  /** Problems that are not about one database. */
  readonly problems: readonly Problem[]
}

/** PURE. Whether a restore could be made right now of everything, as far as was looked. */
export function isGood({ verdicts, problems }: Judgement): boolean {
  return (
    verdicts.length > 0 && problems.length === 0 && verdicts.every((verdict) => verdict.problems.length === 0)
  )
}

/**
 * PURE. Judges the newest whole copy of each database, in a file of its own or of the whole cluster. A finished file counts
 * in a backup of which others failed. Whatever is not known to be good is a problem.
 *
 * Servers are told apart, so that staging's backup proves nothing for production's database of the same name; a server that
 * took another's place in the same job answers for both.
 */
export function judge(
  backups: readonly ExaminedBackup[],
  unread: readonly UnreadBackup[],
  criteria: Criteria,
  now: Date,
): Judgement {
  const credible = sortNewestFirst(backups).filter((backup) => isCredible(backup, now))
  const { server } = criteria
  const subjects = criteria.databases?.map(nameDatabase) ?? listRecent(credible, now)
  const copies = gatherCopies(credible)
  const listCopies = (subject: string): readonly Copy[] => copies.get(subject) ?? []
  const lines = [
    ...[...new Set(subjects)].flatMap((subject) =>
      findLines({ subject, copies: listCopies(subject) }, credible, now),
    ),
    ...(server?.databases ?? []).map(nameDatabase).map((subject): Line => {
      const own = listCopies(subject).filter(({ backup }) => server?.owns(backup.manifest.series))
      return { subject, copies: preferWhole(own), replaced: [] }
    }),
  ]
  const future = backups.length - credible.length
  const verdicts = mergeVerdicts(
    lines.map(
      (line) => judgeLine(line, criteria, now) ?? refuseMissing(line.subject, backups.length, future),
    ),
  )
  const none = verdicts.length === 0 ? [refuseNothing(backups.length, future)] : []
  return { verdicts, problems: [...none, ...findUnknown(verdicts, unread)] }
}

/** One for each copy and for each that is missing: a file of the whole cluster answers for all that it is to hold. */
function mergeVerdicts(verdicts: readonly Verdict[]): Verdict[] {
  const merged = new Map<unknown, Verdict>()
  for (const verdict of verdicts) {
    const key = verdict.copy?.file ?? verdict.subject
    const wanted = new Set([...(merged.get(key)?.wanted ?? []), ...verdict.wanted])
    merged.set(key, { ...(merged.get(key) ?? verdict), wanted: [...wanted] })
  }
  return [...merged.values()]
}

/** What may not be later than the store had it, nor than now. */
function isCredible({ manifest, storedAt }: ExaminedBackup, now: Date): boolean {
  const [begun, ended] = [Date.parse(manifest.startedAt), Date.parse(manifest.finishedAt)]
  const latest = Math.min(storedAt.getTime(), now.getTime()) + clockTolerance
  return begun <= latest && ended <= latest
}

/** All that somebody wanted to have backed up of late, whether it was or not. */
function listRecent(backups: readonly ExaminedBackup[], now: Date): string[] {
  const recent = backups.filter((backup) => now.getTime() - timeOf(backup).getTime() <= remembered)
  return recent.flatMap(({ manifest }) => {
    const { databases, all } = manifest.plan
    return [...listSubjects(manifest), ...(all ? [theCluster] : databases.map(nameDatabase))]
  })
}

/** @returns undefined where there is no copy */
function judgeLine(
  { subject: asked, copies, replaced }: Line,
  criteria: Criteria,
  now: Date,
): Verdict | undefined {
  const [copy] = copies
  if (copy === undefined) return undefined
  const subject = nameSubject(copy.file) ?? asked
  // What is measured against each other holds the same.
  const alike = copies.filter(({ file }) => file.kind === copy.file.kind)
  const age = Math.max(0, now.getTime() - timeOf(copy.backup).getTime())
  const problems = [
    ...(age > criteria.maxAge.milliseconds ? [refuseStale(subject, copy, age, criteria.maxAge)] : []),
    ...findShrinkage(subject, alike, criteria.maxShrink),
    ...(criteria.requiresEncryption ? findPlaintext(subject, copy) : []),
  ]
  const database = databaseOf(asked)
  const wanted = database === null ? [] : [database]
  return { subject, wanted, copy, replaced, ageSeconds: Math.round(age / 1000), problems }
}

/** The baseline is the last one that did not alarm, or an emptied backup would be tomorrow's measure. */
function findShrinkage(subject: string, [copy, ...others]: readonly Copy[], maxShrink: number): Problem[] {
  if (copy === undefined) return []
  const isAlarming = ({ backup, file }: Copy): boolean =>
    backup.manifest.alarm.includes(file.database ?? 'cluster')
  const options = ({ backup }: Copy): string => backup.manifest.plan.options.toSorted().join('\n')
  // In two places lies the same backup, which is no measure of itself.
  const before = others.find(
    (other) =>
      timeOf(other.backup) < timeOf(copy.backup) && options(other) === options(copy) && !isAlarming(other),
  )
  const losses = before === undefined ? [] : findLosses(before.file, copy.file, maxShrink)
  const since = before === undefined ? '' : ` (against ${before.backup.name})`
  const alarm = isAlarming(copy) ? ['the backup itself raised an alarm when it was made'] : []
  if (losses.length === 0 && alarm.length === 0) return []
  const why = losses.length > 0 ? `${losses.join(', and ')}${since}` : alarm.join('')
  return [refuseShrunk(subject, why)]
}

function findPlaintext(subject: string, copy: Copy): Problem[] {
  const { backup, file } = copy
  const needed = backup.manifest.files.filter((other) => other === file || other.kind !== 'database')
  const plain = needed.filter(({ encryption }) => encryption === 'none')
  if (plain.length === 0) return []
  return [refusePlaintext(subject, copy, plain)]
}

/** What cannot be read is a problem where it may be the newest backup of something. */
function findUnknown(verdicts: readonly Verdict[], unread: readonly UnreadBackup[]): Problem[] {
  const times = verdicts.map(({ copy }) => copy?.backup.storedAt.getTime() ?? -Infinity)
  const oldest = times.length === 0 ? -Infinity : Math.min(...times)
  return unread.filter(({ backup }) => backup.storedAt.getTime() >= oldest).map(refuseUnknown)
}
