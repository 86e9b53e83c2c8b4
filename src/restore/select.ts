import type { Manifest, ManifestFile } from '../archive/manifest.ts'
import { BackupError } from '../errors.ts'
import { refuseInput } from '../inputs/read-inputs.ts'
import type { RestoreChoice } from './inputs.ts'
import type { LocatedBackup } from './locating/located-backup.ts'
import { refuseBackup } from './locating/refuse-backup.ts'

/** One database of the backup, and the name that it is to get. */
export interface SelectedDatabase {
  readonly file: ManifestFile
  readonly database: string
  readonly target: string
}

/** The files of a backup that are to be restored. */
export interface SelectedBackup {
  readonly directory: string
  readonly manifest: Manifest
  /** Roles and tablespaces, to be restored first. */
  readonly globals: ManifestFile | undefined
  /** A whole cluster in one file. */
  readonly cluster: ManifestFile | undefined
  /** What belongs to the databases beside their contents; none where one file was named by its own path. */
  readonly properties: ManifestFile | undefined
  readonly databases: readonly SelectedDatabase[]
}

/**
 * PURE. Which files of the backup are restored.
 * @throws BackupError PGB_RESTORE when the backup has none, PGB_NO_DATABASE when it lacks the one asked for, PGB_INPUT
 */
export function selectFiles(backup: LocatedBackup, choice: RestoreChoice): SelectedBackup {
  const { directory, manifest, onlyFile } = backup
  const files = manifest.files.filter(({ name }) => onlyFile === undefined || name === onlyFile)
  if (files.length === 0) {
    throw refuseBackup(
      `it holds no file, and its status is "${manifest.status}"`,
      'Take the last backup that succeeded',
    )
  }
  const all = files.flatMap((file) => (file.database === null ? [] : [{ file, database: file.database }]))
  refuseTwins(all.map(({ database }) => database))
  const wanted = all.filter(({ database }) => choice.database === undefined || database === choice.database)
  // Which databases it holds shows when it is read.
  const cluster = wanted.length === 0 ? files.find(({ kind }) => kind === 'cluster') : undefined
  if (choice.database !== undefined && wanted.length === 0 && cluster === undefined)
    throw refuseDatabase(choice.database, manifest)
  const count = cluster !== undefined && choice.database !== undefined ? 1 : wanted.length
  if (choice.targetDatabase !== undefined && count !== 1) throw refuseTarget(count)
  // A file of globals that was named by its own path is what the user wants.
  const isAlone = wanted.length === 0 && cluster === undefined
  const needsFile = cluster === undefined && (choice.globals || isAlone)
  const globals = needsFile ? findGlobals(files, choice) : undefined
  const databases = wanted.map((entry) => ({ ...entry, target: choice.targetDatabase ?? entry.database }))
  const isWanted = databases.length > 0 || cluster !== undefined
  const properties = isWanted ? files.find(({ kind }) => kind === 'properties') : undefined
  return { directory, manifest, globals, cluster, properties, databases }
}

/** PURE. All files that are to be restored. */
export function listFiles<F extends ManifestFile>(backup: SelectedParts<F>): F[] {
  const { globals, cluster, properties, databases } = backup
  const files = [globals, cluster, properties, ...databases.map(({ file }) => file)]
  return files.filter((file) => file !== undefined)
}

/** The files of a selected backup, whatever is known of them. */
interface SelectedParts<F> {
  readonly globals: F | undefined
  readonly cluster: F | undefined
  readonly properties: F | undefined
  readonly databases: readonly { readonly file: F }[]
}

function findGlobals(files: readonly ManifestFile[], choice: RestoreChoice): ManifestFile {
  const globals = files.find(({ kind }) => kind === 'globals')
  if (globals === undefined) {
    throw refuseInput(
      'globals',
      'the backup holds no globals',
      'Back up with `globals: true`, or set it to false',
    )
  }
  if (choice.globals) return globals
  throw refuseInput(
    'path',
    'it names the globals alone',
    'Set `globals: true` to restore roles and tablespaces',
  )
}

/** A manifest comes from anyone, and two files for one database would make the result a matter of chance. */
function refuseTwins(names: readonly string[]): void {
  const twin = names.find((name, index) => names.indexOf(name) !== index)
  if (twin === undefined) return
  throw refuseBackup(
    `its manifest lists two files for the database "${twin}"`,
    'Give the path of one of the two files',
  )
}

function refuseTarget(count: number): BackupError {
  return refuseInput(
    'target-database',
    count === 0
      ? 'it is the name for one database, and the backup holds none that can be restored alone'
      : 'it is the name for one database, and "database" does not say which',
    count === 0 ? 'Remove it' : 'Name in "database" the one to restore',
  )
}

function refuseDatabase(database: string, manifest: Manifest): BackupError {
  const what = `The database "${database}" is not in the backup`
  const failure = manifest.failures.find((entry) => entry.database === database)
  if (failure !== undefined) {
    const why = `its dump failed with ${failure.code} (${failure.reason})`
    return new BackupError('PGB_NO_DATABASE', { what, why, whatToDo: 'Take an earlier backup that holds it' })
  }
  const names = manifest.files.flatMap((file) => (file.database === null ? [] : [`"${file.database}"`]))
  return refuseName(what, names)
}

/** The error for a name that the backup does not hold. */
export function refuseName(what: string, held: readonly string[]): BackupError {
  return new BackupError('PGB_NO_DATABASE', {
    what,
    why: `it holds ${held.join(', ')}`,
    whatToDo: 'Correct the input "database", which minds upper and lower case',
  })
}
