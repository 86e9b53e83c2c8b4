import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { manifestName } from '../../archive/manifest.ts'
import type { Log } from '../../github/log.ts'
import { readNodeCode } from '../../node-error.ts'
import { createLimiter } from '../../process/limiter.ts'
import { checkThere } from '../check-there.ts'
import { isOwnName, longestSilence, warnOfForgotten, type ForgottenCopy } from '../forgotten-copies.ts'
import { listNames } from '../name-pattern.ts'
import { showProgress, type Progress } from '../progress.ts'
import { refuseByStore } from '../store-error.ts'
import type { FinishedFile } from '../../archive/finished-file.ts'
import type { BackupCopy, NewBackup, StoredBackup } from '../store.ts'
import { copyToStay } from './copy-file.ts'
import { explainDiskFailure } from './disk-failure.ts'
import { checkDirectory, listFiles } from './folders.ts'

/** A folder that this copy has made and fills. */
interface Folder extends StoredBackup {
  /** The files that lie there, whole. */
  readonly files: FinishedFile[]
}

/** A copy into a directory of the machine. */
export function beginCopy(directory: string, wanted: string, log: Log): BackupCopy {
  const inTurn = createLimiter(1)
  let folder: Folder | undefined
  const prepare = async (): Promise<Folder> => {
    if (folder !== undefined) return folder
    await checkDirectory(directory)
    await nameForgotten(directory, log)
    folder = { ...(await reserveFolder(directory, wanted)), files: [] }
    return folder
  }
  // What is there without a manifest is no backup, and nothing but this run has written it.
  const remove = async (): Promise<void> => {
    if (folder !== undefined) await rm(folder.address, { recursive: true, force: true })
    folder = undefined
  }
  return {
    put: (file, signal) =>
      inTurn(async () => {
        const prepared = await prepare()
        await putFiles(prepared, [file], `${file.name}: copied`, { log, signal }).catch((error: unknown) => {
          signal.throwIfAborted()
          throw explainCopying(directory, error)
        })
      }),
    complete: (backup, signal) =>
      inTurn(async () => {
        const { name, address, files } = await prepare()
        try {
          await complete({ name, address, files }, backup, { log, signal })
          await syncDirectory(directory)
          folder = undefined
          return { name, address }
        } catch (error) {
          await remove().catch(() => undefined)
          signal.throwIfAborted()
          throw explainCopying(directory, error)
        }
      }),
    abandon: () =>
      inTurn(async () => {
        await remove().catch((error: unknown) => {
          tellLeft(folder?.address ?? '', error, log)
        })
      }),
  }
}

/** How a file gets onto the disk. */
interface Transfer {
  readonly log: Log
  readonly signal: AbortSignal
}

async function complete(
  folder: Folder,
  { files, checksums, manifest }: NewBackup,
  transfer: Transfer,
): Promise<void> {
  const ahead = folder.files.length
  await putFiles(folder, [...files, checksums], 'Copied', transfer)
  if (ahead > 0) checkThere(folder.files, await listFiles(folder.address), folder.address)
  await putFiles(folder, [manifest], 'Copied', transfer)
  await syncDirectory(folder.address)
}

async function putFiles(
  folder: Folder,
  files: readonly FinishedFile[],
  verb: string,
  { log, signal }: Transfer,
): Promise<void> {
  const isThere = (file: FinishedFile): boolean =>
    folder.files.some(({ name, sha256 }) => name === file.name && sha256 === file.sha256)
  const lacking = files.filter((file) => !isThere(file))
  const total = lacking.reduce((sum, { size }) => sum + size, 0)
  const progress = showProgress(verb, total, log)
  try {
    for (const file of lacking) {
      await putFile(file, folder.address, { progress, signal })
      folder.files.push(file)
    }
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
      if (readNodeCode(error) === 'EEXIST') continue
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
  file: FinishedFile,
  folder: string,
  { progress, signal }: { progress: Progress; signal: AbortSignal },
): Promise<void> {
  const partial = join(folder, `${file.name}.partial`)
  const { sha256, size } = await copyToStay(file.path, partial, { signal, progress }).catch(
    async (error: unknown) => {
      // So that it can be tried again.
      await rm(partial, { force: true })
      throw error
    },
  )
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

/** Names what stays of a copy that could not be removed. */
function tellLeft(folder: string, error: unknown, log: Log): void {
  const code = readNodeCode(error) ?? ''
  log.info(`Left without a manifest, and so no backup: ${folder} (${code})`)
}

function explainCopying(directory: string, error: unknown): Error {
  return explainDiskFailure(`The backup was not copied to ${directory}`, error)
}
