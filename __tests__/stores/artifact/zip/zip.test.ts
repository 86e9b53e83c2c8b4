import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { checkSizes, extractZip, ZipError } from '../../../../src/stores/artifact/zip/zip.ts'
import { makeZip } from '../make-zip.ts'
import type { Member } from '../make-zip.ts'

let base: string
let target: string

beforeEach(async () => {
  base = await mkdtemp(path.join(tmpdir(), 'zip-'))
  target = path.join(base, 'target')
  await mkdir(target)
})
afterEach(async () => {
  await rm(base, { recursive: true })
})

async function extract(bytes: Buffer, isWanted?: (name: string) => boolean): Promise<string[]> {
  const zip = path.join(base, 'a.zip')
  await writeFile(zip, bytes)
  return extractZip(zip, target, isWanted)
}

describe('extractZip', () => {
  it('restores stored, deflated, empty and nested members', async () => {
    const members = [
      { name: 'stored', text: 'abc' },
      { name: 'deflated', text: 'x'.repeat(100_000), deflate: true },
      { name: 'empty' },
      { name: 'dir/' },
      { name: 'a/b/c', text: 'deep' },
    ]
    const files = await extract(makeZip(members))
    expect(files).toEqual(['stored', 'deflated', 'empty', 'a/b/c'])
    const texts = await Promise.all(files.map((file) => readFile(path.join(target, file), 'utf8')))
    expect(texts).toEqual(['abc', 'x'.repeat(100_000), '', 'deep'])
    expect((await stat(path.join(target, 'dir'))).isDirectory()).toBe(true)
  })

  it('unpacks what is wanted and nothing else, but judges the names of all', async () => {
    const members = [{ name: 'a/wanted', text: 'x' }, { name: 'a/other', text: 'y' }, { name: 'dir/' }]
    const isWanted = (name: string): boolean => name === 'a/wanted'
    expect(await extract(makeZip(members), isWanted)).toEqual(['a/wanted'])
    expect(await readdir(target, { recursive: true })).toEqual(['a', 'a/wanted'])
    await expect(extract(makeZip([...members, { name: '../b' }]), isWanted)).rejects.toThrow(ZipError)
  })

  it('makes files that only their owner can read', async () => {
    const [file = ''] = await extract(makeZip([{ name: 'a', text: 'x', mode: 0o100777 }]))
    expect((await stat(path.join(target, file))).mode & 0o777).toBe(0o600)
  })

  const dangerous: Member[] = [
    { name: '../a' },
    { name: 'a/../../b' },
    { name: '/etc/a' },
    { name: '..' },
    { name: '' },
    { name: 'a//b' },
    { name: './a' },
    { name: '..\\a' },
    { name: 'C:a' },
    { name: 'a\0b' },
    { name: 'a\u0085b' },
    { name: 'link', text: '/etc', mode: 0o120777 },
  ]
  it.each(dangerous)('refuses the member %j before anything is written', async (member) => {
    await expect(extract(makeZip([{ name: 'good', text: 'x' }, member]))).rejects.toThrow(
      /could leave its directory/,
    )
    expect(await readdir(target)).toEqual([])
  })

  it.each<[string, Member[], RegExp]>([
    ['a wrong sum', [{ name: 'a', text: 'abc', sum: 1 }], /"a" of the zip is damaged/],
    ['more bytes than it says', [{ name: 'a', text: 'abc', size: 2 }], /damaged/],
    ['fewer bytes than it says', [{ name: 'a', text: 'abc', deflate: true, size: 4 }], /damaged/],
    ['one name twice', [{ name: 'a' }, { name: 'A' }], /same name/],
  ])('refuses %s', async (_what, members, words) => {
    await expect(extract(makeZip(members))).rejects.toThrow(words)
  })

  it('refuses a zip cut anywhere', async () => {
    const whole = makeZip([
      { name: 'a', text: 'abc' },
      { name: 'b', text: 'x'.repeat(500), deflate: true },
    ])
    for (let length = 0; length < whole.length; length += 7) {
      await expect(extract(whole.subarray(0, length))).rejects.toThrow(ZipError)
    }
  })

  it('refuses members that overlap', async () => {
    const bytes = makeZip([
      { name: 'a', text: 'x'.repeat(100) },
      { name: 'b', text: 'x'.repeat(100) },
    ])
    // The second member is the first one's bytes once more, as in a bomb without any nesting.
    bytes.writeUInt32LE(0, bytes.lastIndexOf('PK\x01\x02') + 42)
    await expect(extract(bytes)).rejects.toThrow(/overlap/)
    expect(await readdir(target)).toEqual([])
  })

  it('refuses a bomb by the sizes that it tells, before anything is written', async () => {
    const members = [
      { name: 'a', text: 'x' },
      { name: 'zeros', text: 'x'.repeat(9999), deflate: true, size: 4e9 },
    ]
    await expect(extract(makeZip(members))).rejects.toThrow(/would unpack to 4.0 GB|holds 4.0 GB/)
    expect(await readdir(target)).toEqual([])
  })

  it('refuses an end that points beyond the zip, without a crash', async () => {
    const end = Buffer.alloc(76)
    end.write('PK\x06\x07', 'latin1')
    end.writeBigUInt64LE(2n ** 63n, 8)
    end.write('PK\x05\x06', 20, 'latin1')
    await expect(extract(end.subarray(0, 42))).rejects.toThrow(/cut short/)
  })

  it('never overwrites a file', async () => {
    await extract(makeZip([{ name: 'a', text: 'first' }]))
    await expect(extract(makeZip([{ name: 'a', text: 'second' }]))).rejects.toThrow('EEXIST')
    expect(await readFile(path.join(target, 'a'), 'utf8')).toBe('first')
  })
})

describe('checkSizes', () => {
  it.each<[string, number[], number, number]>([
    ['stored files', [5e9], 5e9 + 500, 6e9],
    ['a dump that shrinks well', [9e9, 9e9], 1e8, 20e9],
    ['a small file of zeros', [1e9], 1e6, 2e9],
  ])('lets %s pass', (_what, sizes, zip, free) => {
    expect(() => {
      checkSizes(
        sizes.map((size) => ({ size })),
        { zip, free },
      )
    }).not.toThrow()
  })

  it.each<[string, number[], number, number, RegExp]>([
    [
      'what the disk cannot take',
      [6e8, 6e8],
      1e9,
      1e9,
      /holds 1.2 GB of files, and the disk has 1.0 GB left/,
    ],
    ['what no backup shrinks to', [1e12], 1e9, 2e12, /has 1.0 GB and would unpack to 1.0 TB/],
  ])('refuses %s', (_what, sizes, zip, free, words) => {
    expect(() => {
      checkSizes(
        sizes.map((size) => ({ size })),
        { zip, free },
      )
    }).toThrow(words)
  })
})
