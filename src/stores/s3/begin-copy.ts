import { manifestName } from '../../archive/manifest.ts'
import { createLimiter } from '../../process/limiter.ts'
import { checkThere } from '../check-there.ts'
import { listNames } from '../name-pattern.ts'
import { showProgress, type Progress } from '../progress.ts'
import { formatS3Address } from '../store-address.ts'
import { refuseByStore } from '../store-error.ts'
import type { FinishedFile } from '../../archive/finished-file.ts'
import type { BackupCopy, NewBackup, StoredBackup } from '../store.ts'
import { tidyUp } from './leftovers.ts'
import { listFiles } from './list-objects.ts'
import { putObject } from './put-object.ts'
import { findRefusal, type S3Connection } from './s3-connection.ts'
import { removeObjects } from './remove-objects.ts'

/** A folder of the bucket that this copy fills. */
interface Folder {
  name: string
  /** The names that are tried when this one turns out to be taken. */
  readonly others: string[]
  /** What lies there, all of it written by this copy. */
  files: FinishedFile[]
}

/** How a file gets into the bucket. */
interface Transfer {
  readonly progress: Progress
  readonly signal: AbortSignal
}

/**
 * A copy into the bucket. What an earlier run left half uploaded is taken back before the first file, and what it left
 * finished is named. `SHA256SUMS` comes before all files that were not put ahead, and of two runs that want one name only one
 * gets it there; the other goes on under the next name. The manifest comes last.
 */
export function beginCopy(connect: () => Promise<S3Connection>, wanted: string): BackupCopy {
  const inTurn = createLimiter(1)
  let folder: Folder | undefined
  const prepare = async (s3: S3Connection, signal: AbortSignal): Promise<Folder> => {
    folder ??= await chooseFolder(s3, wanted, signal)
    return folder
  }
  return {
    put: (file, signal) =>
      inTurn(async () => {
        const s3 = await connect()
        await putAhead(s3, await prepare(s3, signal), file, signal)
      }),
    complete: (backup, signal) =>
      inTurn(async () => {
        const s3 = await connect()
        return complete(s3, await prepare(s3, signal), backup, signal)
      }),
    abandon: (signal) =>
      inTurn(async () => {
        if (folder !== undefined) await abandon(await connect(), folder, signal)
      }),
  }
}

async function chooseFolder(s3: S3Connection, wanted: string, signal: AbortSignal): Promise<Folder> {
  const taken = await tidyUp(s3, signal)
  const [name, ...others] = listNames(wanted).filter((candidate) => !taken.has(candidate))
  if (name === undefined) throw refuseNames(s3, wanted)
  return { name, others, files: [] }
}

async function putAhead(
  s3: S3Connection,
  folder: Folder,
  file: FinishedFile,
  signal: AbortSignal,
): Promise<void> {
  const progress = showProgress(`${file.name}: copied`, file.size, s3.log)
  try {
    await putFiles(s3, folder, [...folder.files, file], { progress, signal })
  } finally {
    progress.stop()
  }
}

async function complete(
  s3: S3Connection,
  folder: Folder,
  { files, checksums, manifest }: NewBackup,
  signal: AbortSignal,
): Promise<StoredBackup> {
  const isAhead = (file: FinishedFile): boolean => folder.files.some(({ name }) => name === file.name)
  const [ahead, rest] = [files.filter(isAhead), files.filter((file) => !isAhead(file))]
  const total = [checksums, ...rest, manifest].reduce((sum, { size }) => sum + size, 0)
  const progress = showProgress('Copied', total, s3.log)
  try {
    await putFiles(s3, folder, [...ahead, checksums, ...rest], { progress, signal })
    const sizes = ahead.length === 0 ? undefined : await listIfAllowed(s3, folder.name, signal)
    if (sizes !== undefined) checkThere(ahead, sizes, formatS3Address(s3))
    const key = `${s3.prefix}${folder.name}/${manifestName}`
    if ((await putObject(s3, { file: manifest, key, progress, signal })) === 'taken') {
      throw refuseTaken(s3, key)
    }
    folder.files = []
    return { name: folder.name, address: formatS3Address(s3, folder.name) }
  } finally {
    progress.stop()
    tellLeft(s3, folder)
  }
}

/** Puts what is not there yet; where another's file has one of the names, all of it into the next folder. */
async function putFiles(
  s3: S3Connection,
  folder: Folder,
  files: readonly FinishedFile[],
  transfer: Transfer,
): Promise<void> {
  const first = folder.name
  while (!(await putInto(s3, folder, files, transfer))) {
    tellLeft(s3, folder)
    const next = folder.others.shift()
    if (next === undefined) throw refuseNames(s3, first)
    folder.name = next
  }
}

/** @returns whether all lie there; else there is something of another run */
async function putInto(
  s3: S3Connection,
  folder: Folder,
  files: readonly FinishedFile[],
  transfer: Transfer,
): Promise<boolean> {
  for (const file of files) {
    const there = folder.files.find(({ name }) => name === file.name)
    if (there !== undefined && there.sha256 !== file.sha256) return false
    if (there !== undefined) continue
    const key = `${s3.prefix}${folder.name}/${file.name}`
    if ((await putObject(s3, { file, key, ...transfer })) === 'taken') return false
    folder.files.push(file)
  }
  return true
}

/** The sizes of what lies there; undefined for keys that may write and not list. */
async function listIfAllowed(
  s3: S3Connection,
  name: string,
  signal: AbortSignal,
): Promise<Map<string, number> | undefined> {
  return listFiles(s3, name, signal).catch((error: unknown) => {
    if (findRefusal(error, 403) === undefined) throw error
    return undefined
  })
}

/** Without conditions nobody knows whose file it is, so it stays. */
async function abandon(s3: S3Connection, folder: Folder, signal: AbortSignal): Promise<void> {
  if (folder.files.length === 0) return
  if (!s3.refused.conditions) {
    const names = folder.files.map(({ name }) => name)
    try {
      await removeObjects(s3, folder.name, names, signal)
      s3.log.info(`Took back what was copied to ${formatS3Address(s3, folder.name)}: ${names.join(', ')}`)
      folder.files = []
    } catch (error) {
      s3.log.debug(`Not taken back: ${String(error)}`)
    }
  }
  tellLeft(s3, folder)
}

/** Names what stays in a folder that this copy leaves. */
function tellLeft(s3: S3Connection, folder: Folder): void {
  if (folder.files.length === 0) return
  const names = folder.files.map(({ name }) => name).join(', ')
  s3.log.info(`Left without a manifest below ${formatS3Address(s3, folder.name)}, and so no backup: ${names}`)
  folder.files = []
}

function refuseNames(s3: S3Connection, wanted: string): Error {
  return refuseByStore(
    `The backup was not copied to ${formatS3Address(s3)}`,
    `${wanted} and its numbers up to 9 are there already`,
    'Run the job again, which gives it another name',
  )
}

function refuseTaken(s3: S3Connection, key: string): Error {
  return refuseByStore(
    'The backup was not copied',
    `there is another object at s3://${s3.bucket}/${key}, and nothing is ever overwritten`,
    'Let each workflow have a prefix of its own, and run the job again',
  )
}
