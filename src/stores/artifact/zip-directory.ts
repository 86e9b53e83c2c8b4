import type { FileHandle } from 'node:fs/promises'
import { MAX_32, readExactly, toNumber, ZipError } from './zip-bytes.ts'
import { findDirectory } from './zip-end.ts'

const ENTRY_SIGNATURE = 0x02014b50
const ENTRY_LENGTH = 46
const LONGEST_DIRECTORY = 16 * 1024 * 1024
const ZIP64_EXTRA = 1
const FILE_TYPE_MASK = 0xf000
const SYMBOLIC_LINK = 0xa000
const ENCRYPTED = 1

/** One member of a zip, as its central directory lists it. */
export interface ZipEntry {
  /** Relative, with `/` between segments; a directory ends in `/`. Checked: it stays below its root. */
  readonly name: string
  /** 0 is stored, 8 is deflated. */
  readonly method: 0 | 8
  readonly crc32: number
  /** Bytes in the zip. */
  readonly packedSize: number
  /** Bytes of the file. */
  readonly size: number
  /** Where the local header begins. */
  readonly offset: number
}

function isUnsafeName(name: string): boolean {
  if (name === '' || name.startsWith('/') || /[\\:\u0000-\u001f]/.test(name)) return true
  return name
    .replace(/\/$/, '')
    .split('/')
    .some((segment) => ['', '.', '..'].includes(segment))
}

function readZip64(extra: Buffer, values: readonly number[]): number[] {
  let field: Buffer | undefined
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === ZIP64_EXTRA)
      field = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2))
  }
  let position = 0
  return values.map((value) => {
    if (value !== MAX_32) return value
    if (field === undefined || position + 8 > field.length) throw new ZipError('a size in the zip is missing')
    position += 8
    return toNumber(field.readBigUInt64LE(position - 8))
  })
}

function parseEntry(header: Buffer, nameBytes: Buffer, extra: Buffer): ZipEntry {
  const name = new TextDecoder().decode(nameBytes)
  const mode = header.readUInt32LE(38) >>> 16
  const method = header.readUInt16LE(10)
  if (isUnsafeName(name) || (mode & FILE_TYPE_MASK) === SYMBOLIC_LINK) {
    throw new ZipError(`the zip has a member that could leave its directory: ${JSON.stringify(name)}`)
  }
  if ((method !== 0 && method !== 8) || (header.readUInt16LE(8) & ENCRYPTED) !== 0) {
    throw new ZipError(`the member ${JSON.stringify(name)} of the zip is packed in an unknown way`)
  }
  const fields = [header.readUInt32LE(24), header.readUInt32LE(20), header.readUInt32LE(42)]
  const [size = 0, packedSize = 0, offset = 0] = readZip64(extra, fields)
  return { name, method, crc32: header.readUInt32LE(16), packedSize, size, offset }
}

function parseEntries(directory: Buffer, count: number): ZipEntry[] {
  const entries: ZipEntry[] = []
  let at = 0
  while (entries.length < count) {
    if (at + ENTRY_LENGTH > directory.length || directory.readUInt32LE(at) !== ENTRY_SIGNATURE) {
      throw new ZipError('the directory of the zip is damaged')
    }
    const header = directory.subarray(at, at + ENTRY_LENGTH)
    const nameEnd = at + ENTRY_LENGTH + header.readUInt16LE(28)
    const extraEnd = nameEnd + header.readUInt16LE(30)
    entries.push(
      parseEntry(
        header,
        directory.subarray(at + ENTRY_LENGTH, nameEnd),
        directory.subarray(nameEnd, extraEnd),
      ),
    )
    at = extraEnd + header.readUInt16LE(32)
  }
  return entries
}

/**
 * Reads the list of a zip's members, by PKWARE's APPNOTE 6.3.10 (4.3.12), zip64 included. Refused are
 * names that are absolute or hold `..`, symbolic links, two members of one name, and members that overlap.
 *
 * @throws ZipError
 */
export async function readZipDirectory(file: FileHandle): Promise<ZipEntry[]> {
  const { size: fileSize } = await file.stat()
  const place = await findDirectory(file, fileSize)
  if (place.length > LONGEST_DIRECTORY) throw new ZipError('the directory of the zip is too long')
  const entries = parseEntries(await readExactly(file, place.offset, place.length), place.count)
  const names = new Set(entries.map((entry) => entry.name.toLowerCase()))
  if (names.size !== entries.length) throw new ZipError('two members of the zip have the same name')
  const packed = entries.reduce((sum, entry) => sum + entry.packedSize, 0)
  if (packed > place.offset) throw new ZipError('members of the zip overlap')
  return entries
}
