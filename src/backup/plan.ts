import { compressionLevel, compressionSuffix } from '../archive/compression/compression.ts'
import { formatTimeStamp, makeFileName, toReadableName } from '../archive/file-name.ts'
import type { BackupFile, EncryptionKind, FileKind, FileSubject } from '../archive/backup-file.ts'
import { BackupError } from '../errors.ts'
import { toArtifactName } from '../stores/artifact/artifact-name.ts'
import { canCompressInside } from '../postgres/dump-arguments.ts'
import type { ServerFacts } from '../postgres/server.ts'
import { isClosed, selectDatabases, type DatabaseSelection } from '../postgres/select-databases.ts'
import type { Run } from '../step/run.ts'
import { chooseJobs, type DumpConditions } from './choose-jobs.ts'
import type { ConnectedBackup } from './connect.ts'
import type { BackupInputs } from './inputs.ts'

/** One file that the backup is to consist of. */
export type PlannedFile = BackupFile & {
  /** Bytes on the server's disk; null where the server does not tell. */
  readonly sizeOnServer: number | null
}

/** The file of one database. */
export type PlannedDatabase = Extract<PlannedFile, { kind: 'database' }>

/** What is about dumps and of no use without one. */
type PlannedRemark = Extract<PlannedFile, { kind: 'properties' | 'contents' }>

/** What pg_dump and pg_dumpall make. */
export type PlannedDump = Exclude<PlannedFile, PlannedRemark>

/** What is read from the server. */
export type PlannedData = Exclude<PlannedFile, { kind: 'contents' }>

/** PURE. Whether it is no dump, but of no use without one. */
export function isAboutDumps(file: PlannedFile): file is PlannedRemark {
  return file.kind === 'properties' || file.kind === 'contents'
}

/** All that is decided before the first dump begins. */
export interface BackupPlan {
  readonly startedAt: Date
  readonly files: readonly PlannedFile[]
  /** Databases that have a file of their own. */
  readonly databases: readonly string[]
  /** Databases in the file of the whole cluster, but templates; empty where there is none, or nobody knows them. */
  readonly clusterDatabases: readonly string[]
  /** Databases that were asked for by name and do not exist. */
  readonly missing: readonly string[]
  /** Databases that no pattern matches, and no dump of a whole cluster holds: the service's own, and closed ones. */
  readonly passedOver: readonly string[]
  readonly encryption: EncryptionKind
  readonly artifactName: string
  /** Files dumped at once. */
  readonly concurrency: number
  /** Tables of one database dumped at once, for the directory format. */
  readonly tableJobs: number
  /** Why so many at once, where the user leaves that to us. */
  readonly jobsReason: string | undefined
  /** Threads of one compressor. */
  readonly threads: number
}

/** A backup of which all is decided. */
export interface PlannedBackup extends ConnectedBackup {
  readonly plan: BackupPlan
}

/** Plans a backup to be made here and now. */
export function planBackup(connected: ConnectedBackup, run: Run): PlannedBackup {
  const { inputs, server } = connected
  const isMasked = (text: string): boolean => run.redact(text) !== text
  const conditions = { clientMajor: server.client.major, cores: run.cores, now: new Date(), isMasked }
  return { ...connected, plan: makePlan(inputs, server.facts, conditions) }
}

/** The machine, the client and the moment that a plan is made for. */
export interface PlanConditions {
  readonly clientMajor: number
  readonly cores: number
  readonly now: Date
  /** Whether the runner masks a piece of the text; nothing of any when missing. */
  readonly isMasked?: (text: string) => boolean
}

/**
 * PURE. Decides what to dump, into which files, and how much at once.
 * @throws BackupError PGB_NO_DATABASE when nothing is left to back up
 */
export function makePlan(inputs: BackupInputs, server: ServerFacts, conditions: PlanConditions): BackupPlan {
  const selection = selectSubjects(inputs, server)
  const clusterDatabases = inputs.all ? listClusterDatabases(inputs, server) : []
  const hasNames = selection.names.length + clusterDatabases.length > 0
  const files = listFiles(inputs, server, selection.names, hasNames, conditions)
  // What is about the dumps takes no time.
  const dumps = files.filter((file) => !isAboutDumps(file))
  const chosen =
    inputs.jobs === undefined ? chooseJobs(describeConditions(inputs, dumps, server, conditions)) : undefined
  const jobs = chosen?.jobs ?? inputs.jobs ?? 1
  const concurrency = Math.min(jobs, dumps.length)
  return {
    startedAt: conditions.now,
    files,
    databases: selection.names,
    clusterDatabases,
    missing: selection.missing,
    passedOver: selection.passedOver,
    encryption: nameEncryption(inputs.encryption),
    artifactName: inputs.artifactName ?? makeArtifactName(inputs, selection.names, conditions),
    concurrency,
    tableJobs: Math.max(1, Math.floor(jobs / concurrency)),
    jobsReason: chosen?.reason,
    threads: Math.max(1, Math.ceil(conditions.cores / concurrency)),
  }
}

