import type { Manifest, ManifestFile } from '../archive/manifest.ts'
import type { ExaminedBackup } from '../stores/store.ts'
import {
  databaseOf,
  isCredible,
  isSameSeries,
  listSubjects,
  nameSubject,
  seriesOf,
  sortNewestFirst,
  type Series,
} from './copies.ts'
import { findLosses, findWholeLoss } from './shrinkage.ts'

/** Something that a new backup lacks and an earlier one has. */
export interface Loss {
  /** As the manifest's `alarm` names it: a database, or `cluster`. */
  readonly name: string
  /** As in `"shop": it has 1 row, and had 500 (against backup-20261104T020000Z)`. */
  readonly text: string
  /** Whether all of the database counts, and not some of its tables alone. */
  readonly isWhole: boolean
}

/** A new backup beside the earlier ones of its series. */
export interface Comparison {
  readonly losses: readonly Loss[]
  /** What has no earlier backup to be measured by, as in `"shop"`. */
  readonly unmeasured: readonly string[]
}

/** PURE. The backups of a series whose dates can be true, newest first; one that lies in several stores counts once. */
export function selectPast(backups: readonly ExaminedBackup[], series: Series): ExaminedBackup[] {
  const seen = new Set<string>()
  return sortNewestFirst(backups).filter((backup) => {
    const { manifest } = backup
    const own = seriesOf(manifest)
    const key = JSON.stringify([manifest.startedAt, listSubjects(manifest)])
    if (own === undefined || !isSameSeries(own, series) || !isCredible(backup) || seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/**
 * PURE. What a new backup lost against the last one of each database that raised no alarm about it, or else an emptied
 * backup would be tomorrow's measure. A database that is no longer dumped is lost only if the server does not have it
 * any more, and the loss was not accepted since.
 * @param past from {@link selectPast}
 * @param most the share that may be lost, from 0 to 1; with 1 nothing is a loss
 * @param onServer names of all databases of the server
 */
export function compareWithPast(
  manifest: Manifest,
  past: readonly ExaminedBackup[],
  most: number,
  onServer: ReadonlySet<string>,
): Comparison {
  const files = manifest.files.filter((file) => nameSubject(file) !== undefined)
  const measured = files.map((file) => ({ file, before: findBaseline(file, past) }))
  const losses = measured.flatMap(({ file, before }) => (before ? measureFile(file, before, most) : []))
  const unmeasured = measured.filter(({ before }) => before === undefined).map(({ file }) => file)
  return {
    losses: most >= 1 ? [] : [...losses, ...findGone(manifest, past, onServer)],
    unmeasured: unmeasured.map((file) => nameSubject(file) ?? ''),
  }
}

interface Baseline {
  readonly backup: ExaminedBackup
  readonly file: ManifestFile
}

function findBaseline(file: ManifestFile, past: readonly ExaminedBackup[]): Baseline | undefined {
  const subject = nameSubject(file)
  for (const backup of past) {
    const before = backup.manifest.files.find((candidate) => nameSubject(candidate) === subject)
    if (before !== undefined && !alarmsAbout(backup, nameAlarm(before))) return { backup, file: before }
  }
  return undefined
}

function measureFile(file: ManifestFile, { backup, file: before }: Baseline, most: number): Loss[] {
  const losses = findLosses(before, file, most)
  if (losses.length === 0) return []
  const text = `${nameSubject(file) ?? ''}: ${losses.join(', and ')} (against ${backup.name})`
  return [{ name: nameAlarm(file), text, isWhole: findWholeLoss(before, file, most) !== undefined }]
}

/** In a matrix each backup holds databases of its own, so that only those are looked at that were dumped together. */
function findGone(
  manifest: Manifest,
  past: readonly ExaminedBackup[],
  onServer: ReadonlySet<string>,
): Loss[] {
  const together = past.filter(({ manifest: other }) => shareSubject(manifest, other))
  const known = new Map<string, ExaminedBackup>()
  for (const backup of together) {
    for (const subject of listSubjects(backup.manifest)) {
      const name = databaseOf(subject)
      if (name !== null && !known.has(name)) known.set(name, backup)
    }
  }
  const isAsked = (name: string, { plan, failures }: Manifest): boolean =>
    plan.databases.includes(name) || failures.some(({ database }) => database === name)
  return [...known].flatMap(([name, backup]): Loss[] => {
    if (onServer.has(name) || isAsked(name, manifest)) return []
    const later = together.slice(0, together.indexOf(backup))
    const isAccepted = later.some((other) => !alarmsAbout(other, name) && !isAsked(name, other.manifest))
    const text = `"${name}": the server does not have it any more (it is in ${backup.name})`
    return isAccepted ? [] : [{ name, text, isWhole: true }]
  })
}

function shareSubject(a: Manifest, b: Manifest): boolean {
  const subjects = new Set(listSubjects(b))
  return listSubjects(a).some((subject) => subjects.has(subject))
}

function nameAlarm({ database }: ManifestFile): string {
  return database ?? 'cluster'
}

function alarmsAbout({ manifest }: ExaminedBackup, name: string): boolean {
  return manifest.alarm.includes(name)
}
