import { join } from 'node:path'
import type { DumpRows } from '../../postgres/sql/rows/dump-rows.ts'
import type { Command } from '../../process/command.ts'
import type { PipelineOptions, PipelineResult } from '../../process/pipeline.ts'
import { readToEnd } from '../../process/read-to-end.ts'
import type { Decompressor } from '../compression/compression-methods.ts'
import { countBytes, readByteCount, type ByteCount } from '../byte-count.ts'
import type { ManifestFile } from '../manifest.ts'
import { contentProgram, gzipProgram } from './content-program.ts'
import type { Content } from './content.ts'
import { endLength, parsePrinted, readContent } from './read-content.ts'
import { runReaders, type DecodeSetting } from './run-readers.ts'

/** Last line of a complete plain dump; 17.6, 16.10, 15.14 and later write \unrestrict behind it. */
const databaseEnd = /\n-- PostgreSQL database dump complete\n--\n(\n\\unrestrict [A-Za-z0-9]+\n)?\s*$/
const clusterEnd = /\n-- PostgreSQL database cluster dump complete\n--\s*$/

/** Bytes of a properties or contents file beyond which it is none: those of ten thousand databases or a million tables take less. */
export const jsonLimit = 64 * 1024 * 1024
/** Why a file is none. */
export const tooMuchJson = 'it holds more than 64 MiB, and what a backup writes there takes less'

/** A file that is read to its end. */
export interface Decodable {
  readonly file: Pick<ManifestFile, 'name' | 'kind'> & { readonly database?: string | null | undefined }
  readonly path: string
  readonly decrypter: Command | undefined
  /** Undefined where nothing is compressed around the dump. */
  readonly decompressor: Decompressor | undefined
  /** Whether programs that are faster with many bytes are worth their start. */
  readonly isLarge: boolean
  /** What went into the file, counted in the way of {@link isLarge}; undefined where nobody counted. */
  readonly written: ByteCount | undefined
}

/** A file that was read to its end. */
export interface Decoded {
  /** Bytes of the content. */
  readonly size: number
  /** Of a plain dump its last {@link endLength} bytes, of an archive its list. */
  readonly text: string
  readonly rows: DumpRows
  /** What was looked at, in a sentence without final stop. */
  readonly compared: string
}

/**
 * Reads a plain dump to its end, through its decrypter and decompressor: there its completion marker must stand.
 * @throws BackupError of the setting
 */
export async function decodePlain(source: Decodable, setting: DecodeSetting): Promise<Decoded> {
  const content = source.isLarge
    ? await readLargePlain(source, setting)
    : await readCountedContent(source, setting, [])
  const end = source.file.kind === 'database' ? databaseEnd : clusterEnd
  if (!end.test(content.end)) throw setting.refuse('the dump has no completion marker at its end')
  const compared = 'It was read to its end, where the completion marker stands'
  return { size: content.size, rows: content.rows, text: content.end, compared }
}

/**
 * Lets pg_restore decode an archive to its end; it must name the database that it is said to be of.
 * @throws BackupError of the setting
 */
export async function decodeArchive(
  source: Decodable,
  setting: DecodeSetting,
  pgRestore: string,
): Promise<Decoded> {
  const listing = await listArchive(source, setting, pgRestore)
  const { size, rows } = await readCountedContent(source, setting, [
    readToEnd({ path: pgRestore, args: ['--file=-'] }),
  ])
  return { size, rows, text: listing, compared: decodedToEnd }
}

/**
 * Reads the list of an archive, and no more of it; it must name the database that it is said to be of.
 * @throws BackupError of the setting
 */
export async function listArchive(
  source: Decodable,
  setting: DecodeSetting,
  pgRestore: string,
): Promise<string> {
  const list = { path: pgRestore, args: ['--list'] }
  const { stdout } = await read(source, setting, [list], { onlyLastStageCounts: true })
  checkArchiveName(source, stdout, setting)
  return stdout
}

/**
 * The same of a directory archive, which was unpacked.
 * @throws BackupError of the setting
 */
export async function decodeDirectory(
  source: Pick<Decodable, 'file' | 'isLarge'> & { readonly directory: string },
  setting: DecodeSetting,
  path: string,
): Promise<Decoded> {
  const list = { path, args: ['--list', source.directory] }
  const listing = await runReaders([list], setting)
  checkArchiveName(source, listing.stdout, setting)
  const decode = { path, args: ['--file=-', source.directory] }
  const { size, rows } = await readContent(source.isLarge, setting, (read) => read([decode]))
  return { size, rows, text: listing.stdout, compared: decodedToEnd }
}

