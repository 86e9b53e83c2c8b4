import type { MultipartUpload } from '@aws-sdk/client-s3'
import { findRefusal, type S3Connection } from './s3-connection.ts'
import { S3Refusal } from './s3-failure.ts'

/** What this action has uploaded: a name that ends in a time stamp, and a file of its own. */
const ownKey = /^[^/]+\d{8}T\d{6}Z(?:-\d+)?\/[^/]+$/

/**
 * Takes back the uploads below the prefix that a run began and did not end, such as one that was killed. One that got a
 * part within the last hour may be of a run that goes on beside this one, and stays.
 */
export async function abortLeftovers(s3: S3Connection, signal: AbortSignal): Promise<void> {
  try {
    for (const upload of await listUploads(s3, signal)) {
      const { Key: key = '', UploadId: id } = upload
      if (id === undefined || !ownKey.test(key.slice(s3.prefix.length))) continue
      if (!(await isAbandoned(s3, upload, signal))) continue
      const command = new s3.sdk.AbortMultipartUploadCommand({ Bucket: s3.bucket, Key: key, UploadId: id })
      await s3.ask({ right: 's3:AbortMultipartUpload', signal }, (client, options) =>
        client.send(command, options),
      )
      s3.log.info(`Took back an upload that an earlier run had not ended: s3://${s3.bucket}/${key}`)
    }
  } catch (error) {
    // A backup must not fail for what an earlier one left.
    if (!(error instanceof S3Refusal)) throw error
    s3.log.info(
      `Uploads that earlier runs had not ended were not looked for: ${error.failure.why}. The bucket's lifecycle rule removes them.`,
    )
  }
}

async function listUploads(s3: S3Connection, signal: AbortSignal): Promise<MultipartUpload[]> {
  const uploads: MultipartUpload[] = []
  let marker: { KeyMarker: string | undefined; UploadIdMarker: string | undefined } | undefined
  do {
    const command = new s3.sdk.ListMultipartUploadsCommand({
      Bucket: s3.bucket,
      Prefix: s3.prefix,
      ...(marker ?? {}),
    })
    const page = await s3.ask({ right: 's3:ListBucketMultipartUploads', signal }, (client, options) =>
      client.send(command, options),
    )
    uploads.push(...(page.Uploads ?? []))
    const { NextKeyMarker: key, NextUploadIdMarker: id } = page
    marker = page.IsTruncated === true ? { KeyMarker: key, UploadIdMarker: id } : undefined
  } while (marker !== undefined)
  return uploads
}

async function isAbandoned(
  s3: S3Connection,
  { Key, UploadId, Initiated }: MultipartUpload,
  signal: AbortSignal,
): Promise<boolean> {
  const limit = Date.now() - s3.settings.abandoned
  if (Initiated !== undefined && Initiated.getTime() > limit) return false
  let marker: string | undefined
  do {
    const command = new s3.sdk.ListPartsCommand({
      Bucket: s3.bucket,
      Key,
      UploadId,
      ...(marker === undefined ? {} : { PartNumberMarker: marker }),
    })
    try {
      const page = await s3.ask({ right: 's3:ListMultipartUploadParts', signal }, (client, options) =>
        client.send(command, options),
      )
      const times = (page.Parts ?? []).map(({ LastModified: time }) => time?.getTime() ?? Infinity)
      if (times.some((time) => time > limit)) return false
      marker = page.IsTruncated === true ? page.NextPartNumberMarker : undefined
    } catch (error) {
      // It has ended meanwhile.
      if (findRefusal(error, 'NoSuchUpload', 404) !== undefined) return false
      throw error
    }
  } while (marker !== undefined)
  return true
}
