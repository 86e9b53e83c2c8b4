import { basename, dirname } from 'node:path'
import { text } from 'node:stream/consumers'
import { manifestName } from '../../archive/manifest.ts'
import { parseManifest } from '../../archive/manifest-parser.ts'
import type { BackupError } from '../../errors.ts'
import type { ExaminedBackup, ListedBackup } from '../store.ts'
import { restoreError } from './artifact-failure.ts'
import type { Zip } from './zip/zip-reader.ts'

/** A manifest is small, and one that claims to be large is none. */
const longestManifest = 64_000_000

/**
 * What a backup says of itself and what is there, by the list of its zip's members.
 * @throws BackupError PGB_RESTORE when it is no backup; ZipError; what the zip's source throws
 */
export async function examineZip(backup: ListedBackup, { members }: Zip): Promise<ExaminedBackup> {
  const name = findManifest(
    backup,
    members.map((member) => member.name),
  )
  const manifest = members.find((member) => member.name === name)
  if (manifest === undefined || manifest.size > longestManifest) {
    throw refuseArtifact(backup, `its ${manifestName} is too long to be one`)
  }
  const beside = members.filter(
    (member) => !member.name.endsWith('/') && dirname(member.name) === dirname(name),
  )
  const files = new Map(beside.map((member) => [basename(member.name), member.size]))
  return { ...backup, manifest: parseManifest(await text(await manifest.open())), files }
}

/**
 * The manifest at the top, or the only one: other actions keep folders.
 * @throws BackupError PGB_RESTORE when there is none, or several
 */
export function findManifest(backup: ListedBackup, names: readonly string[]): string {
  const [manifest, ...others] = names.filter((name) => basename(name) === manifestName)
  if (names.includes(manifestName)) return manifestName
  if (manifest !== undefined && others.length === 0) return manifest
  throw refuseArtifact(
    backup,
    manifest === undefined ? `it has no ${manifestName}` : 'it holds several backups',
  )
}

function refuseArtifact({ address }: ListedBackup, why: string): BackupError {
  return restoreError(`The artifact ${address} is no backup`, why, 'Name an artifact that the backup wrote')
}
