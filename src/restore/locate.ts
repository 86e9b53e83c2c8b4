import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { manifestName, type Manifest } from '../archive/manifest.ts'
import { parseManifest } from '../archive/manifest-parser.ts'
import { BackupError } from '../errors.ts'
import { downloadArtifact } from '../stores/artifact/upload-artifact.ts'
import type { Run } from '../step/run.ts'
import type { BackupSource } from './inputs.ts'

/** A backup whose manifest has been read; its files are still unseen. */
export interface LocatedBackup {
  /** Absolute path of the directory of the manifest and the files. */
  readonly directory: string
  readonly manifest: Manifest
  /** The one file that was asked for by its path; undefined for all. */
  readonly onlyFile: string | undefined
}

/**
 * Finds the backup, downloads it if it is an artifact, and reads its manifest.
 * @throws BackupError PGB_INPUT, PGB_RESTORE, PGB_CANCELLED
 */
export async function locateBackup(source: BackupSource, run: Run): Promise<LocatedBackup> {
  if (source.kind === 'path') return locatePath(source.path, run)
  const { log, signal } = run
  const directory = join(run.privateDirectory, 'backup')
  const query = { name: source.name, id: source.id, runId: source.runId, token: source.token }
  await downloadArtifact({ ...query, repository: source.repository, directory, log, signal })
  return { directory, manifest: await readManifest(directory), onlyFile: undefined }
}

async function locatePath(path: string, run: Run): Promise<LocatedBackup> {
  const place = resolve(run.environment['GITHUB_WORKSPACE'] ?? '.', path)
  const found = await stat(place).catch(() => undefined)
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
    return { directory, manifest, onlyFile }
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

/** The error for a backup that cannot be restored from, whatever the target. */
export function refuseBackup(why: string, whatToDo: string, cause?: unknown): BackupError {
  return new BackupError('PGB_RESTORE', { what: 'The backup cannot be restored', why, whatToDo }, { cause })
}
