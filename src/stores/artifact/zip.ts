import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { Transform } from 'node:stream'
import type { TransformCallback } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { crc32, createInflateRaw } from 'node:zlib'
import { readExactly, ZipError } from './zip-bytes.ts'
import { readZipDirectory } from './zip-directory.ts'
import type { ZipEntry } from './zip-directory.ts'

export { ZipError } from './zip-bytes.ts'

const LOCAL_SIGNATURE = 0x04034b50
const LOCAL_LENGTH = 30
const FILE_MODE = 0o600
const DIRECTORY_MODE = 0o700

function createChecker(entry: ZipEntry): Transform {
  let size = 0
  let sum = 0
  const damaged = (): ZipError =>
    new ZipError(`the member ${JSON.stringify(entry.name)} of the zip is damaged`)
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      size += chunk.length
      sum = crc32(chunk, sum)
      if (size > entry.size) done(damaged())
      else done(null, chunk)
    },
    flush(done) {
      if (size === entry.size && sum === entry.crc32) done()
      else done(damaged())
    },
  })
}

async function findData(file: FileHandle, entry: ZipEntry): Promise<number> {
  const header = await readExactly(file, entry.offset, LOCAL_LENGTH)
  if (header.readUInt32LE(0) !== LOCAL_SIGNATURE) throw new ZipError('the zip is damaged')
  return entry.offset + LOCAL_LENGTH + header.readUInt16LE(26) + header.readUInt16LE(28)
}

async function extractEntry(zip: string, start: number, entry: ZipEntry, target: string): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true, mode: DIRECTORY_MODE })
  const output = createWriteStream(target, { flags: 'wx', mode: FILE_MODE })
  const checker = createChecker(entry)
  if (entry.packedSize === 0) {
    checker.end()
    await pipeline(checker, output)
    return
  }
  const input = createReadStream(zip, {
    start,
    end: start + entry.packedSize - 1,
    highWaterMark: 1024 * 1024,
  })
  if (entry.method === 0) await pipeline(input, checker, output)
  else await pipeline(input, createInflateRaw(), checker, output)
}

/**
 * Extracts a zip below a directory that should be empty and belong to nobody else. Every member's size and CRC-32
 * are checked; an existing file is never overwritten. Bytes stream; memory stays flat.
 *
 * @returns the absolute paths of the files
 * @throws ZipError when the zip is damaged or a name could leave the directory, then before anything is written
 */
export async function extractZip(zip: string, directory: string): Promise<string[]> {
  const file = await open(zip, 'r')
  try {
    const written: string[] = []
    for (const entry of await readZipDirectory(file)) {
      const target = path.join(directory, entry.name)
      if (entry.name.endsWith('/')) {
        await mkdir(target, { recursive: true, mode: DIRECTORY_MODE })
        continue
      }
      await extractEntry(zip, await findData(file, entry), entry, target)
      written.push(target)
    }
    return written
  } finally {
    await file.close()
  }
}
