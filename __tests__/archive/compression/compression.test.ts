import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import {
  compressionLevel,
  compressionSuffix,
  parseCompression,
} from '../../../src/archive/compression/compression.ts'
import { compressionMethods } from '../../../src/archive/compression/compression-methods.ts'
import {
  findCommand,
  listCompressors,
  listDecompressors,
  requireCompressor,
  requireDecompressor,
} from '../../../src/archive/compression/compressors.ts'
import { BackupError } from '../../../src/errors.ts'
import { findExecutable } from '../../../src/process/find-executable.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { writeScript } from '../../support/machine/stand-ins.ts'

const find = (name: string) => findExecutable(name, process.env['PATH'] ?? '')

describe('parseCompression', () => {
  it.each([
    ['none', { method: 'none', level: undefined }, undefined],
    ['gzip', { method: 'gzip', level: undefined }, 1],
    [' gzip:6\n', { method: 'gzip', level: 6 }, 6],
    ['bzip2:1', { method: 'bzip2', level: 1 }, 1],
    ['zstd', { method: 'zstd', level: undefined }, 1],
    ['zstd:19', { method: 'zstd', level: 19 }, 19],
    ['lz4:12', { method: 'lz4', level: 12 }, 12],
    ['xz:0', { method: 'xz', level: 0 }, 0],
    ['xz', { method: 'xz', level: undefined }, 6],
  ])('reads %j', (text, compression, level) => {
    expect(parseCompression(text)).toEqual(compression)
    expect(compressionLevel(parseCompression(text))).toBe(level)
  })

  it.each([
    ['', /none, gzip, bzip2, zstd, lz4, xz/],
    ['rar', /none, gzip, bzip2, zstd, lz4, xz/],
    ['GZIP', /none, gzip/],
    ['toString', /none, gzip/],
    ['none:1', /none takes no level/],
    ['gzip:0', /1 to 9/],
    ['gzip:10', /1 to 9/],
    ['bzip2:0', /1 to 9/],
    ['zstd:20', /1 to 19/],
    ['zstd:0', /1 to 19/],
    ['lz4:13', /1 to 12/],
    ['xz:10', /0 to 9/],
    ['zstd:', /1 to 19/],
    ['zstd:-1', /1 to 19/],
    ['zstd:1.5', /1 to 19/],
    ['zstd:9:9', /1 to 19/],
    ['zstd: 9', /1 to 19/],
    ['zstd:+9', /1 to 19/],
  ])('refuses %j', (text, message) => {
    expect(() => parseCompression(text)).toThrow(message)
    expect(() => parseCompression(text)).toThrow(expect.objectContaining({ code: 'PGB_INPUT' }))
  })

  it('gives each method its suffix', () => {
    expect(compressionMethods.map(compressionSuffix)).toEqual(['', '.gz', '.bz2', '.zst', '.lz4', '.xz'])
  })
})

