import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { manifestName, type Manifest } from '../../archive/manifest.ts'
import { parseManifest } from '../../archive/manifest-parser.ts'
import { downloadArtifact, type DownloadedArtifact } from '../../stores/artifact/upload-artifact.ts'
import type { Run } from '../../step/run.ts'
import type { BackupSource } from '../inputs.ts'
import type { LocatedBackup } from './located-backup.ts'
import { fetchLater, locateInStore } from './locate-in-store.ts'
import { findPart } from './locate-part.ts'
import { refuseBackup } from './refuse-backup.ts'

/**
 * Finds the backup, of several that fit a pattern the newest that is about the database, downloads it if it is an artifact,
 * and reads its manifest.
 * @throws BackupError PGB_INPUT, PGB_RESTORE, PGB_NO_DATABASE, PGB_CANCELLED
 */
export async function locateBackup(
  source: BackupSource,
  database: string | undefined,
  run: Run,
): Promise<LocatedBackup> {
  if (source.kind === 'path') return locatePath(source.path, database, run)
  if (source.kind === 'store') return locateInStore(source, database, run)
  const part = await findPart(source, database, run)
  if (part !== undefined) return fetchLater(part.store, part.backup, run)
  const { log, signal } = run
  const directory = join(run.privateDirectory, 'backup')
  const artifact = await downloadArtifact({ ...source, directory, log, signal })
  const place = join(directory, findManifestFolder(artifact))
  return { directory: place, manifest: await readManifest(place), onlyFile: undefined, fetch: undefined }
}

/** An artifact that other actions made may hold the backup in a folder, as `actions/upload-artifact` keeps folders. */
function findManifestFolder({ name, id, files }: DownloadedArtifact): string {
  const folders = files.filter((file) => basename(file) === manifestName).map((file) => dirname(file))
  const [folder, ...others] = folders
  if (folders.includes('.')) return '.'
  if (folder !== undefined && others.length === 0) return folder
  const artifact = `the artifact "${name}" (id ${id})`
  if (folder === undefined) {
    throw refuseBackup(
      `${artifact} has no ${manifestName}: it holds ${listSome(files)}`,
      'Name an artifact that the backup wrote; a dump without its manifest is restored by psql or pg_restore',
    )
  }
  throw refuseBackup(
    `${artifact} holds several backups, in ${listSome(folders)}`,
    'Download the artifact, and give the folder of one of them as `path`',
  )
}

function listSome(names: readonly string[]): string {
  if (names.length === 0) return 'nothing'
  const shown = names.slice(0, 5).map((name) => `"${name.slice(0, 100)}"`)
  return names.length > shown.length
    ? `${shown.join(', ')} and ${names.length - shown.length} more`
    : shown.join(', ')
}

async function locatePath(path: string, database: string | undefined, run: Run): Promise<LocatedBackup> {
  const place = resolve(run.environment['GITHUB_WORKSPACE'] ?? '.', path)
  const found = await stat(place).catch(() => undefined)
  if (found === undefined && basename(place).includes('*')) {
    const store = { kind: 'directory', path: dirname(place) } as const
    return locateInStore({ store, name: basename(place) }, database, run)
  }
  if (found === undefined) {
    throw refuseBackup(
      `there is nothing at ${place}`,
      'Correct the input "path"; a path that is not absolute begins at the workspace',
    )
  }
  const isManifest = basename(place) === manifestName
  const directory = found.isDirectory() ? place : dirname(place)
  const onlyFile = found.isDirectory() || isManifest ? undefined : basename(place)
  const manifest = await readManifest(directory)
  if (onlyFile === undefined || manifest.files.some(({ name }) => name === onlyFile)) {
    return { directory, manifest, onlyFile, fetch: undefined }
  }
  throw refuseBackup(
    `the manifest beside ${onlyFile} does not list it`,
    'Give a file of the backup that the manifest belongs to',
  )
}

async function readManifest(directory: string): Promise<Manifest> {
  const text = await readFile(join(directory, manifestName), 'utf8').catch((cause: unknown) => {
    const why = `there is no readable ${manifestName} in ${directory}`
    throw refuseBackup(
      why,
      'Give the whole directory or artifact that the backup wrote; a dump without its manifest is restored by psql or pg_restore',
      cause,
    )
  })
  return parseManifest(text)
}
