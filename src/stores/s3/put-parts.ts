import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import type { CompletedPart, S3Client, UploadPartCommandOutput } from '@aws-sdk/client-s3'
import type { BackupError } from '../../errors.ts'
import { refuseByStore } from '../store-error.ts'
import { findOwner, type ObjectUpload, type Owner, type WrittenObject } from './object-upload.ts'
import { withFallback } from './refused-headers.ts'
import { findRefusal, isThere, type S3Connection } from './s3-connection.ts'
import { S3Refusal } from './s3-failure.ts'
import { sendBody, type SignedBody } from './signed-body.ts'

/** Amazon's limit, and so everybody's. */
const mostParts = 10_000
const mebibyte = 1024 * 1024
const longestAbort = 2_500

/** A piece of a file. */
interface Part extends SignedBody {
  /** From 1. */
  readonly number: number
}

/**
 * Puts a large file as an upload of several parts, a few at once, each streamed from the disk with a SHA-256 of its
 * own. An upload that does not come to its end is taken back.
 */
export function putInParts(s3: S3Connection, upload: ObjectUpload): Promise<WrittenObject> {
  return withFallback(s3, async () => {
    const id = await beginUpload(s3, upload)
    try {
      const digests = new Map<number, string>()
      const parts = await putParts(s3, upload, id, digests)
      const owner = await complete(s3, upload, id, parts)
      if (owner !== 'ours') await abortUpload(s3, upload.key, id)
      return { checksum: sumUp(parts, digests), owner }
    } catch (error) {
      await abortUpload(s3, upload.key, id)
      throw error
    }
  })
}

async function beginUpload(s3: S3Connection, upload: ObjectUpload): Promise<string> {
  const { key, signal } = upload
  const command = new s3.sdk.CreateMultipartUploadCommand({
    Bucket: s3.bucket,
    Key: key,
    ...(s3.refused.checksums ? {} : { ChecksumAlgorithm: 'SHA256' }),
  })
  const { UploadId: id } = await s3.ask({ right: 's3:PutObject', signal }, (client, options) =>
    client.send(command, options),
  )
  if (id === undefined) throw refuseUpload(upload, 'the service gave the upload no number')
  return id
}

/** Takes an upload back, also after a cancellation, and then in the short time that is left. */
async function abortUpload(s3: S3Connection, key: string, id: string): Promise<void> {
  const question = { right: 's3:AbortMultipartUpload', signal: AbortSignal.timeout(longestAbort) }
  const command = new s3.sdk.AbortMultipartUploadCommand({ Bucket: s3.bucket, Key: key, UploadId: id })
  await s3
    .ask(question, (client, options) => client.send(command, options))
    .catch((error: unknown) => {
      if (findRefusal(error, 'NoSuchUpload', 404) !== undefined) return
      const why = error instanceof S3Refusal ? error.failure.why : 'the time was too short'
      s3.log.info(
        `An upload was not taken back (${why}), which a later run or the bucket's lifecycle rule does: s3://${s3.bucket}/${key}`,
      )
    })
}

/** Some workers take the parts as they are hashed; what one throws ends all. */
async function putParts(
  s3: S3Connection,
  upload: ObjectUpload,
  id: string,
  digests: Map<number, string>,
): Promise<CompletedPart[]> {
  const failure = new AbortController()
  const signal = AbortSignal.any([upload.signal, failure.signal])
  const parts = hashParts(upload, s3.settings.smallestPart, signal)
  const done: CompletedPart[] = []
  const work = async (): Promise<void> => {
    for await (const part of parts) {
      digests.set(part.number, part.sha256)
      done.push(await putPart(s3, { ...upload, signal }, id, part))
    }
  }
  const workers = Array.from({ length: s3.settings.partsAtOnce }, () =>
    work().catch((error: unknown) => {
      failure.abort(error)
      throw error
    }),
  )
  await Promise.allSettled(workers)
  await Promise.all(workers)
  return done.sort((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0))
}

