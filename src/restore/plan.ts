import { BackupError } from '../errors.ts'
import type { CheckedFile } from '../restoring/checked-file.ts'
import type { CheckedBackup, CheckedDatabase } from './check.ts'
import { makeTemporaryName } from '../restoring/names.ts'
import type { ReplaceMode, RestoreChoice } from './inputs.ts'
import { refuseCreation, refuseFull, refuseMissing, refuseReplacement, refuseTemplate } from './refusals.ts'
import { isParallel } from '../restoring/archive-file.ts'
import { quoteIdentifier } from '../postgres/sql/quote.ts'
import type { ExistingDatabase, RestoreTarget } from './target/target.ts'
import { requireNewEnoughServer, requireRestrict } from './target/versions.ts'

/**
 * How a database comes into being. `create`: a new database that gets its name at the end. `replace`: the same, and
 * an old one of that name is dropped. `fill`: into an empty database that is there, in one transaction. `in-place`: the
 * same, and what the role owns in it is dropped in that transaction.
 */
export type RestoreWay = 'create' | 'replace' | 'fill' | 'in-place'

export interface PlannedDatabase extends CheckedDatabase {
  readonly way: RestoreWay
  /** Where it is restored: the target itself for `fill` and `in-place`. */
  readonly workName: string
  /** What the old database is called for a moment; undefined unless it is replaced. */
  readonly retiredName: string | undefined
  /** Whether sessions in the old database are ended when it gives way. */
  readonly endsSessions: boolean
  /** Sessions of others in the old database. */
  readonly sessions: number
  /** Whether something is dropped that the target holds. */
  readonly loses: boolean
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
  readonly replace: ReplaceMode
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
    workName: isWithin(way) ? entry.target : makeTemporaryName(entry.target, 'restoring', digits),
    retiredName: way === 'replace' ? makeTemporaryName(entry.target, 'replaced', digits) : undefined,
    endsSessions: way === 'replace' && setting.clean,
    sessions: old?.sessions ?? 0,
    loses: (old?.objects ?? 0) > 0,
  }
}

/** PURE. Whether the database that is there is the one that is restored into, by one transaction. */
export function isWithin(way: RestoreWay): boolean {
  return way === 'fill' || way === 'in-place'
}

function chooseWay(
  entry: CheckedDatabase,
  old: ExistingDatabase | undefined,
  target: RestoreTarget,
  setting: PlanSetting,
): RestoreWay {
  if (old === undefined) {
    if (!setting.create) throw refuseMissing(entry.target)
    if (!target.mayCreateDatabases) throw refuseCreation(entry.target, target)
    return 'create'
  }
  if (old.objects > 0) {
    if (!setting.clean) throw refuseFull(entry.target, old)
    if (setting.replace === 'in-place') return 'in-place'
    if (old.isTemplate) throw refuseTemplate(entry.target)
    const obstacle = findObstacle(old, target)
    if (obstacle === undefined) return 'replace'
    if (setting.replace === 'database') throw refuseReplacement(entry.target, obstacle, target.server.facts)
    return 'in-place'
  }
  // One transaction can fill an empty database whole, but with several workers only a new one is all or nothing.
  const isBare = !old.isPrepared && !old.isTemplate && old.sessions === 0
  const mayReplace = isBare && findObstacle(old, target) === undefined
  return mayReplace && setting.jobs > 1 && isParallel(entry.file) ? 'replace' : 'fill'
}

/** Why a new database cannot take the place of the old one; undefined where it can. */
function findObstacle(
  old: ExistingDatabase,
  { mayCreateDatabases, role, server }: RestoreTarget,
): string | undefined {
  const { service } = server.facts
  const user = quoteIdentifier(role)
  if (service?.hasOneDatabase === true)
    return `${service.name} keeps what it needs in the one database that it gives`
  if (!mayCreateDatabases) return `the role ${user} may not create databases`
  if (!old.isOwner) return `the role ${user} does not own it`
  if (old.keeps !== undefined)
    return `a new one cannot be given the settings and privileges of the old one (${old.keeps})`
  if (old.others > 0)
    return `a new one would lack what is not the role's: ${old.otherExamples.join(', ')}${old.others > 3 ? ', …' : ''}`
  if (old.lastingSessions > 0) return `the role ${user} may not end all the sessions in it`
  return undefined
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
  if (found !== undefined || databases.every(({ way }) => isWithin(way))) return found ?? facts.database
  throw new BackupError('PGB_PERMISSION', {
    what: 'No database can be created on the server',
    why: 'that takes a connection to a database other than the target, and there is none that lets this role in',
    whatToDo: 'Run: GRANT CONNECT ON DATABASE postgres TO the connecting role',
  })
}

/**
 * PURE. Whether a file of the whole cluster is restored as it stands, in one go: by a superuser into a server that holds
 * nothing. Elsewhere its roles and each of its databases are restored by themselves, as if they had files of their own.
 */
export function mayRestoreWhole(
  { cluster }: CheckedBackup,
  { database }: RestoreChoice,
  { server, existing }: RestoreTarget,
): boolean {
  if (cluster === undefined || database !== undefined || !server.facts.isSuperuser) return false
  const others = server.facts.databases.filter(({ name, isTemplate }) => !isTemplate && name !== 'postgres')
  const postgres = existing.get('postgres')
  return others.length === 0 && (postgres === undefined || (postgres.objects === 0 && !postgres.isPrepared))
}
