import { createHash } from 'node:crypto'
import type { ArchiveFormat, FileSubject } from './backup-file.ts'

/** What a file's name is made of; see the section "Files" of the README. */
export type FileNameParts = FileSubject & {
  /** All databases of the run, so that `Shop` and `shop` get different files where case does not count. */
  readonly siblings?: readonly string[]
  readonly format: ArchiveFormat
  /** As in `.gz`; empty when nothing outside pg_dump compresses the file. */
  readonly compressionSuffix: string
  readonly encrypted: boolean
  /** Of the whole run, by {@link formatTimeStamp}. */
  readonly timeStamp: string
}

const extensions: Readonly<Record<ArchiveFormat, string>> = {
  plain: 'sql',
  custom: 'dump',
  directory: 'dir.tar',
  tar: 'tar',
}

/** Longest name that is kept as it is; PostgreSQL's own limit is 63 bytes unless it is built otherwise. */
const longestPlainName = 100
const longestStem = 60
/** Of the name's SHA-256: too many to find two names with the same ones. */
const digitsOfStandIn = 16

/** UTC to the second, as in `20261104T020000Z`: sorts by time, and has no character that a file name may not hold. */
export function formatTimeStamp(date: Date): string {
  return date.toISOString().replace(/[-:]|\.\d+/g, '')
}

/** Name of one file of a backup, as in `shop_20261104T020000Z.sql.gz.age`. */
export function makeFileName(parts: FileNameParts): string {
  const age = parts.encrypted ? '.age' : ''
  if (parts.kind === 'contents') return `contents.json${age}`
  const extension = parts.kind === 'properties' ? 'json' : extensions[parts.format]
  return `${nameSubject(parts)}_${parts.timeStamp}.${extension}${parts.compressionSuffix}${age}`
}

function nameSubject({ kind, database, siblings = [] }: FileNameParts): string {
  return kind === 'database' ? toReadableName(database, siblings) : kind
}

/**
 * The database's name where it is plain, else a readable stand-in with 16 hex digits of its SHA-256.
 *
 * Two names never give the same result, also where case does not count, if each is given the others.
 * @param siblings other names beside which the result must be unique
 */
export function toReadableName(database: string, siblings: readonly string[] = []): string {
  return isPlainName(database) && !differsByCase(database, siblings) ? database : makeStandIn(database)
}

function isPlainName(name: string): boolean {
  return (
    /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name) &&
    name.length <= longestPlainName &&
    !/^(cluster|globals|properties)$/i.test(name) &&
    !isReservedOnWindows(name) &&
    !looksLikeStandIn(name)
  )
}

/** Windows reserves its device names whatever follows their first dot. */
function isReservedOnWindows(name: string): boolean {
  return /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name)
}

/** Such a name could be the stand-in of another, so it gets one of its own; the first version took 8 digits. */
function looksLikeStandIn(name: string): boolean {
  return /-(?:[0-9a-f]{8}|[0-9a-f]{16})$/i.test(name)
}

function differsByCase(name: string, siblings: readonly string[]): boolean {
  const folded = name.toLowerCase()
  return siblings.some((sibling) => sibling !== name && sibling.toLowerCase() === folded)
}

function makeStandIn(name: string): string {
  const stem = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9-]+/g, '_')
    .replace(/^[_-]+|[_-]+$/g, '')
    .slice(0, longestStem)
  const digits = createHash('sha256').update(name).digest('hex').slice(0, digitsOfStandIn)
  return `${stem === '' ? 'database' : stem}-${digits}`
}
