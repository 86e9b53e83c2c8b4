import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { manifestName } from '../../archive/manifest.ts'
import { parseManifest } from '../../archive/manifest-parser.ts'
import type { BackupError } from '../../errors.ts'
import type { Log } from '../../github/log.ts'
import type { Store } from '../store.ts'
import { beginCopy } from './begin-copy.ts'
import { copyFile } from './copy-file.ts'
import { explainDiskFailure } from './disk-failure.ts'
import { checkDirectory, listFiles } from './folders.ts'
import { listBackups } from './list-backups.ts'

/** Backups in a directory of the machine, each in a folder of its name. */
export function openDirectoryStore(directory: string, log: Log): Store {
  return {
    address: directory,
    comesWhole: false,
    check: () => checkDirectory(directory),
    list: ({ name }) => listBackups(directory, name),
    examine: async (backup) => {
      const refuse = (cause: unknown): never => {
        throw refuseReading(backup.address, cause)
      }
      const text = await readFile(join(backup.address, manifestName), 'utf8').catch(refuse)
      const files = await listFiles(backup.address).catch(refuse)
      return { ...backup, manifest: parseManifest(text), files }
    },
    fetch: async (backup, names, target, signal) => {
      for (const name of names) await fetchFile(join(backup.address, name), join(target, name), signal)
    },
    begin: (name) => beginCopy(directory, name, log),
    remove: async ({ address, isLink }) => {
      try {
        // What lies behind a link is not this store's: the link alone goes.
        if (isLink !== true) await rm(join(address, manifestName), { force: true })
        await rm(address, { recursive: true, force: true })
      } catch (error) {
        throw explainDiskFailure(`The backup ${address} was not removed`, error)
      }
    },
  }
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
