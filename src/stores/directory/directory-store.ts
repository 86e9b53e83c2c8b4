import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { manifestName } from '../../archive/manifest.ts'
import { parseManifest } from '../../archive/manifest-parser.ts'
import type { BackupError } from '../../errors.ts'
import type { Log } from '../../github/log.ts'
import { matchesPattern } from '../name-pattern.ts'
import type { ListedBackup, Store } from '../store.ts'
import { beginCopy } from './begin-copy.ts'
import { copyFile } from './copy-file.ts'
import { explainDiskFailure } from './disk-failure.ts'
import { checkDirectory, listFiles } from './folders.ts'

/** Backups in a directory of the machine, each in a folder of its name. */
export function openDirectoryStore(directory: string, log: Log): Store {
  return {
    address: directory,
    comesWhole: false,
    check: () => checkDirectory(directory),
    list: ({ name }) => listBackups(directory, name),
    examine: async (backup) => {
      const text = await readFile(join(backup.address, manifestName), 'utf8').catch((cause: unknown) => {
        throw refuseReading(backup.address, cause)
      })
      return { ...backup, manifest: parseManifest(text), files: await listFiles(backup.address) }
    },
    fetch: async (backup, names, target, signal) => {
      for (const name of names) await fetchFile(join(backup.address, name), join(target, name), signal)
    },
    begin: (name) => beginCopy(directory, name, log),
    remove: async ({ address }) => {
      try {
        await rm(join(address, manifestName), { force: true })
        await rm(address, { recursive: true, force: true })
      } catch (error) {
        throw explainDiskFailure(`The backup ${address} was not removed`, error)
      }
    },
  }
}

async function listBackups(directory: string, pattern: string): Promise<ListedBackup[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    throw explainDiskFailure(`The backups in ${directory} were not listed`, error)
  })
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const fitting = names.filter((name) => matchesPattern(name, pattern))
  const listed = fitting.map(async (name) => {
    const address = join(directory, name)
    const manifest = await stat(join(address, manifestName)).catch(() => undefined)
    return manifest?.isFile() === true ? { name, address, storedAt: new Date(manifest.mtimeMs) } : undefined
  })
  return (await Promise.all(listed)).filter((backup) => backup !== undefined)
}

async function fetchFile(source: string, target: string, signal: AbortSignal): Promise<void> {
  await copyFile(source, target, { signal }).catch((error: unknown) => {
    signal.throwIfAborted()
    throw refuseReading(source, error)
  })
}

function refuseReading(path: string, cause: unknown): BackupError {
  return explainDiskFailure(`The backup at ${path} was not read`, cause)
}
