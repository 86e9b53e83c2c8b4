/** What follows a header: a plain file, or what is to be known of the next one. */
export interface TarEntry {
  readonly kind: 'file' | 'pax'
  readonly name: string
  /** Bytes of its content, which follows the header, filled up with zeros to a whole block. */
  readonly size: number
}

/** Bytes of a header, and of what content is filled up to. */
export const tarBlockSize = 512

/** What pg_dump writes into a directory (pg_backup_directory.c, versions 9.1 to 18); tar may put a `./` before it. */
const fileName =
  /^(?:\.\/)?(toc\.dat|\d{1,10}\.dat(?:\.gz|\.lz4|\.zst)?|blobs(?:_\d{1,10})?\.toc|blob_\d{1,10}\.dat(?:\.gz|\.lz4|\.zst)?)$/

/**
 * PURE. Reads one header of a tar archive that may come from anyone.
 * @param header {@link tarBlockSize} bytes
 * @returns undefined for the archive's end, and for the directory itself
 * @throws Error for all but the plain files that pg_dump writes, with modes as of files
 */
export function readTarHeader(header: Buffer): TarEntry | undefined {
  if (header.every((byte) => byte === 0)) return undefined
  checkSum(header)
  const name = `${readPrefix(header)}${readText(header, 0, 100)}`
  const type = header.toString('latin1', 156, 157)
  if (type === '5' && /^\.\/?$/.test(name)) return undefined
  if (type === 'x') return { kind: 'pax', name, size: readNumber(header, 124, 12) }
  if (type !== '0' && type !== '\0') throw refuse(name, describeType(type))
  const [, known] = fileName.exec(name) ?? []
  if (known === undefined) throw refuse(name, 'a name that pg_dump does not write')
  const mode = readNumber(header, 100, 8)
  if ((mode & ~0o777) !== 0) throw refuse(name, `the mode ${mode.toString(8)}`)
  return { kind: 'file', name: known, size: readNumber(header, 124, 12) }
}

/** What a tar other than GNU's may add about a file, and changes nothing of its content and name. */
const harmless = /^(?:[acm]time|[ug]id|[ug]name|(?:SCHILY|LIBARCHIVE)\.[\w.-]+)$/

/**
 * PURE. Reads the records of a header of POSIX.1-2001, as in `20 size=8589934592\n`.
 * @returns the size of the file that follows; undefined where it says nothing of it
 * @throws Error for what would change more of the file than its size
 */
export function readPaxSize(content: Buffer): number | undefined {
  let size: number | undefined
  for (let at = 0; at < content.length;) {
    const [record, length = ''] = /^(\d{1,6}) /.exec(content.toString('latin1', at, at + 7)) ?? []
    const text = content.toString('latin1', at, at + Number(length))
    if (record === undefined || !text.endsWith('\n') || text.length !== Number(length)) {
      throw new Error('the archive has a header that cannot be read')
    }
    const [, key = '', value = ''] = /^\d+ ([^=]*)=([^]*)\n$/.exec(text) ?? []
    if (key === 'size' && /^\d{1,15}$/.test(value)) size = Number(value)
    else if (!harmless.test(key)) throw new Error('the archive has a header that changes more than a size')
    at += text.length
  }
  return size
}

function describeType(type: string): string {
  const types: Readonly<Record<string, string>> = {
    '1': 'the type of a hard link',
    '2': 'the type of a symbolic link',
    '3': 'the type of a device',
    '4': 'the type of a device',
    '5': 'the type of a directory',
    '6': 'the type of a pipe',
  }
  return types[type] ?? 'another type than that of a plain file'
}

/** POSIX lets a long name begin in a field of its own; GNU keeps times there, and says so by its magic. */
function readPrefix(header: Buffer): string {
  if (header.toString('latin1', 257, 263) !== 'ustar\0') return ''
  const prefix = readText(header, 345, 155)
  return prefix === '' ? '' : `${prefix}/`
}

function readText(header: Buffer, start: number, length: number): string {
  const field = header.subarray(start, start + length)
  const end = field.indexOf(0)
  return field.toString('latin1', 0, end < 0 ? length : end)
}

/** Octal digits; GNU writes what takes more of them as a binary number behind the byte 0x80. */
function readNumber(header: Buffer, start: number, length: number): number {
  if (header[start] === 0x80) {
    const value = header.subarray(start + 1, start + length).reduce((sum, byte) => sum * 256 + byte, 0)
    if (Number.isSafeInteger(value)) return value
  }
  const digits = readText(header, start, length).trim()
  if (!/^[0-7]{1,12}$/.test(digits)) throw new Error('the archive has a header that cannot be read')
  return parseInt(digits, 8)
}

/** The sum of all bytes, its own field taken as blanks. */
function checkSum(header: Buffer): void {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0)
  if (sum !== readNumber(header, 148, 8)) throw new Error('the archive has a header that is damaged')
}

function refuse(name: string, why: string): Error {
  return new Error(`the archive holds ${JSON.stringify(name.slice(0, 80))}, which has ${why}`)
}
