import { refuseByStore } from '../store-error.ts'
import { listNames } from '../name-pattern.ts'
import { showProgress, type Progress } from '../progress.ts'
import { formatS3Address } from '../store-address.ts'
import type { NewBackup, NewFile, StoredBackup } from '../store.ts'
import { tidyUp } from './leftovers.ts'
import { putObject } from './put-object.ts'
import type { S3Connection } from './s3-connection.ts'

/**
 * Copies a backup into the bucket: `SHA256SUMS` first, which reserves the name, and the manifest last. What an earlier
 * run left half uploaded is taken back before, and what it left finished is named.
 */
export async function putBackup(
  s3: S3Connection,
  backup: NewBackup,
  signal: AbortSignal,
): Promise<StoredBackup> {
  await tidyUp(s3, signal)
  const { checksums, files, manifest } = backup
  const total = [checksums, ...files, manifest].reduce((sum, { size }) => sum + size, 0)
  const progress = showProgress('Copied', total, s3.log)
  let finished: string[] = []
  try {
    const name = await reserveName(s3, backup, progress, signal)
    const put = async (file: NewFile): Promise<void> => {
      const key = `${s3.prefix}${name}/${file.name}`
      if ((await putObject(s3, { file, key, progress, signal })) === 'taken') throw refuseTaken(s3, key)
      finished.push(file.name)
    }
    finished.push(checksums.name)
    for (const file of files) await put(file)
    await put(manifest)
    finished = []
    return { name, address: formatS3Address(s3, name) }
  } finally {
    progress.stop()
    if (finished.length > 0) {
      s3.log.info(
        `Left without a manifest below ${formatS3Address(s3)}, and so no backup: ${finished.join(', ')}`,
      )
    }
  }
}

/** A matrix may end two jobs in the same second; the second one's checksums find the name taken. */
async function reserveName(
  s3: S3Connection,
  { name: wanted, checksums }: NewBackup,
  progress: Progress,
  signal: AbortSignal,
): Promise<string> {
  for (const name of listNames(wanted)) {
    const key = `${s3.prefix}${name}/${checksums.name}`
    if ((await putObject(s3, { file: checksums, key, progress, signal })) === 'written') return name
  }
  throw refuseByStore(
    `The backup was not copied to ${formatS3Address(s3)}`,
    `${wanted} and ${wanted}-2 to -9 are there already`,
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
