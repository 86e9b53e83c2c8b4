import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { runPipeline, type PipelineResult } from '../process/pipeline.ts'
import type { Command } from '../process/command.ts'
import { gzipReader } from '../archive/reading/gzip-reader.ts'
import { parseProperties } from '../archive/properties.ts'
import { quoteTool } from '../postgres/psql.ts'
import type { DumpedFile } from './dump/dump.ts'
import type { DumpSetting } from './dump/dump-command.ts'
import type { PlannedFile } from './plan.ts'
import { refuseFile, type Proof } from './finish.ts'

/** Enough of a plain dump's end to hold its last lines. */
const endLength = 4096

/** Bytes of a file that is worth the start of a faster program. */
const largeSize = 16 * 1024 * 1024

/** Last line of a complete plain dump; 17.6, 16.10, 15.14 and later write \unrestrict behind it. */
const databaseEnd = /\n-- PostgreSQL database dump complete\n--\n(\n\\unrestrict [A-Za-z0-9]+\n)?\s*$/
const clusterEnd = /\n-- PostgreSQL database cluster dump complete\n--\s*$/

/**
 * Reads a finished file back to its end, through its decrypter and decompressor: a plain dump must end in its
 * completion marker, and an archive must be decoded by pg_restore and name the database asked for.
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
  const result = await read(dumped, setting, [readToEnd({ path, args: ['--file=-'] }), swallowBytes])
  return toProof(planned, result, 'pg_restore decoded it to its end')
}

/** Whoever restores reads it by the same reader. */
async function decodeProperties(dumped: DumpedFile, setting: DumpSetting): Promise<Proof> {
  const { planned } = dumped
  const { stdout } = await read(dumped, setting, [{ path: 'cat', args: [] }])
  try {
    parseProperties(stdout)
  } catch (error) {
    throw refuseFile(planned, error instanceof Error ? error.message : String(error))
  }
  return {
    uncompressedSize: Buffer.byteLength(stdout),
    verification: { method: 'decode', compared: [wasRead], notCompared: [], rowCounts: null },
  }
}

const wasRead = 'It was read as a restore reads it'

async function decodePlain(dumped: DumpedFile, setting: DumpSetting): Promise<Proof> {
  const { planned, identity } = dumped
  const tail = { path: 'tail', args: ['-c', `${endLength}`] }
  const isLargeGzip = planned.compression.method === 'gzip' && (identity?.size ?? 0) >= largeSize
  const toolbox = { ...setting.toolbox, decompressor: undefined }
  const result = isLargeGzip
    ? await read(dumped, { ...setting, toolbox }, [gzipReader(endLength)])
    : await read(dumped, setting, [countBytes, tail])
  const end = planned.kind === 'database' ? databaseEnd : clusterEnd
  if (!end.test(result.stdout)) throw refuseFile(planned, 'the dump has no completion marker at its end')
  return toProof(planned, result, 'It was read to its end, where the completion marker stands')
}

async function decodeDirectory(dumped: DumpedFile, setting: DumpSetting): Promise<Proof> {
  const { planned } = dumped
  const directory = await mkdtemp(join(setting.stagingDirectory, 'decode-'))
  try {
    await read(dumped, setting, [
      { path: 'tar', args: ['--extract', '--file=-', `--directory=${directory}`] },
    ])
    const run = async (...stages: [Command, ...Command[]]): Promise<PipelineResult> =>
      checkResult(planned, await runPipeline(stages, makeOptions(setting)))
    const { pgRestore } = setting.server.client
    checkArchiveName(planned, await run({ path: pgRestore, args: ['--list', directory] }))
    const result = await run({ path: pgRestore, args: ['--file=-', directory] }, swallowBytes)
    return toProof(planned, result, 'pg_restore decoded it to its end')
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Passes its input on and says how many bytes there were. */
const countBytes: Command = { path: 'dd', args: ['bs=262144'] }
const swallowBytes: Command = { path: 'dd', args: ['bs=262144', 'of=/dev/null'] }

/** Lets a tool succeed that stops before its input ends, as pg_restore does within a tar archive, and reads the rest. */
function readToEnd({ path, args }: Command): Command {
  return { path: 'sh', args: ['-c', '"$0" "$@" && cat >/dev/null', path, ...args] }
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
  const words = result.stderr.replace(/^(\d+\+\d+ records (in|out)|\d+ bytes .*copied.*)$/gm, '')
  throw refuseFile(planned, `${tool} could not read it back (${quoteTool(words) ?? 'without a word'})`)
}

function toProof(planned: PlannedFile, { stderr }: PipelineResult, compared: string): Proof {
  const bytes = /^(\d+) bytes/m.exec(stderr)?.[1]
  if (bytes === undefined) throw refuseFile(planned, 'its bytes could not be counted')
  return {
    uncompressedSize: Number(bytes),
    verification: { method: 'decode', compared: [compared], notCompared: [], rowCounts: null },
  }
}
