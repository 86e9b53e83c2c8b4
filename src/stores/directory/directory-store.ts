import { constants } from 'node:fs'
import { access, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { manifestName } from '../../archive/manifest.ts'
import { parseManifest } from '../../archive/manifest-parser.ts'
import type { BackupError } from '../../errors.ts'
import type { Log } from '../../github/log.ts'
import { isOwnName, longestSilence, warnOfForgotten, type ForgottenCopy } from '../forgotten-copies.ts'
import { listNames, matchesPattern } from '../name-pattern.ts'
import { showProgress, type Progress } from '../progress.ts'
import type { ListedBackup, NewBackup, NewFile, Store, StoredBackup } from '../store.ts'
import { refuseByStore } from '../store-error.ts'
import { copyFile } from './copy-file.ts'
import { explainDiskFailure, readCode } from './disk-failure.ts'

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
    put: (backup, signal) => putBackup(backup, directory, { log, signal }),
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

/** A directory that is missing is not made: a disk that is not mounted would not be noticed. */
async function checkDirectory(directory: string): Promise<void> {
  const what = `Nothing can be stored in ${directory}`
  const found = await stat(directory).catch((error: unknown) => {
    throw explainDiskFailure(what, error)
  })
  if (!found.isDirectory()) {
    throw refuseByStore(what, 'it is not a directory', 'Name a directory that exists')
  }
  await access(directory, constants.W_OK | constants.X_OK).catch((error: unknown) => {
    throw explainDiskFailure(what, error)
  })
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

async function listFiles(directory: string): Promise<Map<string, number>> {
  const entries = await readdir(directory, { withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = files.map(async ({ name }) => [name, (await stat(join(directory, name))).size] as const)
  return new Map(await Promise.all(sizes))
}

async function fetchFile(source: string, target: string, signal: AbortSignal): Promise<void> {
  await copyFile(source, target, { signal }).catch((error: unknown) => {
    signal.throwIfAborted()
    throw refuseReading(source, error)
  })
}

async function putBackup(
  backup: NewBackup,
  directory: string,
  { log, signal }: { log: Log; signal: AbortSignal },
): Promise<StoredBackup> {
  await checkDirectory(directory)
  await nameForgotten(directory, log)
  const { name, address } = await reserveFolder(directory, backup.name)
  const files = [backup.checksums, ...backup.files, backup.manifest]
  const progress = showProgress(
    'Copied',
    files.reduce((sum, { size }) => sum + size, 0),
    log,
  )
  try {
    for (const file of files) await putFile(file, address, { progress, signal })
    await syncDirectory(address)
    await syncDirectory(directory)
    return { name, address }
  } catch (error) {
    // What is there without a manifest is no backup, and nothing but this run has written it.
    await rm(address, { recursive: true, force: true }).catch(() => undefined)
    signal.throwIfAborted()
    throw explainDiskFailure(`The backup was not copied to ${directory}`, error)
  } finally {
    progress.stop()
  }
}

/** Names what a copy has left that was killed. */
async function nameForgotten(directory: string, log: Log): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => [])
  const forgotten: ForgottenCopy[] = []
  for (const { name } of entries.filter((entry) => entry.isDirectory() && isOwnName(entry.name))) {
    const folder = join(directory, name)
    // What cannot be looked into is of somebody else, or just being removed.
    const files = await listFiles(folder).catch(() => undefined)
    const changed = await stat(folder).catch(() => undefined)
    if (files === undefined || changed === undefined || files.has(manifestName)) continue
    if (changed.mtimeMs > Date.now() - longestSilence) continue
    forgotten.push({ folder, size: [...files.values()].reduce((sum, size) => sum + size, 0) })
  }
  warnOfForgotten(forgotten, (folder) => `rm -r "${folder}"`, log)
}

/** Making a folder is the one step of which only one run can have the better of another. */
async function reserveFolder(directory: string, wanted: string): Promise<StoredBackup> {
  for (const name of listNames(wanted)) {
    const address = join(directory, name)
    try {
      await mkdir(address, { mode: 0o700 })
      return { name, address }
    } catch (error) {
      if (readCode(error) === 'EEXIST') continue
      throw explainDiskFailure(`The backup was not copied to ${directory}`, error)
    }
  }
  throw refuseByStore(
    `The backup was not copied to ${directory}`,
    `it holds folders named ${wanted} and ${wanted}-2 to -9 already`,
    'Run the job again, which gives it another name',
  )
}

/** A file has its name only when it is whole, synced and read back. */
async function putFile(
  file: NewFile,
  folder: string,
  { progress, signal }: { progress: Progress; signal: AbortSignal },
): Promise<void> {
  const partial = join(folder, `${file.name}.partial`)
  const { sha256, size } = await copyFile(file.path, partial, { signal, progress })
  if (sha256 !== file.sha256 || size !== file.size) {
    throw refuseByStore(
      `The backup was not copied to ${folder}`,
      `what was read back of ${file.name} is not what was written there, or the file changed meanwhile`,
      'Look for a failing disk, and run the job again',
    )
  }
  await rename(partial, join(folder, file.name))
}

/** A name is on the disk only when its directory is. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function refuseReading(path: string, cause: unknown): BackupError {
  return explainDiskFailure(`The backup at ${path} was not read`, cause)
}
