import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { countBytes, countToEnd, readByteCount } from '../archive/byte-count.ts'
import { runPipeline, type PipelineResult } from '../process/pipeline.ts'
import type { Command } from '../process/command.ts'
import { readToEnd } from '../process/read-to-end.ts'
import { gzipReader } from '../archive/reading/gzip-reader.ts'
import { parseProperties } from '../archive/properties.ts'
import { quoteTool } from '../postgres/psql.ts'
import type { DumpedFile } from './dump/dump.ts'
import type { DumpSetting } from './dump/dump-command.ts'
import type { PlannedFile } from './plan.ts'
import { isEmptyDump, isEmptyList } from './warnings/emptiness.ts'
import { refuseFile, type Proof } from './finish.ts'
import { isLarge } from './dump/dump-command.ts'

/** Enough of a plain dump's end to hold its last lines, or all of it when it dumps next to nothing. */
const endLength = 16 * 1024

/** Last line of a complete plain dump; 17.6, 16.10, 15.14 and later write \unrestrict behind it. */
const databaseEnd = /\n-- PostgreSQL database dump complete\n--\n(\n\\unrestrict [A-Za-z0-9]+\n)?\s*$/
const clusterEnd = /\n-- PostgreSQL database cluster dump complete\n--\s*$/

/**
 * Reads a finished file back to its end, through its decrypter and decompressor: what comes out must be what pg_dump
 * wrote, a plain dump must end in its completion marker, and an archive must be decoded by pg_restore and name the
 * database asked for.
 * @throws BackupError PGB_VERIFY
 */
export async function decodeFile(dumped: DumpedFile, setting: DumpSetting): Promise<Proof> {
  const { planned } = dumped
  if (planned.kind === 'properties') return decodeProperties(dumped, setting)
  if (planned.format === 'plain') return decodePlain(dumped, setting)
  if (planned.format === 'directory') return decodeDirectory(dumped, setting)
  const { pgRestore: path } = setting.server.client
  const listing = await read(dumped, setting, [{ path, args: ['--list'] }], { onlyLastStageCounts: true })
  checkArchiveName(planned, listing)
  const decode = [readToEnd({ path, args: ['--file=-'] }), measureBytes]
  const { stdout } = await readCounted(dumped, setting, decode)
  const isEmpty = isEmptyList(listing.stdout, setting.options)
  return { ...toProof(dumped, readSize(planned, stdout), decodedToEnd), isEmpty }
}

/** Whoever restores reads it by the same reader. */
async function decodeProperties(dumped: DumpedFile, setting: DumpSetting): Promise<Proof> {
  const { planned } = dumped
  const { stdout, size } = await readCounted(dumped, setting, [{ path: 'cat', args: [] }])
  try {
    parseProperties(stdout)
  } catch (error) {
    throw refuseFile(planned, error instanceof Error ? error.message : String(error))
  }
  return toProof(dumped, size, 'It was read as a restore reads it')
}

async function decodePlain(dumped: DumpedFile, setting: DumpSetting): Promise<Proof> {
  const { planned } = dumped
  const { stdout, size } = isLarge(planned)
    ? await readLargePlain(dumped, setting)
    : await readCounted(dumped, setting, [{ path: 'tail', args: ['-c', `${endLength}`] }])
  const end = planned.kind === 'database' ? databaseEnd : clusterEnd
  if (!end.test(stdout)) throw refuseFile(planned, 'the dump has no completion marker at its end')
  const isEmpty = size <= endLength && isEmptyDump(stdout, setting.options)
  return { ...toProof(dumped, size, 'It was read to its end, where the completion marker stands'), isEmpty }
}

