import type { Manifest, ManifestFile, ManifestSeries } from '../archive/manifest.ts'
import { clockTolerance, type ExaminedBackup } from '../stores/store.ts'

/** PURE. When a backup was taken: its dumps show the databases as they were then. */
export function timeOf({ manifest }: Pick<ExaminedBackup, 'manifest'>): Date {
  return new Date(manifest.startedAt)
}

/** PURE. Newest first; those of one moment by name, so that no listing's order matters. */
export function sortNewestFirst<B extends ExaminedBackup>(backups: readonly B[]): B[] {
  const key = (backup: ExaminedBackup): string => `${backup.name}\0${backup.address}`
  return backups.toSorted(
    (a, b) => timeOf(b).getTime() - timeOf(a).getTime() || (key(a) < key(b) ? -1 : Number(key(a) > key(b))),
  )
}

/**
 * PURE. What a file can bring back, as people read it: `"shop"`, or `the cluster`, which no database can be named, since
 * names are quoted; undefined for the globals and properties, which are nothing without databases.
 */
export function nameSubject({ kind, database }: Pick<ManifestFile, 'kind' | 'database'>): string | undefined {
  if (kind === 'cluster') return theCluster
  return kind === 'database' && database !== null ? nameDatabase(database) : undefined
}

/** What brings back the whole cluster, as a subject. */
export const theCluster = 'the cluster'

/** PURE. A database as a subject. */
export function nameDatabase(database: string): string {
  return `"${database}"`
}

/** PURE. The database's name in a subject; null for the cluster. */
export function databaseOf(subject: string): string | null {
  return /^"([^]*)"$/.exec(subject)?.[1] ?? null
}

/** PURE. All that the manifest says the backup can bring back, whether it is there or not. */
export function listSubjects({ files }: Pick<Manifest, 'files'>): string[] {
  return files.map(nameSubject).filter((subject) => subject !== undefined)
}

/** PURE. Whether the store holds the file at its full size. */
export function isThere(file: ManifestFile, { files }: Pick<ExaminedBackup, 'files'>): boolean {
  return file.size > 0 && files.get(file.name) === file.size
}

/**
 * PURE. Whether nothing failed, each database that was asked for has its one file, without which a restore would refuse
 * it, and all files are there.
 */
export function isComplete(backup: ExaminedBackup): boolean {
  const { status, failures, files, plan } = backup.manifest
  const subjects = listSubjects(backup.manifest)
  const planned = plan.all ? [theCluster] : plan.databases.map(nameDatabase)
  const holdsAll = planned.every((subject) => subjects.includes(subject))
  const isWhole = status === 'complete' && failures.length === 0 && holdsAll
  const isClear = subjects.length > 0 && new Set(subjects).size === subjects.length
  return isWhole && isClear && files.every((file) => isThere(file, backup))
}

/** PURE. Whether it claims no time at which it cannot have been made, since the store had it earlier. */
export function isCredible({ manifest, storedAt }: ExaminedBackup): boolean {
  const [begun, ended] = [Date.parse(manifest.startedAt), Date.parse(manifest.finishedAt)]
  return begun <= ended && ended <= storedAt.getTime() + clockTolerance
}

/** What backups must share to stand in for each other: where they come from, and what `options` leaves out. */
export interface Series extends ManifestSeries {
  /** Arguments of pg_dump, in the order of their letters. */
  readonly options: readonly string[]
}

/** PURE. @returns undefined for a backup that belongs to none */
export function seriesOf({ series, plan }: Pick<Manifest, 'series' | 'plan'>): Series | undefined {
  return series === null ? undefined : { ...series, options: plan.options.toSorted() }
}

/** PURE. Whether two backups are of the same things. */
export function isSameSeries(a: Series, b: Series): boolean {
  const key = ({ repository, workflow, job, server, options }: Series): string =>
    JSON.stringify([repository.toLowerCase(), workflow, job, server, options])
  return key(a) === key(b)
}
