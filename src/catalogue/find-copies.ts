import type { ManifestFile, ManifestSeries } from '../archive/manifest.ts'
import { readOmissions } from '../archive/omissions.ts'
import type { ExaminedBackup } from '../stores/store.ts'
import { isThere, nameDatabase, nameSubject, theCluster, timeOf } from './copies.ts'
import type { Copy } from './problems.ts'

const day = 86_400_000
/** Milliseconds: what was backed up within this span is expected to have a backup. */
export const remembered = 14 * day

/** The copies of one database of one server. */
export interface Line {
  readonly subject: string
  /** Newest first. */
  readonly copies: readonly Copy[]
  /** The newest copies of servers whose place this one took. */
  readonly replaced: readonly Copy[]
}

/**
 * PURE. The copies of each server that is expected to have some.
 * @param backups all there are, for what they tell of servers
 */
export function findLines(
  { subject, copies }: { subject: string; copies: readonly Copy[] },
  backups: readonly ExaminedBackup[],
  now: Date,
): Line[] {
  const servers = groupByServer(copies).map(preferWhole)
  if (servers.length === 0) return [{ subject, copies: [], replaced: [] }]
  const remembers = (copies: readonly Copy[]): boolean => now.getTime() - newestOf(copies) <= remembered
  const alive = servers.filter(
    (server) => remembers(server) && !servers.some((other) => supersedes(other, server, backups)),
  )
  const newest = servers.toSorted((a, b) => newestOf(b) - newestOf(a)).slice(0, 1)
  return (alive.length > 0 ? alive : newest).map((copies) => ({
    subject,
    copies,
    replaced: servers
      .filter((other) => remembers(other) && supersedes(copies, other, backups))
      .flatMap((other) => other.slice(0, 1)),
  }))
}

/**
 * PURE. What a restore could take for each subject, newest first: by a file of its own, or by that of the cluster that holds
 * it.
 * @param backups newest first
 */
export function gatherCopies(backups: readonly ExaminedBackup[]): ReadonlyMap<string, readonly Copy[]> {
  const gathered = new Map<string, Copy[]>()
  const note = (subject: string, backup: ExaminedBackup, files: readonly ManifestFile[]): void => {
    const [file, ...others] = files
    // A restore refuses two files for one database.
    if (file === undefined || others.length > 0 || !isThere(file, backup)) return
    const copies = gathered.get(subject)
    if (copies === undefined) gathered.set(subject, [{ backup, file }])
    else copies.push({ backup, file })
  }
  for (const backup of backups) {
    const { files, plan } = backup.manifest
    const bySubject = Map.groupBy(files, nameSubject)
    // A restore reads what is beside a dump, too.
    if (bySubject.get(undefined)?.every((file) => isThere(file, backup)) === false) continue
    const cluster = bySubject.get(theCluster) ?? []
    const held = cluster.length > 0 ? plan.databases.map(nameDatabase) : []
    for (const subject of new Set([...bySubject.keys(), ...held]))
      if (subject !== undefined) note(subject, backup, bySubject.get(subject) ?? cluster)
  }
  return gathered
}

/** PURE. A backup of a part counts only where there is no whole one of the same server. */
export function preferWhole(copies: readonly Copy[]): readonly Copy[] {
  const whole = copies.filter(({ backup }) => {
    const { objects, data } = readOmissions(backup.manifest.plan.options)
    return !objects && !data
  })
  return whole.length > 0 ? whole : copies
}

/** Copies of one server, newest first; those that do not say of which one together. */
function groupByServer(copies: readonly Copy[]): Copy[][] {
  const groups = Map.groupBy(copies, ({ backup }) => backup.manifest.series?.server ?? '')
  return [...groups.values()]
}

/**
 * Whether a server took the other's place: in the same job, and only after the other's last backup. One that failed counts
 * as well, since it shows that somebody still backs up that server.
 */
function supersedes(
  [copy]: readonly Copy[],
  [other]: readonly Copy[],
  backups: readonly ExaminedBackup[],
): boolean {
  const [newer, older] = [copy?.backup.manifest.series, other?.backup.manifest.series]
  if (!newer || !older || newer.server === older.server || !isSameJob(newer, older)) return false
  const timesOf = ({ server }: ManifestSeries): number[] =>
    backups
      .filter(({ manifest: { series } }) => series?.server === server && isSameJob(series, older))
      .map((backup) => timeOf(backup).getTime())
  return Math.min(...timesOf(newer)) > Math.max(...timesOf(older))
}

function isSameJob(a: ManifestSeries, b: ManifestSeries): boolean {
  return a.repository === b.repository && a.workflow === b.workflow && a.job === b.job
}

function newestOf([copy]: readonly Copy[]): number {
  return copy === undefined ? -Infinity : timeOf(copy.backup).getTime()
}
