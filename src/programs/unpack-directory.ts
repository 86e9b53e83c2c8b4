/**
 * Program: unpacks the tar file of a directory archive from stdin. Its arguments are the directory, which must be
 * empty, and the most bytes that it may take. It prints the number of bytes that it read.
 */
import { closeSync, constants, openSync, readFileSync, readSync, readdirSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { checkLargeObjectLine, checkToc } from '../archive/reading/directory-toc.ts'
import { readPaxSize, readTarHeader, tarBlockSize } from '../archive/reading/tar-header.ts'

const stdin = 0
const chunkSize = 256 * 1024

const [directory = '', limitText = '0'] = process.argv.slice(2)
const limit = Number(limitText)
const buffer = Buffer.allocUnsafeSlow(chunkSize)
let total = 0

try {
  unpack()
  checkNames()
  process.stdout.write(`${total}\n`)
} catch (error) {
  const message = error instanceof Error ? error.message : 'unknown'
  process.stderr.write(`unpack-directory: error: ${message.replace(/\s+/g, ' ')}\n`)
  process.exitCode = 1
}

function unpack(): void {
  let paxSize: number | undefined
  while (fill(tarBlockSize) > 0) {
    const entry = readTarHeader(buffer.subarray(0, tarBlockSize))
    if (entry === undefined) continue
    const size = entry.kind === 'file' ? (paxSize ?? entry.size) : entry.size
    paxSize = entry.kind === 'file' ? undefined : readPax(size)
    if (entry.kind === 'file') writeFile(entry.name, size)
    fill((tarBlockSize - (size % tarBlockSize)) % tarBlockSize)
  }
}

function readPax(size: number): number | undefined {
  if (size > chunkSize) throw new Error('the archive has a header that is too large')
  return readPaxSize(buffer.subarray(0, fill(size)))
}

/** A name that comes twice is refused, as the file is there. */
function writeFile(name: string, size: number): void {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants
  const file = openSync(join(directory, name), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
  try {
    for (let left = size; left > 0;) {
      const length = fill(Math.min(left, chunkSize))
      for (let done = 0; done < length;) done += writeSync(file, buffer, done, length - done)
      if (length === 0) throw new Error('the archive ends too early')
      left -= length
    }
  } finally {
    closeSync(file)
  }
}

/** Reads so many bytes into the buffer, or none at the end of the input. */
function fill(wanted: number): number {
  let length = 0
  while (length < wanted) {
    const read = readSync(stdin, buffer, length, wanted - length, null)
    if (read === 0) break
    length += read
  }
  total += length
  if (length > 0 && length < wanted) throw new Error('the archive ends too early')
  if (total > limit)
    throw new Error(`the archive is larger than ${limit} bytes, which is what it should have`)
  return length
}

function checkNames(): void {
  const names = readdirSync(directory)
  if (!names.includes('toc.dat')) throw new Error('the archive lacks toc.dat')
  checkToc(readFileSync(join(directory, 'toc.dat')))
  for (const name of names.filter((entry) => entry.endsWith('.toc'))) {
    const lines = readFileSync(join(directory, name), 'latin1').split(/(?<=\n)/)
    lines.filter((line) => line !== '').forEach(checkLargeObjectLine)
  }
}
