import { join } from 'node:path'
import type { BackupError } from '../../errors.ts'
import { quoteTool } from '../../postgres/psql.ts'
import type { Command, Environment } from '../../process/command.ts'
import { runPipeline, type PipelineResult } from '../../process/pipeline.ts'
import { readToEnd } from '../../process/read-to-end.ts'
import { countBytes, countToEnd, readByteCount, type ByteCount } from '../byte-count.ts'
import type { ManifestFile } from '../manifest.ts'
import { gzipReader } from './gzip-reader.ts'

/** Enough of a plain dump's end to hold its last lines, or all of it when it dumps next to nothing. */
export const endLength = 16 * 1024

/** Last line of a complete plain dump; 17.6, 16.10, 15.14 and later write \unrestrict behind it. */
const databaseEnd = /\n-- PostgreSQL database dump complete\n--\n(\n\\unrestrict [A-Za-z0-9]+\n)?\s*$/
const clusterEnd = /\n-- PostgreSQL database cluster dump complete\n--\s*$/

/** A file that is read to its end. */
export interface Decodable {
  readonly file: Pick<ManifestFile, 'name' | 'kind'> & { readonly database?: string | null | undefined }
  readonly path: string
  readonly decrypter: Command | undefined
  /** Undefined where nothing is compressed around the dump. */
  readonly decompressor: Command | undefined
  readonly isGzip: boolean
  /** Whether programs that are faster with many bytes are worth their start. */
  readonly isLarge: boolean
  /** What went into the file, counted in the way of {@link isLarge}; undefined where nobody counted. */
  readonly written: ByteCount | undefined
}

/** How a file is read. */
export interface DecodeSetting {
  /** Gets the counts of bytes. */
  readonly directory: string
  readonly environment: Environment
  readonly signal: AbortSignal
  /** The error for a file that is not good. */
  readonly refuse: (why: string) => BackupError
}

/** A file that was read to its end. */
export interface Decoded {
  /** Bytes of the content. */
  readonly size: number
  /** Of a plain dump its last {@link endLength} bytes, of an archive its list, of others all. */
  readonly text: string
  /** What was looked at, in a sentence without final stop. */
  readonly compared: string
}

/**
 * Reads a plain dump to its end, through its decrypter and decompressor: there its completion marker must stand.
 * @throws BackupError of the setting
 */
export async function decodePlain(source: Decodable, setting: DecodeSetting): Promise<Decoded> {
  const { stdout, size } = source.isLarge
    ? await readLargePlain(source, setting)
    : await readCounted(source, setting, [{ path: 'tail', args: ['-c', `${endLength}`] }])
  const end = source.file.kind === 'database' ? databaseEnd : clusterEnd
  if (!end.test(stdout)) throw setting.refuse('the dump has no completion marker at its end')
  return { size, text: stdout, compared: 'It was read to its end, where the completion marker stands' }
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
  const decode = [readToEnd({ path: pgRestore, args: ['--file=-'] }), measureBytes]
  const { stdout } = await readCounted(source, setting, decode)
  return { size: readSize(stdout, setting), text: listing, compared: decodedToEnd }
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
  source: Pick<Decodable, 'file'> & { readonly directory: string },
  setting: DecodeSetting,
  path: string,
): Promise<Decoded> {
  const run = async (...stages: [Command, ...Command[]]): Promise<PipelineResult> =>
    checkResult(await runPipeline(stages, makeOptions(setting)), setting)
  const listing = await run({ path, args: ['--list', source.directory] })
  checkArchiveName(source, listing.stdout, setting)
  const { stdout } = await run({ path, args: ['--file=-', source.directory] }, measureBytes)
  return { size: readSize(stdout, setting), text: listing.stdout, compared: decodedToEnd }
}

const decodedToEnd = 'pg_restore decoded it to its end'

/** Says how many bytes it gets. */
const measureBytes: Command = { path: 'wc', args: ['-c'] }

function readSize(text: string, { refuse }: DecodeSetting): number {
  const size = /^\s*(\d{1,16})\s*$/.exec(text)?.[1]
  if (size === undefined) throw refuse('its bytes could not be counted')
  return Number(size)
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

/** By programs that are faster with many bytes, and take longer to start. */
async function readLargePlain(source: Decodable, setting: DecodeSetting): Promise<CountedResult> {
  const path = makeCountPath(source, setting)
  const result = source.isGzip
    ? await read({ ...source, decompressor: undefined }, setting, [gzipReader(endLength, path)])
    : await read(source, setting, [countToEnd(path, endLength)])
  return { ...result, size: await checkCount(source, path, setting) }
}

function makeCountPath({ file }: Decodable, { directory }: DecodeSetting): string {
  return join(directory, `${file.name}.read`)
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
  { decrypter, decompressor, path }: Decodable,
  setting: DecodeSetting,
  readers: readonly Command[],
  extra: { onlyLastStageCounts?: boolean } = {},
): Promise<PipelineResult> {
  const filters = [decrypter, decompressor].filter((filter) => filter !== undefined)
  const stages = [...filters, ...readers] as [Command, ...Command[]]
  const options = { ...makeOptions(setting), inputFile: path, ...extra }
  return checkResult(await runPipeline(stages, options), setting)
}

function makeOptions({ environment, signal }: DecodeSetting): Parameters<typeof runPipeline>[1] {
  return { environment: { ...environment, LC_ALL: 'C' }, signal }
}

function checkResult(result: PipelineResult, { refuse }: DecodeSetting): PipelineResult {
  if (result.failure === undefined) return result
  const { path, args } = result.failure.command
  const tool = (path === 'sh' ? (args[2] ?? '') : path).split(/[\\/]/).at(-1) ?? ''
  throw refuse(`${tool} could not read it back (${quoteTool(result.stderr) ?? 'without a message'})`)
}
