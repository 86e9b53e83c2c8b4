import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'

/** Name and SHA-256, in lower-case hex digits, of one file. */
export interface FileChecksum {
  readonly name: string
  readonly sha256: string
}

/** What identifies the bytes of a file. */
export interface FileDigest {
  /** 64 lower-case hex digits. */
  readonly sha256: string
  /** Bytes. */
  readonly size: number
}

/** A megabyte: larger chunks hash no faster. */
const chunkSize = 1024 * 1024

/**
 * Reads a file to its end, in constant memory.
 * @throws Node's error when the file cannot be read; the signal's reason when it is aborted
 */
export async function hashFile(path: string, signal?: AbortSignal): Promise<FileDigest> {
  const file = await open(path)
  try {
    const hashing = startHash(file)
    while ((await hashing.readChunk()) > 0) signal?.throwIfAborted()
    return hashing.finish()
  } finally {
    await file.close()
  }
}

/** Hashes a file piece by piece, as far as it has been written. */
export function startHash(file: FileHandle): { readChunk: () => Promise<number>; finish: () => FileDigest } {
  const hash = createHash('sha256')
  const chunk = Buffer.allocUnsafe(chunkSize)
  let size = 0
  return {
    readChunk: async () => {
      const { bytesRead } = await file.read(chunk, 0, chunkSize)
      hash.update(chunk.subarray(0, bytesRead))
      size += bytesRead
      return bytesRead
    },
    finish: () => ({ sha256: hash.digest('hex'), size }),
  }
}

/** The text of a `SHA256SUMS` file, as `sha256sum --check` reads it. */
export function formatChecksums(files: readonly FileChecksum[]): string {
  return files.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join('')
}
