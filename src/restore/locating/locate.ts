import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { manifestName, type Manifest } from '../../archive/manifest.ts'
import { parseManifest } from '../../archive/manifest-parser.ts'
import { openArtifact } from '../../stores/artifact/open-artifact.ts'
import type { Run } from '../../step/run.ts'
import type { BackupSource } from '../inputs.ts'
import type { LocatedBackup } from './located-backup.ts'
import { fetchLater, fromStore, locateInStore } from './locate-in-store.ts'
import { findPart } from './locate-part.ts'
import { refuseBackup } from './refuse-backup.ts'

/**
 * Finds the backup, of several that fit a pattern the newest that is about the database, and reads its manifest; one artifact
 * comes whole for that.
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
  if (part !== undefined) return fetchLater(fromStore(part.store, part.backup, run), run)
  const { log, signal } = run
  const directory = join(run.privateDirectory, 'artifact')
  return fetchLater(await openArtifact({ ...source, directory, log, signal }), run)
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