const decodedToEnd = 'pg_restore decoded it to its end'

/**
 * Counts what comes out of the decrypter and decompressor, compares it with what went in, and reads the SQL that the
 * readers make of it.
 */
async function readCountedContent(
  source: Decodable,
  setting: DecodeSetting,
  readers: readonly Command[],
): Promise<Content> {
  return readContent(source.isLarge, setting, async (read, ending) => {
    const path = makeCountPath(source, setting, ending)
    const stages = [...listFilters(source), countBytes(path, source.isLarge), ...readers]
    const content = await read(stages, { inputFile: source.path })
    if (content !== undefined) await checkCount(source, path, setting)
    return content
  })
}

/** A result, and the number of bytes that came out of the file. */
type CountedResult = PipelineResult & { readonly size: number }

/**
 * Counts what comes out of the decrypter and decompressor, and compares it with what went in.
 * @throws BackupError of the setting
 */
export async function readCounted(
  source: Decodable,
  setting: DecodeSetting,
  readers: readonly Command[],
): Promise<CountedResult> {
  const path = makeCountPath(source, setting)
  const result = await read(source, setting, [countBytes(path, source.isLarge), ...readers])
  return { ...result, size: await checkCount(source, path, setting) }
}

/**
 * Reads a file of JSON, a properties or contents file, and counts its bytes as {@link readCounted} does.
 * @throws BackupError of the setting, also where it is larger than such a file can be
 */
export async function readCountedJson(source: Decodable, setting: DecodeSetting): Promise<CountedResult> {
  const path = makeCountPath(source, setting)
  const stages = [countBytes(path, source.isLarge), { path: 'cat', args: [] }]
  const result = await read(source, setting, stages, { outputLimit: jsonLimit })
  if (result.isCut === true) throw setting.refuse(tooMuchJson)
  return { ...result, size: await checkCount(source, path, setting) }
}

/** By programs that are faster with many bytes, and take longer to start. */
async function readLargePlain(source: Decodable, setting: DecodeSetting): Promise<Content> {
  const path = makeCountPath(source, setting)
  const stages = source.decompressor?.isSlowerThanNode
    ? [...listFilters({ ...source, decompressor: undefined }), gzipProgram(endLength, path)]
    : [...listFilters(source), contentProgram(endLength, path)]
  const { stdout } = await runReaders(stages, setting, { inputFile: source.path })
  const content = parsePrinted(stdout, setting)
  await checkCount(source, path, setting)
  return content
}

function makeCountPath({ file }: Decodable, { directory }: DecodeSetting, ending = 'read'): string {
  return join(directory, `${file.name}.${ending}`)
}

/** @returns the number of bytes */
async function checkCount({ written }: Decodable, path: string, { refuse }: DecodeSetting): Promise<number> {
  const found = await readByteCount(path)
  if (found === undefined) throw refuse('its bytes could not be counted')
  if (written === undefined || (written.size === found.size && written.checksum === found.checksum))
    return found.size
  const why =
    written.size === found.size
      ? 'other bytes were read back from it than went into it'
      : `${found.size} bytes were read back from it, and ${written.size} went into it`
  throw refuse(why)
}

/** The name in an archive's header, where pg_restore writes line breaks as blanks. */
function checkArchiveName(
  { file }: Pick<Decodable, 'file'>,
  listing: string,
  { refuse }: DecodeSetting,
): void {
  const name = /^; {5}dbname: (.*)$/m.exec(listing)?.[1]
  if (name !== file.database?.replace(/[\r\n]/g, ' ')) {
    throw refuse('the archive names another database than the one asked for')
  }
}

async function read(
  source: Decodable,
  setting: DecodeSetting,
  readers: readonly Command[],
  extra: Partial<PipelineOptions> = {},
): Promise<PipelineResult> {
  return runReaders([...listFilters(source), ...readers], setting, { inputFile: source.path, ...extra })
}

function listFilters({ decrypter, decompressor }: Pick<Decodable, 'decrypter' | 'decompressor'>): Command[] {
  return [decrypter, decompressor].filter((filter) => filter !== undefined)
}
