import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, gzipSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import { gzipProgram } from '../../src/archive/reading/content-program.ts'
import { createContentReader, parseContent, type Content } from '../../src/archive/reading/content.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'

const text = Buffer.from(randomBytes(1_500_000).toString('base64'))
const packed = gzipSync(text, { level: 1 })

interface Reading {
  readonly status: number | null
  readonly content: Content | undefined
  readonly stderr: string
  readonly count: string | undefined
}

async function read(input: Buffer, endLength: number): Promise<Reading> {
  const resultPath = join(await makeScratchDirectory('gzip'), 'count')
  const { path, args } = gzipProgram(endLength, resultPath)
  const { status, stdout, stderr } = spawnSync(path, args, { input })
  const count = existsSync(resultPath) ? readFileSync(resultPath, 'utf8') : undefined
  rmSync(resultPath, { force: true })
  const content = stdout.length === 0 ? undefined : parseContent(stdout.toString())
  return { status, content, stderr: stderr.toString(), count }
}

function expected(bytes: Buffer, end: Buffer): Reading {
  const reader = createContentReader(0)
  reader.add(bytes)
  const content = { ...reader.end(), size: bytes.length, end: end.toString() }
  return { status: 0, content, stderr: '', count: `${crc32(bytes)} ${bytes.length}\n` }
}

describe('a gzip file is read to its end', () => {
  it.each(['igzip', 'pigz', 'gzip'])('of %s', async (tool) => {
    const { stdout } = spawnSync(tool, ['-1', '-c'], { input: text, maxBuffer: 1e8 })
    expect(await read(stdout, 4096)).toEqual(expected(text, text.subarray(-4096)))
  })
  it.each([
    ['empty content', '', ''],
    ['content shorter than the end that is wanted', 'abc', 'abc'],
  ])('with %s', async (_, content, end) => {
    const result = await read(gzipSync(content), 10)
    expect(result).toEqual(expected(Buffer.from(content), Buffer.from(end)))
  })
  it('and its rows are counted', async () => {
    const dump = `CREATE TABLE public.t (\n);\nCOPY public.t  FROM stdin;\n${'\n'.repeat(200_000)}\\.\n`
    const { content } = await read(gzipSync(dump), 10)
    expect(content?.rows).toMatchObject({ total: 200_000, tables: [{ table: 'public.t', rows: 200_000 }] })
  })
  it('of several members, as concatenation makes it', async () => {
    const result = await read(Buffer.concat([gzipSync('abcdef'), gzipSync('g')]), 3)
    expect(result).toEqual(expected(Buffer.from('abcdefg'), Buffer.from('efg')))
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
    const { status, content, stderr, count } = await read(bytes, 10)
    expect([status, content, count]).toEqual([1, undefined, undefined])
    expect(stderr).toMatch(/^read-gzip: error: [^\n]*(end|incorrect|invalid|header|check)[^\n]*\n$/)
  })
})
