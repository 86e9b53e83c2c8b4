import { isAbsolute, join, normalize } from 'node:path'
import type { BackupError } from '../errors.ts'
import { refuseInput } from '../inputs/read-inputs.ts'

/** A bucket, or a part of one. */
export interface S3Address {
  readonly bucket: string
  /** Empty, or segments that each end in `/`. */
  readonly prefix: string
  /** Of the shared config file of AWS's tools: which service it is; undefined for the one of the environment. */
  readonly profile?: string | undefined
}

/** Where a store is. */
export type StoreAddress =
  ({ readonly kind: 's3' } & S3Address) | { readonly kind: 'directory'; readonly path: string }

/** A backup in a store, by its name or a pattern. */
export interface BackupAddress {
  readonly store: StoreAddress
  /** A name, or a pattern in which `*` stands for any characters. */
  readonly name: string
}

/** Amazon's rule for buckets, and upper case and `_`, which old buckets and other services have. */
const bucketName = /^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$/
/** What every service takes in a key and no log has to escape. */
const segmentName = /^(?!\.{1,2}$)[A-Za-z0-9!_.'()@=+,~ -]{1,200}$/
/** Amazon's limit for keys is 1,024 bytes, of which the backup's name and a file's take 400 at most. */
const longestPrefix = 600
/** What AWS's tools take for the name of a profile, without what would have to be escaped in an address. */
const profileName = /^[\w@.+-]{1,100}$/

/** PURE. Whether a text means an address of S3. */
export function isS3Address(text: string): boolean {
  return /^s3:/i.test(text)
}

/**
 * PURE. The lines of an input that names stores.
 * @throws BackupError PGB_INPUT for a line that is no address, and for one that stands there twice
 */
export function parseStoreAddresses(text: string | undefined, input: string): StoreAddress[] {
  const lines = (text ?? '').split(/\r\n|\r|\n/).map((line) => line.trim())
  const addresses = lines.filter((line) => line !== '').map((line) => parseStoreAddress(line, input))
  const names = addresses.map(formatStoreAddress)
  if (new Set(names).size === names.length) return addresses
  throw refuseInput(input, 'it names one place twice', 'Remove one of the two lines')
}

/**
 * PURE. The address of one backup in S3, or of the newest that fits a pattern.
 * @throws BackupError PGB_INPUT
 */
export function parseS3Backup(text: string, input: string): BackupAddress {
  const { bucket, segments, profile } = splitS3(text, input)
  const name = segments.at(-1)
  if (name === undefined) {
    throw refuseInput(input, 'it names a bucket and no backup', 'Write s3://bucket/prefix/name, or …/name*')
  }
  checkSegments([...segments.slice(0, -1), name.replaceAll('*', '-')], input)
  return { store: { kind: 's3', bucket, prefix: joinPrefix(segments.slice(0, -1)), profile }, name }
}

/** PURE. As logs and outputs name it, without a slash at its end. */
export function formatStoreAddress(address: StoreAddress): string {
  return address.kind === 'directory' ? address.path : formatS3Address(address)
}

/** PURE. A backup in a store, or the pattern of several, as a restore's `path` takes it. */
export function formatBackupAddress({ store, name }: BackupAddress): string {
  return store.kind === 'directory' ? join(store.path, name) : formatS3Address(store, name)
}

/** PURE. A part of a bucket, or what has this name in it. */
export function formatS3Address({ bucket, prefix, profile }: S3Address, name = ''): string {
  const place = `s3://${bucket}/${prefix}${name}`.replace(/\/$/, '')
  return profile === undefined ? place : `${place}?profile=${profile}`
}

function parseStoreAddress(line: string, input: string): StoreAddress {
  if (isS3Address(line)) {
    const { bucket, segments, profile } = splitS3(line, input)
    checkSegments(segments, input)
    return { kind: 's3', bucket, prefix: joinPrefix(segments), profile }
  }
  if (!isAbsolute(line) || line.includes('\0')) {
    throw refuseInput(
      input,
      'a line of it is neither an address of S3 nor an absolute path',
      'Write s3://bucket/prefix or /directory, one a line',
    )
  }
  const path = normalize(line)
  return { kind: 'directory', path: path === '/' ? path : path.replace(/\/+$/, '') }
}

/** The parts of an address, of which the segments are still unchecked. */
interface S3Parts {
  readonly bucket: string
  readonly segments: readonly string[]
  readonly profile: string | undefined
}

function splitS3(text: string, input: string): S3Parts {
  const [place = '', ...queries] = text.split('?')
  const [, bucket = '', path = ''] = /^s3:\/\/([^/]*)(?:\/(.*))?$/.exec(place) ?? []
  // It is not repeated, since it may hold a key where none belongs.
  if (bucket.includes('@') || bucket.includes(':')) {
    throw refuseInput(
      input,
      'a part of it that should be a bucket holds "@" or ":", as if a key stood there',
      'Write s3://bucket/prefix alone; keys are found in the environment, as in AWS_ACCESS_KEY_ID',
    )
  }
  if (!bucketName.test(bucket)) {
    throw refuseInput(input, 'an address of S3 in it names no bucket', 'Write it as s3://bucket/prefix')
  }
  const segments = path.replace(/\/$/, '').split('/')
  return {
    bucket,
    segments: segments.length === 1 && segments[0] === '' ? [] : segments,
    profile: queries.length === 0 ? undefined : readProfile(queries.join('?'), input),
  }
}

/** It is not repeated, since it may hold a key where none belongs. */
function readProfile(query: string, input: string): string {
  const [, name] = /^profile=(.*)$/s.exec(query) ?? []
  if (name !== undefined && profileName.test(name)) return name
  throw refuseInput(
    input,
    'what follows "?" in an address of S3 in it is not the name of a profile',
    'Write s3://bucket/prefix?profile=NAME, where [profile NAME] of ~/.aws/config has region, endpoint_url and keys, or leave "?" out',
  )
}

function checkSegments(segments: readonly string[], input: string): void {
  if (segments.every((segment) => segmentName.test(segment)) && segments.join('/').length <= longestPrefix) {
    return
  }
  throw refuseByPrefix(input)
}

function refuseByPrefix(input: string): BackupError {
  return refuseInput(
    input,
    'the prefix of an address of S3 in it is empty in part, too long, or has characters that not every service takes',
    "Write letters, digits, blanks and !_.'()@=+,~- between single slashes",
  )
}

function joinPrefix(segments: readonly string[]): string {
  return segments.map((segment) => `${segment}/`).join('')
}