/** With `verify: restore`, two more sessions hold the snapshot and read it. */
function describeConditions(
  { verify }: BackupInputs,
  dumps: readonly PlannedFile[],
  { roundTrip, freeConnections }: ServerFacts,
  { cores }: PlanConditions,
): DumpConditions {
  const sizes = dumps.map(({ sizeOnServer }) => sizeOnServer)
  return { roundTrip, sizes, freeConnections, connectionsEach: verify === 'restore' ? 3 : 1, cores }
}

function selectSubjects(inputs: BackupInputs, server: ServerFacts): DatabaseSelection {
  if (inputs.all) return { names: [], missing: [], passedOver: listClosed(server) }
  if (inputs.databases === undefined) return { names: [server.database], missing: [], passedOver: [] }
  const selection = selectDatabases(inputs.databases, server)
  if (selection.names.length > 0) return selection
  const asked = selection.missing.map((name) => `"${name}"`).join(', ')
  throw new BackupError('PGB_NO_DATABASE', {
    what: 'There is no database to back up',
    why: `the server has none that the input "databases" names${asked === '' ? '' : ` (${asked})`}`,
    whatToDo: 'Correct the names; they are case-sensitive, and a pattern matches no template',
  })
}

function listClosed({ databases, service }: ServerFacts): string[] {
  // pg_dumpall looks into templates too.
  const dumped = databases.filter(({ allowsConnections }) => allowsConnections)
  return dumped.filter((facts) => isClosed(facts, service)).map(({ name }) => name)
}

/** None where an option leaves some out: its patterns are read by pg_dumpall alone. */
function listClusterDatabases({ options }: BackupInputs, { databases, service }: ServerFacts): string[] {
  if (options.some((option) => /^--(exc|fi)/.test(option))) return []
  return databases
    .filter(({ isTemplate, allowsConnections }) => !isTemplate && allowsConnections)
    .filter((facts) => !isClosed(facts, service))
    .map(({ name }) => name)
}

function listFiles(
  inputs: BackupInputs,
  server: ServerFacts,
  names: readonly string[],
  hasNames: boolean,
  { clientMajor, now }: PlanConditions,
): PlannedFile[] {
  const sizes = new Map(server.databases.map(({ name, size }) => [name, size]))
  // To compare each name with all others takes too long with thousands of them.
  const alike = Map.groupBy(names, (name) => name.toLowerCase())
  const timeStamp = formatTimeStamp(now)
  const encryption = nameEncryption(inputs.encryption)
  const make = (subject: FileSubject, sizeOnServer: number | null): PlannedFile => {
    const format = subject.kind === 'database' ? inputs.format : 'plain'
    const { method } = inputs.compression
    const inside = canCompressInside(format, method, clientMajor)
    const name = makeFileName({
      ...subject,
      siblings: (subject.kind === 'database' && alike.get(subject.database.toLowerCase())) || [],
      format,
      compressionSuffix: inside ? '' : compressionSuffix(method),
      encrypted: encryption !== 'none',
      timeStamp,
    })
    const compression = { method, level: compressionLevel(inputs.compression) ?? null, inside }
    return { ...subject, name, format, compression, encryption, sizeOnServer }
  }
  const makeOther = (kind: Exclude<FileKind, 'database'>, size: number): PlannedFile =>
    make({ kind, database: null }, size)
  // An encrypted manifest names no table. Rows are known of what was read back.
  const hidesRows = encryption !== 'none' && inputs.verify !== 'none'
  const contents = { ...makeOther('contents', 0), compression: uncompressed }
  const total = server.databases.reduce((sum, { size }) => sum + (size ?? 0), 0)
  return [
    ...(inputs.globals ? [makeOther('globals', 0)] : []),
    ...(inputs.all ? [makeOther('cluster', total)] : []),
    ...names.map((database) => make({ kind: 'database', database }, sizes.get(database) ?? null)),
    // Of a cluster they are for who restores one of its databases.
    ...(hasNames ? [makeOther('properties', 0)] : []),
    ...(hidesRows ? [contents] : []),
  ]
}

const uncompressed = { method: 'none', level: null, inside: false } as const

function nameEncryption(encryption: BackupInputs['encryption']): EncryptionKind {
  if (encryption === undefined) return 'none'
  return encryption.kind === 'passphrase' ? 'age-passphrase' : 'age-recipients'
}

/** Without the name of the database where the password is a piece of it: GitHub drops job outputs that hold one. */
function makeArtifactName(
  inputs: BackupInputs,
  names: readonly string[],
  { now, isMasked = () => false }: PlanConditions,
): string {
  const make = (subject: string): string =>
    toArtifactName(`postgres-backup-${subject}-${formatTimeStamp(now)}`)
  if (inputs.all) return make('cluster')
  const count = `${names.length}-databases`
  const named = make(names.length === 1 ? toReadableName(names[0] ?? '') : count)
  return isMasked(named) ? make(count) : named
}
