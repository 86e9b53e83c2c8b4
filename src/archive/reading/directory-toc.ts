/** The names of files in a directory archive that pg_restore is told to open; none of them leads elsewhere. */
const plainName = /^[A-Za-z0-9_]+\.(?:dat|toc)$/

/** Versions of the format from PostgreSQL 9.0 to 18 (pg_backup_archiver.h: K_VERS_1_12 to K_VERS_1_16). */
const [oldest, newest] = [12, 16]

/**
 * PURE. Checks the table of contents of a directory archive, which may come from anyone: it names the file of each
 * table, and pg_restore would follow a path to any file of the machine (pg_backup_archiver.c: ReadHead, ReadToc).
 * @param toc the content of `toc.dat`
 * @throws Error when a name is not that of a file within the archive, or the contents cannot be read
 */
export function checkToc(toc: Buffer): void {
  const reader = new TocReader(toc)
  const version = reader.readHead()
  const count = reader.readInteger()
  for (let entry = 0; entry < count; entry += 1) {
    const name = reader.readEntry(version)
    if (name !== undefined && name !== '' && !plainName.test(name)) throw refusePath(name)
  }
}

/**
 * PURE. Checks one line of a `blobs….toc`, which names a large object's file.
 * @throws Error when it is not that of a file within the archive
 */
export function checkLargeObjectLine(line: string): void {
  if (!/^\d+ blob_\d+\.dat\n?$/.test(line)) throw refusePath(line.trim().replace(/^\d+ /, ''))
}

function refusePath(name: string): Error {
  return new Error(`the archive refers to ${JSON.stringify(name.slice(0, 80))}, which is no file of it`)
}

class TocReader {
  private readonly bytes: Buffer
  private at = 0
  private integerSize = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  /** @returns the minor version of the format */
  readHead(): number {
    if (this.take(5).toString('latin1') !== 'PGDMP') throw new Error('toc.dat is no table of contents')
    const [major = 0, minor = 0, , integerSize = 0] = this.take(6)
    if (major !== 1 || minor < oldest || minor > newest || integerSize < 1 || integerSize > 8) {
      throw new Error(`the archive has the format ${major}.${minor}, which is not known here`)
    }
    this.integerSize = integerSize
    if (minor >= 15) this.take(1)
    else this.readInteger()
    for (let field = 0; field < 7; field += 1) this.readInteger()
    for (let field = 0; field < 3; field += 1) this.readText()
    return minor
  }

  /** @returns the name of its file */
  readEntry(version: number): string | undefined {
    this.readInteger()
    this.readInteger()
    for (let field = 0; field < 4; field += 1) this.readText()
    this.readInteger()
    const texts = version >= 14 ? 6 : 5
    for (let field = 0; field < texts; field += 1) this.readText()
    if (version >= 16) this.readInteger()
    for (let field = 0; field < 2; field += 1) this.readText()
    while (this.readText() !== undefined);
    return this.readText()
  }

  /** A byte for the sign, and the bytes of the value, the least first. */
  readInteger(): number {
    const isNegative = this.take(1)[0] !== 0
    const value = this.take(this.integerSize).reduceRight((sum, byte) => sum * 256 + byte, 0)
    return isNegative ? -value : value
  }

  /** Undefined for NULL, which has the length -1. */
  readText(): string | undefined {
    const length = this.readInteger()
    return length < 0 ? undefined : this.take(length).toString('latin1')
  }

  private take(length: number): Buffer {
    if (this.at + length > this.bytes.length) throw new Error('toc.dat ends too early')
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }
}
