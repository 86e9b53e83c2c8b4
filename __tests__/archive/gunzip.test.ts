import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readGzipFile } from '../../src/archive/gunzip.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gunzip-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const { signal } = new AbortController()
const text = Buffer.from(randomBytes(1_500_000).toString('base64'))
const packed = gzipSync(text, { level: 1 })

function write(bytes: Buffer): string {
  const path = join(folder, 'file.gz')
  writeFileSync(path, bytes)
  return path
}

describe('a gzip file is read to its end', () => {
  it.each(['igzip', 'pigz', 'gzip'])('of %s', async (tool) => {
    const { stdout } = spawnSync(tool, ['-1', '-c'], { input: text, maxBuffer: 1e8 })
    expect(await readGzipFile(write(stdout), 4096, signal)).toEqual({
      size: text.length,
      end: text.subarray(-4096),
    })
  })
  it.each([
    ['empty content', '', ''],
    ['content shorter than the end that is wanted', 'abc', 'abc'],
  ])('with %s', async (_, content, end) => {
    const path = write(gzipSync(content))
    expect(await readGzipFile(path, 10, signal)).toEqual({ size: content.length, end: Buffer.from(end) })
  })
  it('of several members, as concatenation makes it', async () => {
    const path = write(Buffer.concat([gzipSync('abcdef'), gzipSync('g')]))
    expect(await readGzipFile(path, 3, signal)).toEqual({ size: 7, end: Buffer.from('efg') })
  })
})

describe('is refused', () => {
  const flipped = Buffer.from(packed)
  flipped[packed.length >> 1] = (flipped[packed.length >> 1] ?? 0) ^ 0x10
  const badSum = Buffer.from(packed)
  badSum[packed.length - 8] = (badSum[packed.length - 8] ?? 0) ^ 1
  it.each([
    ['empty', Buffer.alloc(0)],
    ['cut in its header', packed.subarray(0, 6)],
    ['cut in the middle', packed.subarray(0, packed.length >> 1)],
    ['cut by a byte', packed.subarray(0, -1)],
    ['flipped', flipped],
    ['with another checksum', badSum],
    ['followed by garbage', Buffer.concat([packed, Buffer.from('garbage')])],
    ['followed by zeros', Buffer.concat([packed, Buffer.alloc(512)])],
    ['no gzip', text],
  ])('%s', async (_, bytes) => {
    await expect(readGzipFile(write(bytes), 10, signal)).rejects.toThrow(/end|incorrect|invalid|header|check/)
  })
  it('when the job is cancelled', async () => {
    await expect(readGzipFile(write(packed), 10, AbortSignal.abort())).rejects.toThrow('abort')
  })
})
