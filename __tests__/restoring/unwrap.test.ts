import { existsSync } from 'node:fs'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, it } from '@jest/globals'
import type { Command } from '../../src/process/command.ts'
import type { Archive } from '../../src/restoring/archive-file.ts'
import { unwrapArchive } from '../../src/restoring/unwrap.ts'
import { createRecordingLog } from '../support/recording-log.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'

type Setting = Parameters<typeof unwrapArchive>[1]

/** Unwraps a file of 2 MB by a stand-in for the decompressor, which doubles it. */
async function unwrap(described: Partial<Archive>, reader: Command = double) {
  const directory = await makeScratchDirectory('unwrap')
  const content = 'x'.repeat(2e6)
  await writeFile(join(directory, 'file'), content)
  const log = createRecordingLog()
  const discarded: string[] = []
  const setting = {
    server: { connection: { environment: { PATH: process.env['PATH'] ?? '' } } },
    readers: { decrypter: reader, decompressors: new Map([['zstd', reader]]) },
    run: { log, privateDirectory: directory, discardAtEnd: (path: string) => discarded.push(path) },
    signal: new AbortController().signal,
    tableJobs: 3,
  } as unknown as Setting
  const file = {
    ...{ name: 'shop.dump.zst', path: join(directory, 'file'), format: 'custom', encryption: 'none' },
    ...{ compression: { method: 'zstd', level: 3, inside: false }, size: 2e6, uncompressedSize: 4e6 },
    ...described,
  } as unknown as Archive
  const unwrapped = await unwrapArchive(file, setting)
  return { unwrapped, directory, discarded, lines: log.lines.join('\n') }
}
const double: Command = { path: 'sh', args: ['-c', 'tee /dev/fd/3 3>&1'] }

it('an archive that is compressed outside lies in a private file, for as long as it is needed', async () => {
  const { unwrapped, directory, discarded, lines } = await unwrap({})
  expect(lines).toBe(`info: shop.dump.zst is unpacked in ${directory} for 3 workers`)
  expect((await readFile(unwrapped?.path ?? '')).length).toBe(4e6)
  expect(discarded).toEqual([dirname(unwrapped?.path ?? '')])
  await unwrapped?.remove()
  expect(await readdir(directory)).toEqual(['file'])
})

it('an encrypted one lies in memory alone', async () => {
  const inside = { method: 'gzip', level: 6, inside: true } as const
  const { unwrapped, lines } = await unwrap({
    encryption: 'age-recipients',
    compression: inside,
  })
  expect(lines).toBe('info: shop.dump.zst is unpacked in memory for 3 workers')
  expect(unwrapped?.path).toMatch(/^\/dev\/shm\/postgres-backup-/)
  await unwrapped?.remove()
  expect(existsSync(dirname(unwrapped?.path ?? ''))).toBe(false)
})

it.each<[string, Partial<Archive>, RegExp]>([
  ['whose size nobody counted', { uncompressedSize: null }, /nobody counted how large/],
  ['for which a disk has no room', { uncompressedSize: 1e15 }, /takes 1000\.0 TB, and .* are free in \//],
  [
    'for whose plaintext memory has no room',
    { uncompressedSize: 1e15, encryption: 'age-passphrase' },
    /are free in memory$/,
  ],
])('one %s is left to one worker, and that is said', async (_, described, words) => {
  const { unwrapped, directory, lines } = await unwrap(described)
  expect(unwrapped).toBeUndefined()
  expect(lines).toMatch(/^info: shop\.dump\.zst is restored by one worker: /)
  expect(lines).toMatch(words)
  expect(await readdir(directory)).toEqual(['file'])
})

it.each<[string, Partial<Archive>, Command | undefined, RegExp]>([
  [
    'larger than it should be',
    { uncompressedSize: 1e5 },
    undefined,
    /larger than it should be|write error|Broken pipe/,
  ],
  ['broken', {}, { path: 'sh', args: ['-c', 'echo "zstd: error" >&2; exit 1'] }, /zstd: error/],
])('one that is %s leaves nothing behind, and is left to one worker', async (_, described, reader, words) => {
  const { unwrapped, directory, lines } = await unwrap(described, reader)
  expect(unwrapped).toBeUndefined()
  expect(lines).toMatch(
    /warning: shop\.dump\.zst is restored by one worker, since it could not be unpacked: /,
  )
  expect(lines).toMatch(words)
  expect(await readdir(directory)).toEqual(['file'])
})
