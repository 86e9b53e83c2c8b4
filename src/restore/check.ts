import { join } from 'node:path'
import type { Decryption } from '../archive/age/encryption.ts'
import type { Manifest, ManifestFile } from '../archive/manifest.ts'
import { BackupError } from '../errors.ts'
import { checkKey } from '../archive/reading/check-key.ts'
import { findDamage } from '../archive/reading/find-damage.ts'
import type { CheckedFile } from '../restoring/checked-file.ts'
import { listFiles, type SelectedBackup, type SelectedDatabase } from './select.ts'

/** One database of the backup, its file checked. */
export interface CheckedDatabase extends SelectedDatabase {
  readonly file: CheckedFile
}

/** A backup of which every file that is to be restored is whole, and opens to the keys given. */
export interface CheckedBackup {
  readonly manifest: Manifest
  readonly globals: CheckedFile | undefined
  readonly cluster: CheckedFile | undefined
  readonly properties: CheckedFile | undefined
  readonly databases: readonly CheckedDatabase[]
}

/**
 * Compares every selected file with the manifest, and tries the keys on one of each kind of encryption.
 * @throws BackupError PGB_RESTORE for a file that is missing or damaged, PGB_ENCRYPT when no key fits
 */
export async function checkBackup(
  selected: SelectedBackup,
  decryption: Decryption | undefined,
  signal: AbortSignal,
): Promise<CheckedBackup> {
  const check = (file: ManifestFile): Promise<CheckedFile> => checkFile(file, selected.directory, signal)
  const globals = selected.globals && (await check(selected.globals))
  const cluster = selected.cluster && (await check(selected.cluster))
  const properties = selected.properties && (await check(selected.properties))
  const databases: CheckedDatabase[] = []
  // One after the other: hashing is bound by the disk, and the first damage ends it.
  for (const entry of selected.databases) databases.push({ ...entry, file: await check(entry.file) })
  const checked = { manifest: selected.manifest, globals, cluster, properties, databases }
  // One file of each kind, since a passphrase takes a second of work each time.
  const samples = new Map(listFiles(checked).map((file) => [file.encryption, file]))
  for (const file of samples.values()) await checkKey(file, decryption)
  return checked
}

async function checkFile(file: ManifestFile, directory: string, signal: AbortSignal): Promise<CheckedFile> {
  const path = join(directory, file.name)
  const damage = await findDamage(file, path, signal)
  if (damage === undefined) return { ...file, path }
  throw refuseFile(file, damage)
}

function refuseFile({ name }: ManifestFile, why: string): BackupError {
  return new BackupError('PGB_RESTORE', {
    what: `The file ${name} is not what the backup wrote, and nothing was restored`,
    why,
    whatToDo: 'Fetch the backup again, or take another one',
  })
}