describe('the choice of a tool', () => {
  const only =
    (...names: string[]) =>
    (name: string) =>
      names.includes(name) ? `/bin/${name}` : undefined

  it.each([
    ['gzip', only('gzip', 'pigz', 'igzip'), ['/bin/igzip', '-1', '-c']],
    ['gzip:2', only('gzip', 'pigz', 'igzip'), ['/bin/pigz', '-p', '3', '-2', '-c']],
    ['gzip', only('gzip', 'pigz'), ['/bin/pigz', '-p', '3', '-1', '-c']],
    ['gzip:9', only('gzip'), ['/bin/gzip', '-9', '-c']],
    ['bzip2', only('bzip2', 'pbzip2', 'lbzip2'), ['/bin/lbzip2', '-n', '3', '-9', '-c']],
    ['bzip2', only('bzip2', 'pbzip2'), ['/bin/pbzip2', '-p3', '-9', '-c']],
    ['bzip2', only('bzip2'), ['/bin/bzip2', '-9', '-c']],
    ['zstd', only('zstd'), ['/bin/zstd', '-q', '-T3', '-1', '-c']],
    ['lz4:12', only('lz4'), ['/bin/lz4', '-q', '-12', '-c']],
    ['xz:0', only('xz'), ['/bin/xz', '-T3', '-0', '-c']],
  ])('for %s prefers the fastest one', (text, finder, argv) => {
    const command = requireCompressor(parseCompression(text), 3, finder)
    expect([command?.path, ...(command?.args ?? [])]).toEqual(argv)
  })

  it('needs none for none', () => {
    expect(requireCompressor({ method: 'none', level: undefined }, 2, only())).toBeUndefined()
    expect(requireDecompressor('none', 2, only())).toBeUndefined()
  })

  it('knows which decompressors are slower than Node, whose zlib reads then', () => {
    const isSlow = (...names: string[]) => requireDecompressor('gzip', 2, only(...names))?.isSlowerThanNode
    expect([isSlow('igzip', 'pigz'), isSlow('pigz', 'gzip'), isSlow('gzip')]).toEqual([undefined, true, true])
  })

  it.each([
    ['gzip', [], 'apt-get install -y gzip'],
    ['bzip2', ['apt-get', 'sudo'], 'sudo apt-get install -y bzip2'],
    ['zstd', ['brew'], 'brew install zstd'],
    ['lz4', ['apk'], 'apk add lz4'],
    ['xz', ['dnf', 'sudo'], 'sudo dnf install -y xz'],
    ['xz', ['apt-get', 'brew'], 'apt-get install -y xz-utils'],
  ] as const)(
    'names the command that installs a missing %s where there is %j',
    (method, present, command) => {
      for (const require of [
        () => requireCompressor({ method, level: undefined }, 2, only(...present)),
        () => requireDecompressor(method, 2, only(...present)),
      ]) {
        expect(require).toThrow(BackupError)
        expect(require).toThrow(expect.objectContaining({ code: 'PGB_INPUT' }))
        expect(require).toThrow(`as in "${command}"`)
      }
    },
  )

  it('passes over the xz of BusyBox, which only decompresses', async () => {
    const folder = await makeScratchDirectory('busybox')
    await writeScript(folder, 'busybox', ':')
    await symlink('busybox', join(folder, 'xz'))
    const find = (name: string): string | undefined => findExecutable(name, folder)
    expect(() => requireCompressor({ method: 'xz', level: undefined }, 2, find)).toThrow('none of its tools')
    expect(requireDecompressor('xz', 2, find)).toEqual({ path: join(folder, 'xz'), args: ['-d', '-c'] })
  })
})

// Every tool that is installed here, each against every decompressor of its method.
const text = Buffer.from(randomBytes(1_500_000).toString('base64'))
const installed = compressionMethods.flatMap((method) =>
  listCompressors({ method, level: undefined }, 2)
    .map((candidate) => findCommand([candidate], find))
    .filter((command) => command !== undefined)
    .map((command) => ({ method, name: command.path.replace(/.*\//, ''), command })),
)

const run = (command: { path: string; args: readonly string[] }, input: Buffer) =>
  spawnSync(command.path, command.args, { input, maxBuffer: 64 * 1024 * 1024 })

describe.each(installed)('$name', ({ method, name, command }) => {
  const decompressors = listDecompressors(method, 2)
    .map((candidate) => findCommand([candidate], find))
    .filter((candidate) => candidate !== undefined)
  const own = decompressors.find(({ path }) => path.endsWith(`/${name}`)) ?? command

  it('is undone by every decompressor of its method, quietly', () => {
    const packed = run(command, text)
    expect([packed.status, packed.stderr.toString()]).toEqual([0, ''])
    for (const decompressor of decompressors) {
      const unpacked = run(decompressor, packed.stdout)
      expect([unpacked.status, unpacked.stderr.toString()]).toEqual([0, ''])
      expect(unpacked.stdout.equals(text)).toBe(true)
    }
  })

  it('refuses truncated and corrupted input, and says why', () => {
    const packed = run(command, text).stdout
    const flipped = Buffer.from(packed)
    const middle = packed.length >> 1
    flipped[middle] = (flipped[middle] ?? 0) ^ 0xff
    flipped[middle + 1] = (flipped[middle + 1] ?? 0) ^ 0x55
    for (const input of [
      packed.subarray(0, middle),
      packed.subarray(0, 6),
      packed.subarray(0, -1),
      flipped,
    ]) {
      const unpacked = run(own, input)
      expect(unpacked.status).not.toBe(0)
      expect(unpacked.stderr.toString()).not.toBe('')
    }
  })

  it('fails on a full disk', () => {
    const shell = (filter: { path: string; args: readonly string[] }, input: Buffer) =>
      spawnSync('sh', ['-c', '"$@" > /dev/full', 'sh', filter.path, ...filter.args], { input })
    expect(shell(command, text).status).not.toBe(0)
    expect(shell(own, run(command, text).stdout).status).not.toBe(0)
  })
})

it('tries at least the plain tools', () => {
  expect(installed.map(({ method }) => method)).toEqual(
    expect.arrayContaining(['gzip', 'bzip2', 'zstd', 'lz4', 'xz']),
  )
})
