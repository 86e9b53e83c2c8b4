import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { extractZip, ZipError } from '../../../src/stores/artifact/zip.ts'
import { makeZip } from './make-zip.ts'
import type { Member } from './make-zip.ts'

let base: string
let target: string

beforeEach(async () => {
  base = await mkdtemp(path.join(tmpdir(), 'zip-'))
  target = path.join(base, 'target')
})
afterEach(async () => {
  await rm(base, { recursive: true })
})

async function extract(bytes: Buffer): Promise<string[]> {
  const zip = path.join(base, 'a.zip')
  await writeFile(zip, bytes)
  return extractZip(zip, target)
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
    expect(files.map((file) => path.relative(target, file))).toEqual(['stored', 'deflated', 'empty', 'a/b/c'])
    const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')))
    expect(texts).toEqual(['abc', 'x'.repeat(100_000), '', 'deep'])
    expect((await stat(path.join(target, 'dir'))).isDirectory()).toBe(true)
  })

  it('makes files that only their owner can read', async () => {
    const [file = ''] = await extract(makeZip([{ name: 'a', text: 'x', mode: 0o100777 }]))
    expect((await stat(file)).mode & 0o777).toBe(0o600)
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
    { name: 'link', text: '/etc', mode: 0o120777 },
  ]
  it.each(dangerous)('refuses the member %j before anything is written', async (member) => {
    await expect(extract(makeZip([{ name: 'good', text: 'x' }, member]))).rejects.toThrow(
      /could leave its directory/,
    )
    await expect(readdir(target)).rejects.toThrow('ENOENT')
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
      { name: 'b', text: 'y' },
    ])
    const second = bytes.lastIndexOf('PK\x01\x02')
    bytes.writeUInt32LE(100, second + 20)
    await expect(extract(bytes)).rejects.toThrow(/overlap/)
  })

  it('never overwrites a file', async () => {
    await extract(makeZip([{ name: 'a', text: 'first' }]))
    await expect(extract(makeZip([{ name: 'a', text: 'second' }]))).rejects.toThrow('EEXIST')
    expect(await readFile(path.join(target, 'a'), 'utf8')).toBe('first')
  })
})
