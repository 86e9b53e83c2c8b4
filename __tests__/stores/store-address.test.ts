import { expect, it } from '@jest/globals'
import {
  formatBackupAddress,
  formatStoreAddress,
  parseS3Backup,
  parseStoreAddresses,
} from '../../src/stores/store-address.ts'
import { choosePartSize } from '../../src/stores/s3/put-parts.ts'

const parse = (text: string): string[] => parseStoreAddresses(text, 'copy-to').map(formatStoreAddress)

it.each([
  ['', []],
  ['s3://acme', ['s3://acme']],
  ['s3://acme/', ['s3://acme']],
  ['s3://acme/a/b c/', ['s3://acme/a/b c']],
  ['  s3://acme/a \r\n\n /mnt/x/ \n/', ['s3://acme/a', '/mnt/x', '/']],
  ['/mnt//x/../y', ['/mnt/y']],
  ['s3://acme/a?profile=b2', ['s3://acme/a?profile=b2']],
  ['s3://acme?profile=b2\ns3://acme/?profile=r2.eu', ['s3://acme?profile=b2', 's3://acme?profile=r2.eu']],
  ['/mnt/x?profile=b2', ['/mnt/x?profile=b2']],
])('reads %j', (text, expected) => {
  expect(parse(text)).toEqual(expected)
})

it.each([
  ['s3:acme', 'names no bucket'],
  ['s3://', 'names no bucket'],
  ['s3://a', 'names no bucket'],
  ['s3:///a', 'names no bucket'],
  ['S3://acme', 'names no bucket'],
  ['s3://key:secret@acme/x', 'as if a key stood there'],
  ['s3://acme//x', 'empty in part'],
  ['s3://acme/../x', 'empty in part'],
  ['s3://acme/x*', 'empty in part'],
  ['s3://acme/x?region=eu', 'not the name of a profile'],
  ['s3://acme/x?profile=', 'not the name of a profile'],
  ['s3://acme/x?profile=a&region=secret', 'not the name of a profile'],
  ['s3://acme/x?profile=a?profile=b', 'not the name of a profile'],
  ['s3://acme/x?', 'not the name of a profile'],
  ['s3://acme/x?profile=b2\ns3://acme/x/?profile=b2', 'one place twice'],
  [`s3://acme/${'a/'.repeat(400)}`, 'too long'],
  ['mnt/x', 'neither an address of S3 nor an absolute path'],
  ['https://acme.s3.amazonaws.com/x', 'neither an address of S3 nor an absolute path'],
  ['/mnt/x\n/mnt/x/', 'one place twice'],
])('refuses %j, and does not repeat it', (text, why) => {
  expect(() => parse(text)).toThrow(why)
  expect(() => parse(text)).not.toThrow('secret')
})

it.each([
  ['s3://acme/a/b/name', { prefix: 'a/b/', name: 'name' }],
  ['s3://acme/name*', { prefix: '', name: 'name*' }],
  ['s3://acme/a/*shop*', { prefix: 'a/', name: '*shop*' }],
  ['s3://acme/a/', { prefix: '', name: 'a' }],
])('takes the last part of %j for the backup', (text, { prefix, name }) => {
  expect(parseS3Backup(text, 'path')).toEqual({ store: { kind: 's3', bucket: 'acme', prefix }, name })
})

it('reads the profile of a backup, and writes the address as it was read', () => {
  const address = parseS3Backup('s3://acme/a/name*?profile=b2', 'path')
  expect(address).toEqual({
    store: { kind: 's3', bucket: 'acme', prefix: 'a/', profile: 'b2' },
    name: 'name*',
  })
  expect(formatBackupAddress(address)).toBe('s3://acme/a/name*?profile=b2')
})

it.each(['s3://acme', 's3://acme?profile=b2', 's3://acme/a*/name', 's3://acme/a/..'])(
  'refuses %j as a backup',
  (text) => {
    expect(() => parseS3Backup(text, 'path')).toThrow('PGB_INPUT')
  },
)

it.each([
  [1, 64],
  [640_000 * 1024 ** 2, 64],
  [640_000 * 1024 ** 2 + 1, 65],
  [5 * 1024 ** 4, 525],
])('a file of %d bytes goes in parts of %d MiB', (size, mebibytes) => {
  const part = choosePartSize(size, 64 * 1024 ** 2)
  expect(part).toBe(mebibytes * 1024 ** 2)
  expect(Math.ceil(size / part)).toBeLessThanOrEqual(10_000)
})
