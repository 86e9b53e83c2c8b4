import { BackupError } from '../errors.ts'
import type { CheckedBackup, CheckedDatabase, CheckedFile } from './check.ts'
import { makeTemporaryName } from '../restoring/names.ts'
import { refuseFull, refuseMissing, refuseRole, refuseTemplate } from './refusals.ts'
import type { ExistingDatabase, RestoreTarget } from './target.ts'
import { requireNewEnoughServer, requireRestrict } from './versions.ts'

/**
 * How a database comes into being. `create`: a new database that gets its name at the end. `replace`: the same, and
 * an old one of that name is dropped. `fill`: into an empty database that is there, in one transaction.
 */
export type RestoreWay = 'create' | 'replace' | 'fill'

export interface PlannedDatabase extends CheckedDatabase {
  readonly way: RestoreWay
  /** Where it is restored: the target itself for `fill`. */
  readonly workName: string
  /** What the old database is called for a moment; undefined unless it is replaced. */
  readonly retiredName: string | undefined
  /** Whether sessions in the old database are ended when it gives way. */
  readonly endsSessions: boolean
  /** Sessions of others in the old database. */
  readonly sessions: number
}

/** All that is decided before the target is touched. */
export interface RestorePlan {
  readonly globals: CheckedFile | undefined
  readonly cluster: CheckedFile | undefined
  readonly databases: readonly PlannedDatabase[]
  /** The database from which others are created and renamed. */
  readonly maintenance: string
  /** Databases restored at once. */
  readonly concurrency: number
  /** Tables of one database restored at once, where its format allows it. */
  readonly tableJobs: number
}

/** The user's wishes and the machine. */
export interface PlanSetting {
  readonly create: boolean
  readonly clean: boolean
  readonly jobs: number
  /** 8 hex digits for the names of this run. */
  readonly digits: string
}

/**
 * PURE. Decides how each file is restored.
 * @throws BackupError PGB_TARGET_NOT_EMPTY, PGB_NO_DATABASE, PGB_PERMISSION, PGB_CLIENT, PGB_RESTORE
 */
export function makePlan(backup: CheckedBackup, target: RestoreTarget, setting: PlanSetting): RestorePlan {
  const { manifest, globals, cluster } = backup
  requireNewEnoughServer(manifest, target.server.facts)
  const files = [globals, cluster, ...backup.databases.map(({ file }) => file)]
  if (files.some((file) => file?.format === 'plain')) requireRestrict(manifest, target.server.client)
  if (cluster !== undefined) requireEmptyCluster(target)
  const concurrency = Math.max(1, Math.min(setting.jobs, backup.databases.length))
  const tableJobs = Math.max(1, Math.floor(setting.jobs / concurrency))
  const databases = backup.databases.map((entry) =>
    planDatabase(entry, target, { ...setting, jobs: tableJobs }),
  )
  const maintenance = chooseMaintenance(databases, target)
  return { globals, cluster, databases, maintenance, concurrency, tableJobs }
}

function planDatabase(entry: CheckedDatabase, target: RestoreTarget, setting: PlanSetting): PlannedDatabase {
  const old = target.existing.get(entry.target)
  const way = chooseWay(entry, old, target, setting)
  const { digits } = setting
  return {
    ...entry,
    way,
    workName: way === 'fill' ? entry.target : makeTemporaryName(entry.target, 'restoring', digits),
    retiredName: way === 'replace' ? makeTemporaryName(entry.target, 'replaced', digits) : undefined,
    endsSessions: way === 'replace' && setting.clean,
    sessions: old?.sessions ?? 0,
  }
}

function chooseWay(
  entry: CheckedDatabase,
  old: ExistingDatabase | undefined,
  target: RestoreTarget,
  setting: PlanSetting,
): RestoreWay {
  if (old === undefined) {
    if (!setting.create) throw refuseMissing(entry.target)
    if (!target.mayCreateDatabases) throw refuseRole(entry.target, target.role, 'CREATEDB')
    return 'create'
  }
  if (old.objects > 0) {
    if (!setting.clean) throw refuseFull(entry.target, old)
    if (old.isTemplate) throw refuseTemplate(entry.target)
    if (!target.mayCreateDatabases) throw refuseRole(entry.target, target.role, 'CREATEDB')
    if (!old.isOwner) throw refuseRole(entry.target, target.role, 'ownership')
    return 'replace'
  }
  // One transaction can fill an empty database whole, but with several workers only a new one is all or nothing.
  const mayReplace = target.mayCreateDatabases && old.isOwner && !old.isTemplate && old.sessions === 0
  return mayReplace && setting.jobs > 1 && isParallel(entry.file) ? 'replace' : 'fill'
}

/** PURE. Whether pg_restore can work at the file with several workers: it must be able to jump about in it. */
export function isParallel({ format, compression, encryption }: CheckedFile): boolean {
  if (format === 'directory') return true
  return format === 'custom' && encryption === 'none' && (compression.inside || compression.method === 'none')
}

/** A connection stands in its way when a database is renamed, so another one is needed for that. */
function chooseMaintenance(databases: readonly PlannedDatabase[], { server }: RestoreTarget): string {
  const { facts, connection } = server
  const taken = new Set(databases.map(({ target }) => target))
  const usable = facts.databases.filter(({ allowsConnections, size }) => allowsConnections && size !== null)
  const names = new Set(usable.map(({ name }) => name).filter((name) => !taken.has(name)))
  const found = [connection.database, 'postgres', 'template1'].find(
    (name) => name !== undefined && names.has(name),
  )
  if (found !== undefined || databases.every(({ way }) => way === 'fill')) return found ?? facts.database
  throw new BackupError('PGB_PERMISSION', {
    what: 'No database can be created on the server',
    why: 'that takes a connection to a database other than the target, and there is none that lets this role in',
    whatToDo: 'Run: GRANT CONNECT ON DATABASE postgres TO the connecting role',
  })
}

/** All or nothing for a cluster means that every database that stands there afterwards came from the file. */
function requireEmptyCluster(target: RestoreTarget): void {
  const others = target.server.facts.databases
    .filter(({ name, isTemplate }) => !isTemplate && name !== 'postgres')
    .map(({ name }) => `"${name}"`)
  const own = target.existing.get('postgres')
  if (others.length === 0 && (own?.objects ?? 0) === 0) return
  const found =
    others.length > 0
      ? others.slice(0, 3).join(', ')
      : `objects in "postgres" (${own?.examples.join(', ') ?? ''})`
  throw new BackupError('PGB_TARGET_NOT_EMPTY', {
    what: 'The cluster was not restored, and the server was left as it is',
    why: `the server already holds databases or objects: ${found}`,
    whatToDo: 'Restore into a new server, or back up with "databases" to restore single ones',
  })
}
