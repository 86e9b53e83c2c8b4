import type { MultipartUpload } from '@aws-sdk/client-s3'
import { manifestName } from '../../archive/manifest.ts'
import { isOwnName, warnOfForgotten } from '../forgotten-copies.ts'
import { listObjects } from './list-objects.ts'
import { findRefusal, type S3Connection } from './s3-connection.ts'
import { S3Refusal } from './s3-failure.ts'

/**
 * Takes back the uploads below the prefix that a run began and did not end, such as one that was killed, and names the
 * folders in which it left finished files. An upload that got a part within the last hour may be of a run that goes on
 * beside this one, and stays.
 * @returns the names of the folders that there are, as far as they may be listed
 */
export async function tidyUp(s3: S3Connection, signal: AbortSignal): Promise<Set<string>> {
  try {
    return await nameForgotten(s3, await abortAbandoned(s3, signal), signal)
  } catch (error) {
    // A backup must not fail for what an earlier one left.
    if (!(error instanceof S3Refusal)) throw error
    s3.log.info(
      `What earlier runs had not ended was not looked for: ${error.failure.why}. The bucket's lifecycle rule takes back their uploads.`,
    )
    return new Set()
  }
}

/** @returns the folders of the uploads that may be going on */
async function abortAbandoned(s3: S3Connection, signal: AbortSignal): Promise<Set<string>> {
  const busy = new Set<string>()
  for (const upload of await listUploads(s3, signal)) {
    const { Key: key = '', UploadId: id } = upload
    const folder = findFolder(s3, key)
    if (id === undefined || folder === undefined) continue
    if (!(await isAbandoned(s3, upload, signal))) {
      busy.add(folder)
      continue
    }
    const command = new s3.sdk.AbortMultipartUploadCommand({ Bucket: s3.bucket, Key: key, UploadId: id })
    await s3.ask({ right: 's3:AbortMultipartUpload', signal }, (client, options) =>
      client.send(command, options),
    )
    s3.log.info(`Took back an upload that an earlier run had not ended: s3://${s3.bucket}/${key}`)
  }
  return busy
}

async function nameForgotten(
  s3: S3Connection,
  busy: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Set<string>> {
  const folders = new Map<string, { size: number; youngest: number; isWhole: boolean }>()
  for await (const { key, size, modified } of listObjects(s3, s3.prefix, signal)) {
    const name = findFolder(s3, key)
    if (name === undefined) continue
    const before = folders.get(name) ?? { size: 0, youngest: 0, isWhole: false }
    folders.set(name, {
      size: before.size + size,
      youngest: Math.max(before.youngest, modified.getTime()),
      isWhole: before.isWhole || key.endsWith(`/${manifestName}`),
    })
  }
  const limit = Date.now() - s3.settings.forgotten
  const forgotten = [...folders].filter(
    ([name, { isWhole, youngest }]) => !isWhole && youngest < limit && !busy.has(name),
  )
  warnOfForgotten(
    forgotten.map(([name, { size }]) => ({ folder: `s3://${s3.bucket}/${s3.prefix}${name}`, size })),
    (folder) =>
      `aws s3 rm --recursive "${folder}/"${s3.profile === undefined ? '' : ` --profile ${s3.profile}`}`,
    s3.log,
  )
  return new Set(folders.keys())
}

/** PURE. The backup that a key belongs to, by its name; undefined where it is of nothing that this action puts there. */
function findFolder({ prefix }: S3Connection, key: string): string | undefined {
  const [name = '', file = '', ...deeper] = key.slice(prefix.length).split('/')
  return file !== '' && deeper.length === 0 && isOwnName(name) ? name : undefined
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
