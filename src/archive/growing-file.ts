import { existsSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { startHash, type FileDigest } from './checksum.ts'

/** Milliseconds between two looks for more bytes. */
const hashInterval = 20

/** Milliseconds between two syncs. */
const syncInterval = 250

/**
 * Hashes a file while something else writes it, so that it need not be read again afterwards: for writers that only
 * append.
 * @param writing ends when the file is complete; the file may be missing until then
 * @throws what `writing` rejects with; Node's error when the file cannot be read
 */
export async function hashGrowingFile(path: string, writing: Promise<unknown>): Promise<FileDigest> {
  const writer = watchWriter(writing, hashInterval)
  while (!writer.isDone() && !existsSync(path)) await writer.pause()
  if (writer.isDone()) await writing
  const file = await open(path)
  try {
    const hashing = startHash(file)
    for (;;) {
      // In this order: nothing is appended after the writer's end.
      const wasDone = writer.isDone()
      if ((await hashing.readChunk()) > 0) continue
      if (wasDone) break
      await writer.pause()
    }
    await writing
    return hashing.finish()
  } finally {
    await file.close()
  }
}

/**
 * Brings a file to the disk while something else writes it, so that little is left to wait for at its end.
 * @param writing ends when the file is complete; the file may be missing until then
 * @throws Node's error when the disk fails, since the system tells of a failure only once
 */
export async function syncGrowingFile(path: string, writing: Promise<unknown>): Promise<void> {
  const writer = watchWriter(writing, syncInterval)
  let file: FileHandle | undefined
  try {
    for (;;) {
      await writer.pause()
      if (writer.isDone()) return
      file ??= await open(path).catch(() => undefined)
      await file?.datasync()
    }
  } finally {
    await file?.close()
  }
}

/** A pause ends early when the writer does, whether it succeeds or fails, and never keeps the process alive. */
function watchWriter(
  writing: Promise<unknown>,
  interval: number,
): { readonly isDone: () => boolean; readonly pause: () => Promise<void> } {
  let isDone = false
  const end = (): void => {
    isDone = true
  }
  const ended = writing.then(end, end)
  return {
    isDone: () => isDone,
    pause: () => Promise.race([ended, setTimeout(interval, undefined, { ref: false })]),
  }
}
