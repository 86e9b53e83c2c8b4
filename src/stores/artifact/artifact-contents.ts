import { basename, dirname } from 'node:path'
import { text } from 'node:stream/consumers'
import { manifestName } from '../../archive/manifest.ts'
import { parseManifest } from '../../archive/manifest-parser.ts'
import type { BackupError } from '../../errors.ts'
import type { ExaminedBackup } from '../store.ts'
import { refuseArtifact } from './artifact-failure.ts'
import type { Zip } from './zip/zip-reader.ts'

/** A manifest is small, and one that claims to be large is none. */
const longestManifest = 64_000_000

/** A backup by its address, as in `The artifact … is no backup`. */
type Addressed = Pick<ExaminedBackup, 'address'>

/** What a backup says of itself, and what of it is there. */
export type Contents = Pick<ExaminedBackup, 'manifest' | 'files'>

/**
 * Reads the contents of a backup by the list of its zip's members.
 * @throws BackupError PGB_RESTORE when it is no backup; ZipError; what the zip's source throws
 */
export async function examineZip(backup: Addressed, { members }: Zip): Promise<Contents> {
  const name = findManifest(
    backup,
    members.map((member) => member.name),
  )
  const manifest = members.find((member) => member.name === name)
  if (manifest === undefined || manifest.size > longestManifest) {
    throw refuseContents(backup, `its ${manifestName} is too long to be one`)
  }
  const beside = members.filter(
    (member) => !member.name.endsWith('/') && dirname(member.name) === dirname(name),
  )
  const files = new Map(beside.map((member) => [basename(member.name), member.size]))
  return { manifest: parseManifest(await text(await manifest.open())), files }
}

/**
 * The manifest at the top, or the only one: other actions keep folders.
 * @throws BackupError PGB_RESTORE when there is none, or several
 */
export function findManifest(backup: Addressed, names: readonly string[]): string {
  const [manifest, ...others] = names.filter((name) => basename(name) === manifestName)
  if (names.includes(manifestName)) return manifestName
  if (manifest === undefined) {
    throw refuseContents(
      backup,
      `it has no ${manifestName}, and holds ${listSome(names)}`,
      'Name an artifact that the backup wrote; a dump without its manifest is restored by psql or pg_restore',
    )
  }
  if (others.length === 0) return manifest
  throw refuseContents(
    backup,
    `it holds several backups, in ${listSome([manifest, ...others].map((name) => dirname(name)))}`,
    'Download the artifact, and give the folder of one of them as `path`',
  )
}

function listSome(names: readonly string[]): string {
  if (names.length === 0) return 'nothing'
  const shown = names.slice(0, 5).map((name) => `"${name.slice(0, 100)}"`)
  const rest = names.length - shown.length
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ')
}

function refuseContents(
  { address }: Addressed,
  why: string,
  whatToDo = 'Name an artifact that the backup wrote',
): BackupError {
  return refuseArtifact(`The artifact ${address} is no backup`, why, whatToDo)
}
