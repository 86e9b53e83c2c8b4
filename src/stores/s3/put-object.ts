import { createReadStream } from 'node:fs'
import type { S3Client } from '@aws-sdk/client-s3'
import { refuseByStore } from '../store-error.ts'
import { hashObject } from './fetch-object.ts'
import { findOwner, type ObjectUpload, type Owner, type WrittenObject } from './object-upload.ts'
import { putInParts } from './put-parts.ts'
import { withFallback } from './refused-headers.ts'
import { askForObject, findRefusal, isThere, type S3Connection } from './s3-connection.ts'
import { sendBody, type SignedBody } from './signed-body.ts'

/**
 * Puts a file into the bucket, never over another one, and reads its size and checksum back.
 * @returns `taken` where there is another object of this name already
 * @throws S3Refusal; BackupError PGB_STORE for an object that is not the file; the signal's reason
 */
export async function putObject(s3: S3Connection, upload: ObjectUpload): Promise<'written' | 'taken'> {
  const { file, key } = upload
  const put = file.size <= s3.settings.smallestPart ? putWhole : putInParts
  const written = await put(s3, upload)
  if (written.owner === 'foreign') return 'taken'
  const difference = await findDifference(s3, upload, written)
  if (difference === undefined) return 'written'
  if (written.owner !== 'ours') return 'taken'
  throw refuseByStore(
    `The file ${file.name} did not arrive whole at s3://${s3.bucket}/${key}`,
    difference,
    'Run the job again, and look at the status page of the service',
  )
}

async function putWhole(s3: S3Connection, upload: ObjectUpload): Promise<WrittenObject> {
  const { file, key, progress, signal } = upload
  const checksum = Buffer.from(file.sha256, 'hex').toString('base64')
  const body: SignedBody = { sha256: file.sha256, size: file.size, open: () => createReadStream(file.path) }
  const send = (client: S3Client, options: { abortSignal: AbortSignal }): Promise<unknown> =>
    sendBody(body, progress, (stream) => {
      const command = new s3.sdk.PutObjectCommand({
        Bucket: s3.bucket,
        Key: key,
        Body: stream,
        ContentLength: file.size,
        ...(s3.refused.checksums ? {} : { ChecksumSHA256: checksum }),
        ...(s3.refused.conditions ? {} : { IfNoneMatch: '*' }),
      })
      return client.send(command, options)
    })
  const owner = await withFallback(s3, async (): Promise<Owner> => {
    if (s3.refused.conditions && (await isThere(s3, key, signal))) return 'foreign'
    return findOwner((countRequest) =>
      s3.ask({ right: 's3:PutObject', signal }, (client, options) => {
        countRequest()
        return send(client, options)
      }),
    )
  })
  return { checksum, owner }
}

/** @returns why what the service has is not the file, or undefined */
async function findDifference(
  s3: S3Connection,
  { file, key, signal }: ObjectUpload,
  { checksum, owner }: WrittenObject,
): Promise<string | undefined> {
  try {
    const found = await askForObject(s3, key, signal)
    if (found === undefined) return 'the service took it, and does not have it'
    if (found.ContentLength !== file.size) {
      return `the service has ${found.ContentLength ?? 'no'} bytes of it, and it has ${file.size}`
    }
    const { ChecksumSHA256: told } = found
    if (told === undefined) {
      // What is there was written by an attempt whose answer was lost, unless it is the one that reserves the name.
      const isRead = owner !== 'ours' && file.size <= s3.settings.smallestPart
      const isSame = !isRead || (await hashObject(s3, key, signal)) === file.sha256
      return isSame ? undefined : 'something else of its name is there'
    }
    if (isOneOf(told, checksum, file.sha256)) return undefined
    return 'the service gives another SHA-256 for it'
  } catch (error) {
    if (findRefusal(error, 403) === undefined) throw error
    if (owner !== 'ours') return 'something of its name was there before'
    s3.log.info(`Not read back, since the access key may not do s3:GetObject: s3://${s3.bucket}/${key}`)
    return undefined
  }
}

/** Services leave out the number of parts, or sum up the whole object. */
function isOneOf(told: string, checksum: string, sha256: string): boolean {
  const digest = told.replace(/-\d+$/, '')
  return digest === checksum.replace(/-\d+$/, '') || digest === Buffer.from(sha256, 'hex').toString('base64')
}
