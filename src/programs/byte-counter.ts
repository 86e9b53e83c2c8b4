import { writeFileSync } from 'node:fs'
import { crc32 } from 'node:zlib'

/** Counts bytes as they pass, and takes their CRC-32. */
export interface ByteCounter {
  add(bytes: Uint8Array): void
  /**
   * Writes what was counted, as `cksum` prints it.
   * @param path must not exist yet
   */
  write(path: string): void
}

export function createByteCounter(): ByteCounter {
  let checksum = 0
  let size = 0
  return {
    add: (bytes) => {
      checksum = crc32(bytes, checksum)
      size += bytes.length
    },
    write: (path) => {
      writeFileSync(path, `${checksum} ${size}\n`, { flag: 'wx', mode: 0o600 })
    },
  }
}
