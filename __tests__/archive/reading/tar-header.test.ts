import { describe, expect, it } from '@jest/globals'
import { readPaxSize, readTarHeader } from '../../../src/archive/reading/tar-header.ts'

interface Header {
  name?: string
  mode?: string
  type?: string
  size?: string | Buffer
  magic?: string
  prefix?: string
}

function makeHeader(change: Header = {}): Buffer {
  const {
    name = './1.dat',
    mode = '0000600',
    type = '0',
    size = '00000000012',
    magic = 'ustar\0',
    prefix = '',
  } = change
  const header = Buffer.alloc(512)
  header.write(name, 0, 'latin1')
  header.write(mode, 100)
  header.set(Buffer.from(size), 124)
  header.write(' '.repeat(8), 148)
  header.write(type, 156)
  header.write(magic, 257)
  header.write(prefix, 345)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}

describe('a header of tar', () => {
  it.each<[Header, string, number]>([
    [{}, '1.dat', 10],
    [{ name: 'toc.dat' }, 'toc.dat', 10],
    [{ name: 'blobs_4000.toc' }, 'blobs_4000.toc', 10],
    [{ name: './blob_16384.dat.zst' }, 'blob_16384.dat.zst', 10],
    [{ name: '7.dat.lz4', type: '\0', magic: 'ustar  \0' }, '7.dat.lz4', 10],
    // GNU's tar, for what is larger than 8 GiB.
    [{ size: Buffer.from([0x80, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1]) }, '1.dat', 2 ** 33 + 1],
  ])('%j names a file of pg_dump', (change, name, size) => {
    expect(readTarHeader(makeHeader(change))).toEqual({ kind: 'file', name, size })
  })
  it('may be that of the directory itself, or the end', () => {
    expect(readTarHeader(makeHeader({ name: './', type: '5' }))).toBeUndefined()
    expect(readTarHeader(Buffer.alloc(512))).toBeUndefined()
  })
  it.each<[Header, RegExp]>([
    [{ type: '1' }, /hard link/],
    [{ type: '2' }, /symbolic link/],
    [{ type: '3' }, /device/],
    [{ type: '4' }, /device/],
    [{ type: '6' }, /pipe/],
    [{ type: 'L' }, /another type/],
    [{ type: 'S' }, /another type/],
    [{ name: 'x/', type: '5' }, /directory/],
    [{ name: '../1.dat' }, /a name that/],
    [{ name: '/1.dat' }, /a name that/],
    [{ name: '1.dat', prefix: '..' }, /a name that/],
    [{ name: '1.dat\n' }, /a name that/],
    [{ name: 'toc.dat.gz' }, /a name that/],
    [{ mode: '0004755' }, /mode 4755/],
    [{ size: '-0000000001' }, /cannot be read/],
    [{ size: Buffer.alloc(12, 0xff) }, /cannot be read/],
  ])('%j is refused', (change, words) => {
    expect(() => readTarHeader(makeHeader(change))).toThrow(words)
  })
  it('is refused when it is damaged', () => {
    expect(() => readTarHeader(makeHeader().fill('x', 0, 1))).toThrow('damaged')
  })
})

describe('records of POSIX', () => {
  it.each<[string, number | undefined]>([
    ['19 size=8589934592\n', 8589934592],
    ['30 mtime=1762221600.123456789\n', undefined],
  ])('%j give the size', (text, size) => {
    expect(readPaxSize(Buffer.from(text))).toBe(size)
  })
  it.each([
    '14 path=../x\n\n',
    '15 linkpath=x\n',
    '25 GNU.sparse.realsize=1\n',
    '11 size=1\n',
    'size=1\n',
    '10 size=x\n',
  ])('%j are refused', (text) => {
    expect(() => readPaxSize(Buffer.from(text))).toThrow('header')
  })
})
