import type { ManifestSeries } from '../archive/manifest.ts'
import { readOmissions } from '../archive/omissions.ts'
import type { Duration } from '../inputs/duration.ts'
import { clockTolerance, type ExaminedBackup, type UnreadBackup } from '../stores/store.ts'
import { isThere, listSubjects, nameSubject, sortNewestFirst, timeOf } from './copies.ts'
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

const day = 86_400_000
/** Databases that were backed up within this span are expected to have a backup. */
const remembered = 14 * day

/** PURE. Whether a restore could be made right now of everything, as far as was looked. */
export function isGood({ verdicts, problems }: Judgement): boolean {
  return (
    verdicts.length > 0 && problems.length === 0 && verdicts.every((verdict) => verdict.problems.length === 0)
  )
}

/**
 * PURE. Judges the newest whole copy of each database. A finished file counts in a backup of which others failed. Whatever
 * is not known to be good is a problem.
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
  const future = backups.length - credible.length
  const subjects =
    criteria.databases?.map((database) => nameSubject({ kind: 'database', database }) ?? database) ??
    listRecent(credible, now)
  const verdicts = [...new Set(subjects)].flatMap((subject) => {
    const groups = groupByServer(listCopies(credible, subject))
    if (groups.length === 0) return [refuseMissing(subject, backups.length, future)]
    return chooseGroups(groups, now).map((copies) => judgeCopies(subject, copies, criteria, now))
  })
  for (const database of criteria.server?.databases ?? []) {
    const subject = nameSubject({ kind: 'database', database }) ?? database
    const own = [subject, 'the cluster'].map((name) => listOwnCopies(credible, name, criteria))
    const copies = own.find(({ length }) => length > 0)
    const known = verdicts.some(({ copy }) => copy !== undefined && copy.file === copies?.[0]?.file)
    if (copies === undefined) {
      // One that is missing altogether was said already.
      const isSaid = verdicts.some((verdict) => verdict.subject === subject && verdict.copy === undefined)
      if (!isSaid) verdicts.push(refuseMissing(subject, backups.length, future))
    } else if (!known) {
      const name = own[0] === copies ? subject : 'the cluster'
      verdicts.push(judgeCopies(name, copies, criteria, now))
    }
  }
  const none = verdicts.length === 0 ? [refuseNothing(backups.length, future)] : []
  return { verdicts, problems: [...none, ...findUnknown(verdicts, unread)] }
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
    const planned = databases.map((database) => nameSubject({ kind: 'database', database }))
    const cluster = all ? [nameSubject({ kind: 'cluster', database: null })] : []
    const named = [...planned, ...cluster].filter((subject) => subject !== undefined)
    return [...listSubjects(manifest), ...named]
  })
}

/** Those that a restore would take, newest first; a backup of a part counts only where there is no whole one. */
function listCopies(backups: readonly ExaminedBackup[], subject: string): Copy[] {
  const copies = backups.flatMap((backup): Copy[] => {
    const { files } = backup.manifest
    const [file, ...others] = files.filter((candidate) => nameSubject(candidate) === subject)
    // A restore refuses two files for one database, and reads the properties first.
    if (file === undefined || others.length > 0 || !isThere(file, backup)) return []
    const isWhole = files.every((other) => other.kind !== 'properties' || isThere(other, backup))
    return isWhole ? [{ backup, file }] : []
  })
  const whole = copies.filter(({ backup }) => !isPart(backup))
  return whole.length > 0 ? whole : copies
}

/** Those of the server that was asked. */
function listOwnCopies(backups: readonly ExaminedBackup[], subject: string, { server }: Criteria): Copy[] {
  return listCopies(backups, subject).filter(({ backup }) => server?.owns(backup.manifest.series) === true)
}

function isPart({ manifest }: ExaminedBackup): boolean {
  const { objects, data } = readOmissions(manifest.plan.options)
  return objects || data
}

/** Copies of one server, newest first; those that do not say of which one together. */
function groupByServer(copies: readonly Copy[]): Copy[][] {
  const groups = new Map<string, Copy[]>()
  for (const copy of copies) {
    const server = copy.backup.manifest.series?.server ?? ''
    groups.set(server, [...(groups.get(server) ?? []), copy])
  }
  return [...groups.values()]
}

/** The servers that are still backed up, or were of late; the newest where there is none. */
function chooseGroups(groups: readonly Copy[][], now: Date): Copy[][] {
  const alive = groups.filter(
    (group) =>
      now.getTime() - newestOf(group) <= remembered && !groups.some((other) => supersedes(other, group)),
  )
  if (alive.length > 0) return alive
  const [newest] = groups.toSorted((a, b) => newestOf(b) - newestOf(a))
  return newest === undefined ? [] : [newest]
}

/** Whether a server took the other's place: in the same job, and only after the other's last backup. */
function supersedes(group: readonly Copy[], other: readonly Copy[]): boolean {
  const [newer, older] = [group.at(-1), other[0]]
  if (newer === undefined || older === undefined || group === other) return false
  const [a, b] = [newer.backup.manifest.series, older.backup.manifest.series]
  // What says nothing of its server was made before the action's backups said so.
  if (b === null) return newestOf(group) > newestOf(other)
  const isSameJob = a?.repository === b.repository && a.workflow === b.workflow && a.job === b.job
  return isSameJob && timeOf(newer.backup).getTime() > newestOf(other)
}

function newestOf([copy]: readonly Copy[]): number {
  return copy === undefined ? -Infinity : timeOf(copy.backup).getTime()
}

function judgeCopies(subject: string, copies: readonly Copy[], criteria: Criteria, now: Date): Verdict {
  const [copy] = copies
  if (copy === undefined) return refuseMissing(subject, 0, 0)
  const age = Math.max(0, now.getTime() - timeOf(copy.backup).getTime())
  const problems = [
    ...(age > criteria.maxAge.milliseconds ? [refuseStale(subject, copy, age, criteria.maxAge)] : []),
    ...findShrinkage(subject, copies, criteria.maxShrink),
    ...(criteria.requiresEncryption ? findPlaintext(subject, copy) : []),
  ]
  return { subject, copy, ageSeconds: Math.round(age / 1000), problems }
}

/** The baseline is the last one that did not alarm, or an emptied backup would be tomorrow's measure. */
function findShrinkage(subject: string, [copy, ...others]: readonly Copy[], maxShrink: number): Problem[] {
  if (copy === undefined) return []
  const isAlarming = ({ backup, file }: Copy): boolean =>
    backup.manifest.alarm.includes(file.database ?? 'cluster')
  const options = ({ backup }: Copy): string => backup.manifest.plan.options.toSorted().join('\n')
  const before = others.find((other) => options(other) === options(copy) && !isAlarming(other))
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
