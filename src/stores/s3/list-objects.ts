import { manifestName } from '../../archive/manifest.ts'
import { findFixedBeginning, matchesPattern } from '../name-pattern.ts'
import { formatS3Address } from '../store-address.ts'
import type { ListedBackup } from '../store.ts'
import type { S3Connection } from './s3-connection.ts'

/** An object, as a list of the bucket shows it. */
export interface ListedObject {
  readonly key: string
  readonly size: number
  readonly modified: Date
}

/** The backups whose name fits the pattern, by their manifests. */
export async function listBackups(
  s3: S3Connection,
  pattern: string,
  signal: AbortSignal,
): Promise<ListedBackup[]> {
  const found: ListedBackup[] = []
  for await (const { key, modified } of listObjects(s3, s3.prefix + findFixedBeginning(pattern), signal)) {
    const [name = '', file, ...deeper] = key.slice(s3.prefix.length).split('/')
    if (file !== manifestName || deeper.length > 0 || !matchesPattern(name, pattern)) continue
    found.push({ name, address: formatS3Address(s3, name), storedAt: modified })
  }
  return found
}

/** The sizes of a backup's files. */
export async function listFiles(
  s3: S3Connection,
  name: string,
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const folder = `${s3.prefix}${name}/`
  const files = new Map<string, number>()
  for await (const { key, size } of listObjects(s3, folder, signal)) {
    const file = key.slice(folder.length)
    if (file !== '' && !file.includes('/')) files.set(file, size)
  }
  return files
}

/** All objects whose key begins so, page by page. */
export async function* listObjects(
  s3: S3Connection,
  beginning: string,
  signal: AbortSignal,
): AsyncGenerator<ListedObject> {
  let token: string | undefined
  do {
    const command = new s3.sdk.ListObjectsV2Command({
      Bucket: s3.bucket,
      Prefix: beginning,
      ...(token === undefined ? {} : { ContinuationToken: token }),
    })
    const page = await s3.ask({ right: 's3:ListBucket', signal }, (client, options) =>
      client.send(command, options),
    )
    for (const { Key: key, Size: size, LastModified: modified } of page.Contents ?? []) {
      if (key !== undefined && size !== undefined && modified !== undefined) yield { key, size, modified }
    }
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined
  } while (token !== undefined)
}
