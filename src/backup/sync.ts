import { open, type FileHandle } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'

/** Milliseconds between two looks at a file that is being written. */
const interval = 250

/**
 * Brings a file to the disk while something else writes it, so that little is left to wait for at its end.
 * @param writing ends when the file is complete; the file may be missing until then
 * @throws Node's error when the disk fails, since the system tells of a failure only once
 */
export async function syncGrowingFile(path: string, writing: Promise<unknown>): Promise<void> {
  const writer: { isDone: boolean } = { isDone: false }
  const written = writing
    .catch(() => undefined)
    .then(() => {
      writer.isDone = true
    })
  let file: FileHandle | undefined
  try {
    for (;;) {
      await Promise.race([written, setTimeout(interval, undefined, { ref: false })])
      if (writer.isDone) return
      file ??= await open(path).catch(() => undefined)
      await file?.datasync()
    }
  } finally {
    await file?.close()
  }
}

/** @throws Node's error when the file is not there, or the disk fails */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
