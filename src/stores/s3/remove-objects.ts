import type { S3Connection } from './s3-connection.ts'

/**
 * Removes files of a backup, in their order. Object by object, as not every service takes a list.
 * @throws S3Refusal, or the signal's reason
 */
export async function removeObjects(
  s3: S3Connection,
  name: string,
  files: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  for (const file of files) {
    const command = new s3.sdk.DeleteObjectCommand({ Bucket: s3.bucket, Key: `${s3.prefix}${name}/${file}` })
    await s3.ask({ right: 's3:DeleteObject', signal }, (client, options) => client.send(command, options))
  }
}
