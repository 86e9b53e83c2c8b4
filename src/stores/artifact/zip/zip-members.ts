import type { Entry } from 'yauzl'

const fileTypeMask = 0xf000
const symbolicLink = 0xa000
const bytesOfLocalHeader = 30
const bytesOfDirectoryEntry = 46
const bytesOfEnd = 22
const longestDirectory = 16 * 1024 * 1024

/** Thrown for a zip that is damaged, of an unknown kind, or dangerous; the message is for the user. */
export class ZipError extends Error {
  override readonly name = 'ZipError'
}

/** What yauzl or zlib says about a zip, in our words; an error of the disk or the network stays what it is. */
export function toZipError(error: unknown): Error {
  const known = error as NodeJS.ErrnoException
  if (error instanceof ZipError || known.syscall !== undefined) return known
  if (/end of central directory record signature not found|comment length/i.test(known.message)) {
    return new ZipError('it is not a zip, or its end is missing', { cause: error })
  }
  if (/unexpected EOF/.test(known.message)) return new ZipError('the zip is cut short', { cause: error })
  return new ZipError(`the zip is damaged (${known.message})`, { cause: error })
}

/** The name of a member, decoded as UTF-8, which all that write artifacts use. */
export function readName(entry: Entry): string {
  return new TextDecoder().decode(entry.fileNameRaw)
}

/** Bytes that an entry takes in the central directory. */
export function measureEntry(entry: Entry): number {
  return bytesOfDirectoryEntry + entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength
}

/** @throws ZipError for a list of members that is longer than any backup's */
export function checkDirectoryLength(bytes: number): void {
  if (bytes > longestDirectory) throw new ZipError('the directory of the zip is too long')
}

/**
 * PURE. Refuses names that are absolute or hold `..`, symbolic links, unknown packing, two members of one name, and
 * members that overlap each other or the directory, by which one piece of the zip would be unpacked many times.
 * @throws ZipError
 */
export function checkMembers(entries: readonly Entry[], zipSize: number): void {
  for (const entry of entries) checkMember(entry)
  const names = new Set(entries.map((entry) => readName(entry).toLowerCase()))
  if (names.size !== entries.length) throw new ZipError('two members of the zip have the same name')
  const directory = entries.reduce((sum, entry) => sum + measureEntry(entry), bytesOfEnd)
  const inOrder = [...entries].sort((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader)
  for (const [index, entry] of inOrder.entries()) {
    const next = inOrder[index + 1]?.relativeOffsetOfLocalHeader ?? zipSize - directory
    const length = bytesOfLocalHeader + entry.fileNameLength + entry.compressedSize
    if (entry.relativeOffsetOfLocalHeader + length > next) throw new ZipError('members of the zip overlap')
  }
}

function checkMember(entry: Entry): void {
  const name = readName(entry)
  const mode = entry.externalFileAttributes >>> 16
  if (isUnsafeName(name) || (mode & fileTypeMask) === symbolicLink) {
    throw new ZipError(`the zip has a member that could leave its directory: ${JSON.stringify(name)}`)
  }
  if (!entry.canDecodeFileData()) {
    throw new ZipError(`the member ${JSON.stringify(name)} of the zip is packed in an unknown way`)
  }
}

function isUnsafeName(name: string): boolean {
  if (name === '' || name.startsWith('/') || /[\\:\u0000-\u001f\u007f-\u009f]/.test(name)) return true
  return name
    .replace(/\/$/, '')
    .split('/')
    .some((segment) => ['', '.', '..'].includes(segment))
}
