import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { manifestName } from '../../archive/manifest.ts'
import { readNodeCode } from '../../node-error.ts'
import { matchesPattern } from '../name-pattern.ts'
import type { ListedBackup } from '../store.ts'
import { explainDiskFailure } from './disk-failure.ts'

/** Made by mkfs at the top of a disk, for root alone. */
const lostAndFound = 'lost+found'

/**
 * Lists the backups in a directory, and those elsewhere to which a link in it points. What has no manifest is no backup;
 * what cannot be looked into may be one, and is listed, so that examining it says why.
 * @throws BackupError PGB_STORE where the directory cannot be listed
 */
export async function listBackups(directory: string, pattern: string): Promise<ListedBackup[]> {
  const refuse = (error: unknown): never => {
    throw explainDiskFailure(`The backups in ${directory} were not listed`, error)
  }
  const entries = await readdir(directory, { withFileTypes: true }).catch(refuse)
  const fitting = entries.filter(({ name }) => name !== lostAndFound && matchesPattern(name, pattern))
  const folders = await findBackups(
    directory,
    fitting.filter((entry) => entry.isDirectory()),
  )
  const links = await findBackups(
    directory,
    fitting.filter((entry) => entry.isSymbolicLink()),
  )
  // A backup that is listed twice would be its own predecessor.
  const real = await realpath(directory).catch(refuse)
  const seen = new Set(folders.map(({ name }) => join(real, name)))
  const others: ListedBackup[] = []
  for (const link of links) {
    const target = await realpath(link.address).catch(() => link.address)
    if (!seen.has(target)) others.push({ ...link, isLink: true })
    seen.add(target)
  }
  return [...folders, ...others]
}

async function findBackups(directory: string, entries: readonly Dirent[]): Promise<ListedBackup[]> {
  const found = entries.map(async ({ name }) => {
    const address = join(directory, name)
    const storedAt = await findTime(address)
    return storedAt && { name, address, storedAt }
  })
  return (await Promise.all(found)).filter((backup) => backup !== undefined)
}

/** @returns undefined where there is no manifest */
async function findTime(address: string): Promise<Date | undefined> {
  try {
    const manifest = await stat(join(address, manifestName))
    return manifest.isFile() ? new Date(manifest.mtimeMs) : undefined
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(readNodeCode(error) ?? '')) return undefined
    // The manifest is the last that comes into a folder. Where not even that one tells its time, it may be the newest of all.
    return stat(address).then(
      ({ mtimeMs }) => new Date(mtimeMs),
      () => new Date(),
    )
  }
}
