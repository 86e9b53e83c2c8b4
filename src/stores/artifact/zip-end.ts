import type { FileHandle } from 'node:fs/promises'
import { MAX_32, readExactly, toNumber, ZipError } from './zip-bytes.ts'

const END_SIGNATURE = 0x06054b50
const END_LENGTH = 22
const ZIP64_LOCATOR_SIGNATURE = 0x07064b50
const ZIP64_LOCATOR_LENGTH = 20
const ZIP64_END_SIGNATURE = 0x06064b50
const ZIP64_END_LENGTH = 56
const LONGEST_COMMENT = 0xffff

/** Where the list of a zip's members lies, and how many there are. */
export interface DirectoryPlace {
  readonly count: number
  readonly length: number
  readonly offset: number
}

/**
 * Finds the directory by the record at the end of the zip, by PKWARE's APPNOTE 6.3.10 (4.3.14 to 4.3.16).
 *
 * @throws ZipError
 */
export async function findDirectory(file: FileHandle, fileSize: number): Promise<DirectoryPlace> {
  const tailLength = Math.min(fileSize, END_LENGTH + LONGEST_COMMENT)
  const tailStart = fileSize - tailLength
  const tail = await readExactly(file, tailStart, tailLength)
  let at = tailLength - END_LENGTH
  const isEnd = (): boolean =>
    tail.readUInt32LE(at) === END_SIGNATURE && at + END_LENGTH + tail.readUInt16LE(at + 20) === tailLength
  while (at >= 0 && !isEnd()) at -= 1
  if (at < 0) throw new ZipError('it is not a zip, or its end is missing')
  const place = {
    count: tail.readUInt16LE(at + 10),
    length: tail.readUInt32LE(at + 12),
    offset: tail.readUInt32LE(at + 16),
  }
  if (place.count !== 0xffff && place.length !== MAX_32 && place.offset !== MAX_32) return place
  const locator = await readExactly(file, tailStart + at - ZIP64_LOCATOR_LENGTH, ZIP64_LOCATOR_LENGTH)
  if (locator.readUInt32LE(0) !== ZIP64_LOCATOR_SIGNATURE) return place
  const end = await readExactly(file, toNumber(locator.readBigUInt64LE(8)), ZIP64_END_LENGTH)
  if (end.readUInt32LE(0) !== ZIP64_END_SIGNATURE) throw new ZipError('the end of the zip is damaged')
  const [count, length, offset] = [32, 40, 48].map((position) => toNumber(end.readBigUInt64LE(position)))
  return { count: count ?? 0, length: length ?? 0, offset: offset ?? 0 }
}