async function decodeDirectory(dumped: DumpedFile, setting: DumpSetting): Promise<Proof> {
  const { planned } = dumped
  const directory = await mkdtemp(join(setting.stagingDirectory, 'decode-'))
  try {
    const untar = { path: 'tar', args: ['--extract', '--file=-', `--directory=${directory}`] }
    await readCounted(dumped, setting, [readToEnd(untar)])
    const run = async (...stages: [Command, ...Command[]]): Promise<PipelineResult> =>
      checkResult(planned, await runPipeline(stages, makeOptions(setting)))
    const { pgRestore } = setting.server.client
    const listing = await run({ path: pgRestore, args: ['--list', directory] })
    checkArchiveName(planned, listing)
    const { stdout } = await run({ path: pgRestore, args: ['--file=-', directory] }, measureBytes)
    const isEmpty = isEmptyList(listing.stdout, setting.options)
    return { ...toProof(dumped, readSize(planned, stdout), decodedToEnd), isEmpty }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

const decodedToEnd = 'pg_restore decoded it to its end'

/** Says how many bytes it gets. */
const measureBytes: Command = { path: 'wc', args: ['-c'] }

function readSize(planned: PlannedFile, text: string): number {
  const size = /^\s*(\d{1,16})\s*$/.exec(text)?.[1]
  if (size === undefined) throw refuseFile(planned, 'its bytes could not be counted')
  return Number(size)
}

/** A result, and the number of bytes that came out of the file. */
type CountedResult = PipelineResult & { readonly size: number }

/** Counts what comes out of the decrypter and decompressor, and compares it with what went in. */
async function readCounted(
  dumped: DumpedFile,
  setting: DumpSetting,
  readers: readonly Command[],
): Promise<CountedResult> {
  const { planned } = dumped
  const path = makeCountPath(planned, setting)
  const result = await read(dumped, setting, [countBytes(path, isLarge(planned)), ...readers])
  return { ...result, size: await checkCount(dumped, path) }
}

/** By programs that are faster with many bytes, and take longer to start. */
async function readLargePlain(dumped: DumpedFile, setting: DumpSetting): Promise<CountedResult> {
  const { planned } = dumped
  const path = makeCountPath(planned, setting)
  const toolbox = { ...setting.toolbox, decompressor: undefined }
  const result =
    planned.compression.method === 'gzip'
      ? await read(dumped, { ...setting, toolbox }, [gzipReader(endLength, path)])
      : await read(dumped, setting, [countToEnd(path, endLength)])
  return { ...result, size: await checkCount(dumped, path) }
}

function makeCountPath({ name }: PlannedFile, { stagingDirectory }: DumpSetting): string {
  return join(stagingDirectory, `${name}.read`)
}

/** @returns the number of bytes */
async function checkCount({ planned, written }: DumpedFile, path: string): Promise<number> {
  const found = await readByteCount(path)
  if (found === undefined) throw refuseFile(planned, 'its bytes could not be counted')
  if (written === undefined || (written.size === found.size && written.checksum === found.checksum))
    return found.size
  const why =
    written.size === found.size
      ? 'other bytes were read back from it than went into it'
      : `${found.size} bytes were read back from it, and ${written.size} went into it`
  throw refuseFile(planned, why)
}

/** The name in an archive's header, where pg_restore writes line breaks as blanks. */
function checkArchiveName(planned: PlannedFile, { stdout }: PipelineResult): void {
  const name = /^; {5}dbname: (.*)$/m.exec(stdout)?.[1]
  if (name !== planned.database?.replace(/[\r\n]/g, ' ')) {
    throw refuseFile(planned, 'the archive names another database than the one asked for')
  }
}

async function read(
  { planned, partialPath }: DumpedFile,
  setting: DumpSetting,
  readers: readonly Command[],
  extra: { onlyLastStageCounts?: boolean } = {},
): Promise<PipelineResult> {
  const { decrypter, decompressor } = setting.toolbox
  const filters = [decrypter, planned.compressedInside ? undefined : decompressor]
  const stages = [...filters.filter((filter) => filter !== undefined), ...readers] as [Command, ...Command[]]
  const options = { ...makeOptions(setting), inputFile: partialPath, ...extra }
  return checkResult(planned, await runPipeline(stages, options))
}

function makeOptions(setting: DumpSetting): Parameters<typeof runPipeline>[1] {
  return { environment: { ...setting.server.connection.environment, LC_ALL: 'C' }, signal: setting.signal }
}

function checkResult(planned: PlannedFile, result: PipelineResult): PipelineResult {
  if (result.failure === undefined) return result
  const { path, args } = result.failure.command
  const tool = (path === 'sh' ? (args[2] ?? '') : path).split(/[\\/]/).at(-1) ?? ''
  throw refuseFile(
    planned,
    `${tool} could not read it back (${quoteTool(result.stderr) ?? 'without a word'})`,
  )
}

function toProof({ written }: DumpedFile, uncompressedSize: number, compared: string): Proof {
  const ofBytes = written === undefined ? [] : ['Number and checksum of the bytes before and after the file']
  return {
    uncompressedSize,
    isEmpty: false,
    verification: { method: 'decode', compared: [compared, ...ofBytes], notCompared: [], rowCounts: null },
  }
}
