import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import { gzipReader } from '../../src/archive/reading/gzip-reader.ts'

const text = Buffer.from(randomBytes(1_500_000).toString('base64'))
const packed = gzipSync(text, { level: 1 })

function read(input: Buffer, endLength: number): { status: number | null; stdout: Buffer; stderr: string } {
  const { path, args } = gzipReader(endLength)
  const { status, stdout, stderr } = spawnSync(path, args, { input })
  return { status, stdout, stderr: stderr.toString() }
}

describe('a gzip file is read to its end', () => {
  it.each(['igzip', 'pigz', 'gzip'])('of %s', (tool) => {
    const { stdout } = spawnSync(tool, ['-1', '-c'], { input: text, maxBuffer: 1e8 })
    const expected = { status: 0, stdout: text.subarray(-4096), stderr: `${text.length} bytes\n` }
    expect(read(stdout, 4096)).toEqual(expected)
  })
  it.each([
    ['empty content', '', ''],
    ['content shorter than the end that is wanted', 'abc', 'abc'],
  ])('with %s', (_, content, end) => {
    const expected = { status: 0, stdout: Buffer.from(end), stderr: `${content.length} bytes\n` }
    expect(read(gzipSync(content), 10)).toEqual(expected)
  })
  it('of several members, as concatenation makes it', () => {
    const expected = { status: 0, stdout: Buffer.from('efg'), stderr: '7 bytes\n' }
    expect(read(Buffer.concat([gzipSync('abcdef'), gzipSync('g')]), 3)).toEqual(expected)
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
  ])('%s', (_, bytes) => {
    const { status, stdout, stderr } = read(bytes, 10)
    expect([status, stdout.length]).toEqual([1, 0])
    expect(stderr).toMatch(/^read-gzip: error: [^\n]*(end|incorrect|invalid|header|check)[^\n]*\n$/)
  })
})
