import { createReadStream, createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { hashFile, type FileDigest } from '../../archive/checksum.ts'
import type { Progress } from '../progress.ts'

const chunkSize = 1024 * 1024

/** What a copy is made with. */
interface CopyOptions {
  readonly signal: AbortSignal
  readonly progress?: Progress
}

/**
 * Copies a file to a name that is not there yet, mode 0600.
 * @throws Node's error, or the signal's reason
 */
export async function copyFile(
  source: string,
  target: string,
  { signal, progress }: CopyOptions,
): Promise<void> {
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      progress?.add(chunk.length)
      done(null, chunk)
    },
  })
  await pipeline(
    createReadStream(source, { highWaterMark: chunkSize }),
    counter,
    createWriteStream(target, { flags: 'wx', mode: 0o600 }),
    { signal },
  )
}

/**
 * The same for a copy that is to stay: it is synced, and read back.
 * @returns the digest of the copy, as it was read back
 * @throws Node's error, or the signal's reason
 */
export async function copyToStay(source: string, target: string, options: CopyOptions): Promise<FileDigest> {
  await copyFile(source, target, options)
  const file = await open(target, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
  return hashFile(target, options.signal)
}