/** Reads the file part by part; at its end it has to have been the file that was verified. */
async function* hashParts(
  { file, key }: Pick<ObjectUpload, 'file' | 'key'>,
  smallestPart: number,
  signal: AbortSignal,
): AsyncGenerator<Part> {
  const whole = createHash('sha256')
  const partSize = choosePartSize(file.size, smallestPart)
  const handle = await open(file.path)
  try {
    for (let start = 0, number = 1; start < file.size; start += partSize, number += 1) {
      const size = Math.min(partSize, file.size - start)
      const sha256 = await hashRange(handle, start, size, { whole, signal })
      const range = { start, end: start + size - 1 }
      yield { number, sha256, size, open: () => createReadStream(file.path, range) }
    }
  } finally {
    await handle.close()
  }
  if (whole.digest('hex') !== file.sha256) {
    throw refuseUpload({ file, key }, 'the file changed while it was copied')
  }
}

/** PURE. Whole mebibytes, so large that the file takes no more parts than there may be. */
export function choosePartSize(size: number, smallest: number): number {
  const needed = Math.ceil(size / mostParts / mebibyte) * mebibyte
  return Math.max(smallest, needed)
}

/** Into one buffer that is used again, since a stream's would wait for the collector by the hundred. */
async function hashRange(
  file: FileHandle,
  start: number,
  size: number,
  hashes: { readonly whole: Hash; readonly signal: AbortSignal },
): Promise<string> {
  const hash = createHash('sha256')
  const chunk = Buffer.allocUnsafe(mebibyte)
  for (let read = 0; read < size;) {
    hashes.signal.throwIfAborted()
    const { bytesRead } = await file.read(chunk, 0, Math.min(chunk.length, size - read), start + read)
    // A file that became shorter is found out by the sum of the whole.
    if (bytesRead === 0) break
    hash.update(chunk.subarray(0, bytesRead))
    hashes.whole.update(chunk.subarray(0, bytesRead))
    read += bytesRead
  }
  return hash.digest('hex')
}

async function putPart(
  s3: S3Connection,
  { key, progress, signal }: ObjectUpload,
  id: string,
  part: Part,
): Promise<CompletedPart> {
  const checksum = s3.refused.checksums
    ? {}
    : { ChecksumSHA256: Buffer.from(part.sha256, 'hex').toString('base64') }
  const send = (client: S3Client, options: { abortSignal: AbortSignal }): Promise<UploadPartCommandOutput> =>
    sendBody(part, progress, (stream) => {
      const command = new s3.sdk.UploadPartCommand({
        Bucket: s3.bucket,
        Key: key,
        UploadId: id,
        PartNumber: part.number,
        Body: stream,
        ContentLength: part.size,
        ...checksum,
      })
      return client.send(command, options)
    })
  const { ETag } = await s3.ask({ right: 's3:PutObject', signal }, send)
  return { PartNumber: part.number, ...(ETag === undefined ? {} : { ETag }), ...checksum }
}

async function complete(
  s3: S3Connection,
  { key, signal }: ObjectUpload,
  id: string,
  parts: readonly CompletedPart[],
): Promise<Owner> {
  const send = (client: S3Client, options: { abortSignal: AbortSignal }): Promise<unknown> => {
    const command = new s3.sdk.CompleteMultipartUploadCommand({
      Bucket: s3.bucket,
      Key: key,
      UploadId: id,
      MultipartUpload: { Parts: [...parts] },
      ...(s3.refused.conditions ? {} : { IfNoneMatch: '*' }),
    })
    return client.send(command, options)
  }
  try {
    // In here, so that a service that refuses the condition does not get all parts once more.
    return await withFallback(s3, async (): Promise<Owner> => {
      if (s3.refused.conditions && (await isThere(s3, key, signal))) return 'foreign'
      return findOwner((countRequest) =>
        s3.ask({ right: 's3:PutObject', signal }, (client, options) => {
          countRequest()
          return send(client, options)
        }),
      )
    })
  } catch (error) {
    // So it is when the answer to an attempt that succeeded was lost.
    if (findRefusal(error, 'NoSuchUpload') === undefined) throw error
    if (!(await isThere(s3, key, signal))) throw error
    return 'perhaps ours'
  }
}

function sumUp(parts: readonly CompletedPart[], digests: ReadonlyMap<number, string>): string {
  const hash = createHash('sha256')
  for (const { PartNumber: number = 0 } of parts) hash.update(digests.get(number) ?? '', 'hex')
  return `${hash.digest('base64')}-${parts.length}`
}

function refuseUpload({ file, key }: Pick<ObjectUpload, 'file' | 'key'>, why: string): BackupError {
  const whatToDo = 'Let nothing else write to the output directory, and run the job again'
  return refuseByStore(`The file ${file.name} was not copied to ${key}`, why, whatToDo)
}
