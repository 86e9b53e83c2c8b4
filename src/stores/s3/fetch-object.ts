import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3'
import { refuseByStore } from '../store-error.ts'
import type { Progress } from '../progress.ts'
import { pause, type S3Connection } from './s3-connection.ts'
import { explainS3Failure, S3Refusal } from './s3-failure.ts'

/** An object on its way to the disk. */
export interface ObjectDownload {
  readonly key: string
  /** Absolute path of a file that does not exist yet. */
  readonly target: string
  /** Bytes, as the list of the bucket shows them. */
  readonly size: number
  readonly progress: Progress
  readonly signal: AbortSignal
}

const right = 's3:GetObject'
/** Milliseconds. */
const countInterval = 1_000

/**
 * The text of a small object.
 * @throws S3Refusal; BackupError PGB_STORE when it has more than `longest` bytes
 */
export async function readObject(
  s3: S3Connection,
  key: string,
  longest: number,
  signal: AbortSignal,
): Promise<string> {
  return s3.ask({ right, signal }, async (client, options) => {
    const command = new s3.sdk.GetObjectCommand({ Bucket: s3.bucket, Key: key })
    const { Body: body, ContentLength: size = 0 } = await client.send(command, options)
    if (size <= longest && body !== undefined) return body.transformToString()
    if (body instanceof Readable) body.destroy()
    throw refuseByStore(
      `s3://${s3.bucket}/${key} was not read`,
      `it has ${size} bytes, which is more than a manifest has`,
      'Take another backup',
    )
  })
}

/**
 * The SHA-256 of what the service has.
 * @throws S3Refusal
 */
export async function hashObject(s3: S3Connection, key: string, signal: AbortSignal): Promise<string> {
  return s3.ask({ right, signal }, async (client, options) => {
    const command = new s3.sdk.GetObjectCommand({ Bucket: s3.bucket, Key: key })
    const { Body: body } = await client.send(command, options)
    const hash = createHash('sha256')
    if (body instanceof Readable) await pipeline(body, hash, { signal })
    return hash.digest('hex')
  })
}

/**
 * Fetches an object; after a broken connection it goes on where it was, as long as the object is the same.
 * @throws S3Refusal; BackupError PGB_STORE; Node's error when the disk fails; the signal's reason
 */
export async function fetchObject(s3: S3Connection, download: ObjectDownload): Promise<void> {
  const { key, target, size, signal } = download
  const state: DownloadState = { written: 0, entityTag: undefined }
  for (let failed = 0; ;) {
    const before = state.written
    try {
      await fetchRest(s3, download, state)
      break
    } catch (error) {
      signal.throwIfAborted()
      const failure = explainS3Failure(error, { ...s3, right })
      if (isOfDisk(error) || error instanceof S3Refusal) throw error
      // What brings bytes has not failed: a large file may meet many a broken connection.
      failed = state.written > before ? 1 : failed + 1
      if (!failure.transient || failed >= s3.settings.attempts) throw new S3Refusal(failure, { cause: error })
      s3.log.info(`${key}: ${failure.why} after ${state.written} of ${size} bytes. Going on from there`)
      await pause(s3.settings.pause(failed), signal)
    }
  }
  if (state.written === size) return
  throw refuseByStore(
    `The file ${target} was not fetched`,
    `${state.written} bytes came, and the service listed ${size}`,
    'Run the job again, or take another backup',
  )
}

interface DownloadState {
  /** Bytes that are on the disk. */
  written: number
  /** Of the object that the first bytes are from. */
  entityTag: string | undefined
}

async function fetchRest(s3: S3Connection, download: ObjectDownload, state: DownloadState): Promise<void> {
  const { key, target, size, progress, signal } = download
  if (state.written === size && size > 0) return
  const { Body: body, ETag: tag } = await openRest(s3, key, state, signal)
  if (!(body instanceof Readable)) throw new Error('the answer has no body')
  state.entityTag ??= tag
  const from = state.written
  let received = from
  const limiter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length
      if (received > size) done(new Error('more bytes came than the service listed'))
      else done(null, chunk)
    },
  })
  // The first attempt makes the file; one that broke may have written nothing.
  const output = createWriteStream(target, { flags: from === 0 ? 'w' : 'r+', mode: 0o600, start: from })
  const count = (): void => {
    const written = from + output.bytesWritten
    progress.add(written - state.written)
    state.written = written
  }
  const timer = setInterval(count, countInterval)
  try {
    await pipeline(body, limiter, output, { signal })
  } finally {
    clearInterval(timer)
    count()
  }
}

/** @throws an error of the client; PGB_STORE where the object was replaced meanwhile */
async function openRest(
  s3: S3Connection,
  key: string,
  { written, entityTag }: DownloadState,
  signal: AbortSignal,
): Promise<GetObjectCommandOutput> {
  const rest = written === 0 ? {} : { Range: `bytes=${written}-` }
  const same = entityTag === undefined || written === 0 ? {} : { IfMatch: entityTag }
  const answer = await s3.ask({ right, signal }, (client, options) =>
    client.send(new s3.sdk.GetObjectCommand({ Bucket: s3.bucket, Key: key, ...rest, ...same }), options),
  )
  if (written === 0 || answer.ContentRange?.startsWith(`bytes ${written}-`) === true) return answer
  throw refuseByStore(
    `s3://${s3.bucket}/${key} was not fetched`,
    'the connection broke, and the service cannot go on in the middle of a file',
    'Run the job again',
  )
}

function isOfDisk(error: unknown): boolean {
  const call = typeof error === 'object' && error !== null && 'syscall' in error ? error.syscall : undefined
  return call === 'open' || call === 'write' || call === 'close'
}
