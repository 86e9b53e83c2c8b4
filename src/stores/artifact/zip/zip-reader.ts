import type { FileHandle } from 'node:fs/promises'
import { createReadStream } from 'node:fs'
import { pipeline, Transform, type Readable, type TransformCallback } from 'node:stream'
import { crc32, createInflateRaw } from 'node:zlib'
import { fromRandomAccessReaderPromise, RandomAccessReader, type Entry, type ZipFile } from 'yauzl'
import {
  checkDirectoryLength,
  checkMembers,
  measureEntry,
  readName,
  toZipError,
  ZipError,
} from './zip-members.ts'

/** Bytes of which any part can be read: those of a file, or of a zip far away by its ranges. */
export interface ByteSource {
  /** Bytes in all. */
  readonly size: number
  /** Exactly these bytes, which lie within the source. */
  read(start: number, length: number): Promise<Buffer>
  /** The bytes from `start` up to `end`, the last one not among them. */
  openRange(start: number, end: number): Readable
}

/** A file or directory of a zip, as its central directory tells. */
export interface ZipMember {
  /** Relative, with `/` between segments; a directory ends in `/`. Checked: it stays below its root. */
  readonly name: string
  /** Bytes of the file. */
  readonly size: number
  /** The bytes of the file; the stream breaks with a ZipError where their number or CRC-32 is not as told. */
  open(): Promise<Readable>
}

/** A zip whose list of members was read and checked; not one of their bytes was. */
export interface Zip {
  readonly members: readonly ZipMember[]
}

const chunkSize = 1024 * 1024

/** The bytes of the open file at this path, which the caller closes. */
export async function readFromFile(file: FileHandle, path: string): Promise<ByteSource> {
  const { size } = await file.stat()
  return {
    size,
    async read(start, length) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start)
      if (bytesRead !== length) throw new ZipError('the zip is cut short')
      return buffer
    },
    // A stream of the same handle would close it at its own end.
    openRange: (start, end) => createReadStream(path, { start, end: end - 1, highWaterMark: chunkSize }),
  }
}

/**
 * Reads the list of a zip's members, and refuses names that are absolute or hold `..`, symbolic links, two members
 * of one name, and members that overlap, whatever is wanted of the zip.
 * @throws ZipError; what the source throws
 */
export async function openZip(source: ByteSource): Promise<Zip> {
  try {
    // Names are decoded and judged in one place of our own, so that the refusals read alike.
    const options = { autoClose: false, decodeStrings: false }
    const zip = await fromRandomAccessReaderPromise(new SourceReader(source), source.size, options)
    const entries = await listEntries(zip)
    checkMembers(entries, source.size)
    return { members: entries.map((entry) => toMember(zip, entry)) }
  } catch (error) {
    throw toZipError(error)
  }
}

/** yauzl's view of a source; it never asks beyond the end, where Node would throw out of a callback. */
class SourceReader extends RandomAccessReader {
  readonly #source: ByteSource

  constructor(source: ByteSource) {
    super()
    this.#source = source
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    const fits = Number.isSafeInteger(position) && position + length <= this.#source.size
    const bytes = fits
      ? this.#source.read(position, length)
      : Promise.reject(new ZipError('the zip is cut short'))
    bytes.then(
      (read) => {
        read.copy(buffer, offset)
        callback(null)
      },
      (error: unknown) => {
        callback(toZipError(error))
      },
    )
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return this.#source.openRange(start, end)
  }
}

async function listEntries(zip: ZipFile): Promise<Entry[]> {
  const entries: Entry[] = []
  let length = 0
  for await (const entry of zip.eachEntry()) {
    length += measureEntry(entry)
    checkDirectoryLength(length)
    entries.push(entry)
  }
  return entries
}

function toMember(zip: ZipFile, entry: Entry): ZipMember {
  return {
    name: readName(entry),
    size: entry.uncompressedSize,
    async open() {
      const packed = await zip
        .openReadStreamPromise(entry, { decodeFileData: false })
        .catch((error: unknown) => {
          throw toZipError(error)
        })
      const stages = entry.compressionMethod === 0 ? [] : [createInflateRaw()]
      // Who reads the last stream meets the error, so it needs no second telling.
      return pipeline([packed, ...stages, createChecker(entry)], () => undefined) as unknown as Readable
    },
  }
}

/** Counts and sums up the bytes of a member, so that neither a bomb nor damage gets past it. */
function createChecker(entry: Entry): Transform {
  let size = 0
  let sum = 0
  const damaged = (): ZipError =>
    new ZipError(`the member ${JSON.stringify(readName(entry))} of the zip is damaged`)
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      size += chunk.length
      sum = crc32(chunk, sum)
      if (size > entry.uncompressedSize) done(damaged())
      else done(null, chunk)
    },
    flush(done) {
      if (size === entry.uncompressedSize && sum === entry.crc32) done()
      else done(damaged())
    },
  })
}
