import { join } from 'node:path'
import { manifestName } from '../../archive/manifest.ts'
import { parseManifest } from '../../archive/manifest-parser.ts'
import type { Log } from '../../github/log.ts'
import { showProgress } from '../progress.ts'
import { formatS3Address, type S3Address } from '../store-address.ts'
import { refuseByStore } from '../store-error.ts'
import type { ListedBackup, Store } from '../store.ts'
import { fetchObject, readObject } from './fetch-object.ts'
import { listBackups, listFiles } from './list-objects.ts'
import { beginCopy } from './begin-copy.ts'
import { removeObjects } from './remove-objects.ts'
import {
  connectS3,
  defaultSettings,
  findRefusal,
  type S3Connection,
  type S3Settings,
} from './s3-connection.ts'
import { S3Refusal } from './s3-failure.ts'

/** Bytes of the longest manifest that is read: one of ten thousand databases has some 10 MB. */
const longestManifest = 64_000_000

/** Backups below a prefix of a bucket, each in a folder of its name. */
export function openS3Store(place: S3Address, log: Log, settings: S3Settings = defaultSettings): Store {
  const { prefix } = place
  const address = formatS3Address(place)
  let connection: Promise<S3Connection> | undefined
  const connect = (): Promise<S3Connection> => {
    connection ??= connectS3({ ...place, settings, log }, process.env)
    return connection
  }
  return {
    address,
    comesWhole: false,
    check: (signal) =>
      explain(`Nothing can be stored in ${address}`, async () => checkBucket(await connect(), signal)),
    list: ({ name }, signal) =>
      explain(`The backups in ${address} were not listed`, async () =>
        listBackups(await connect(), name, signal),
      ),
    examine: (backup, signal) =>
      explain(nameReading(backup), async () => {
        const s3 = await connect()
        const text = await readObject(s3, `${prefix}${backup.name}/${manifestName}`, longestManifest, signal)
        return { ...backup, manifest: parseManifest(text), files: await listFiles(s3, backup.name, signal) }
      }),
    fetch: (backup, names, directory, signal) =>
      explain(nameReading(backup), async () =>
        fetchFiles(await connect(), { backup, names, directory, signal }),
      ),
    begin: (name) => {
      const copy = beginCopy(connect, name)
      const what = `The backup was not copied to ${address}`
      return {
        put: (file, signal) => explain(what, () => copy.put(file, signal)),
        complete: (backup, signal) => explain(what, () => copy.complete(backup, signal)),
        abandon: (signal) => copy.abandon(signal),
      }
    },
    remove: (backup, signal) =>
      explain(`The backup ${backup.address} was not removed`, async () =>
        removeBackup(await connect(), backup, signal),
      ),
  }
}

/** The files of a backup that are wanted, and where to. */
interface Wanted {
  readonly backup: ListedBackup
  readonly names: readonly string[]
  readonly directory: string
  readonly signal: AbortSignal
}

async function fetchFiles(s3: S3Connection, { backup, names, directory, signal }: Wanted): Promise<void> {
  const sizes = await listFiles(s3, backup.name, signal)
  const files = names.map((name) => {
    const size = sizes.get(name)
    if (size === undefined) throw refuseLack(backup, name)
    return { key: `${s3.prefix}${backup.name}/${name}`, target: join(directory, name), size }
  })
  const total = files.reduce((sum, { size }) => sum + size, 0)
  const progress = showProgress('Fetched', total, s3.log)
  try {
    for (const file of files) await fetchObject(s3, { ...file, progress, signal })
  } finally {
    progress.stop()
  }
}

function nameReading({ address }: ListedBackup): string {
  return `The backup ${address} was not read`
}

function refuseLack({ address }: ListedBackup, name: string): Error {
  return refuseByStore(
    `The backup ${address} was not read`,
    `its file ${name} is not there`,
    'Take another backup',
  )
}

/** What a service said becomes the error of the store; all else stays what it is. */
async function explain<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof S3Refusal)) throw error
    throw refuseByStore(what, error.failure.why, error.failure.whatToDo, error)
  }
}

/** A key that may write and not list is refused here, and may be good enough. */
async function checkBucket(s3: S3Connection, signal: AbortSignal): Promise<void> {
  const command = new s3.sdk.HeadBucketCommand({ Bucket: s3.bucket })
  try {
    await s3.ask({ right: 's3:ListBucket', signal }, (client, options) => client.send(command, options))
  } catch (error) {
    if (findRefusal(error, 403) === undefined) throw error
  }
}

async function removeBackup(s3: S3Connection, { name }: ListedBackup, signal: AbortSignal): Promise<void> {
  const names = [...(await listFiles(s3, name, signal)).keys()]
  const others = names.filter((file) => file !== manifestName)
  await removeObjects(s3, name, [...(names.includes(manifestName) ? [manifestName] : []), ...others], signal)
}
