import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseContents } from '../../archive/contents.ts'
import { parseProperties } from '../../archive/properties.ts'
import {
  decodeArchive,
  decodeDirectory,
  decodePlain,
  readCounted,
  readCountedJson,
  type Decodable,
  type Decoded,
} from '../../archive/reading/decode.ts'
import { endLength } from '../../archive/reading/read-content.ts'
import type { DecodeSetting } from '../../archive/reading/run-readers.ts'
import { unknownRows, type DumpRows } from '../../postgres/sql/rows/dump-rows.ts'
import { readToEnd } from '../../process/read-to-end.ts'
import { isLarge, isPacked } from '../dump/dump-command.ts'
import type { DumpedFile } from '../dump/dump.ts'
import { refuseFile, type Proof } from '../finish.ts'
import type { PlannedFile } from '../plan.ts'
import type { PreparedBackup } from '../prepare.ts'
import { isEmptyDump, isEmptyList } from '../warnings/emptiness.ts'

/**
 * Reads a finished file back to its end, through its decrypter and decompressor: what comes out must be what pg_dump
 * wrote, a plain dump must end in its completion marker, and an archive must be decoded by pg_restore and name the
 * database asked for.
 * @throws BackupError PGB_VERIFY
 */
export async function decodeFile(
  dumped: DumpedFile,
  backup: PreparedBackup,
  signal: AbortSignal,
): Promise<Proof> {
  const { planned } = dumped
  const { options } = backup.inputs
  const [source, decoding] = [toSource(dumped, backup), toDecodeSetting(dumped, backup, signal)]
  if (planned.kind === 'properties') return decodeJson(dumped, source, decoding, parseProperties)
  if (planned.kind === 'contents') return decodeJson(dumped, source, decoding, parseContents)
  if (planned.format === 'plain') {
    const decoded = await decodePlain(source, decoding)
    const isEmpty = decoded.size <= endLength && isEmptyDump(decoded.text, options)
    return { ...toProof(dumped, decoded, listRows(planned, decoded, options)), isEmpty }
  }
  const { pgRestore } = backup.server.client
  const decoded =
    planned.format === 'directory'
      ? await decodeTar(source, decoding, pgRestore)
      : await decodeArchive(source, decoding, pgRestore)
  const proof = toProof(dumped, decoded, listRows(planned, decoded, options))
  return { ...proof, isEmpty: isEmptyList(decoded.text, options) }
}

function toSource({ planned, partialPath, written }: DumpedFile, { toolbox }: PreparedBackup): Decodable {
  return {
    file: planned,
    path: partialPath,
    decrypter: toolbox.decrypter,
    decompressor: isPacked(planned) ? toolbox.decompressor : undefined,
    isLarge: isLarge(planned),
    written,
  }
}

function toDecodeSetting(
  { planned }: DumpedFile,
  { server, output }: PreparedBackup,
  signal: AbortSignal,
): DecodeSetting {
  return {
    directory: output.stagingDirectory,
    environment: server.connection.environment,
    signal,
    refuse: (why) => refuseFile(planned, why),
  }
}

/** Whoever restores reads it by the same reader. */
async function decodeJson(
  dumped: DumpedFile,
  source: Decodable,
  decoding: DecodeSetting,
  parse: (json: string) => unknown,
): Promise<Proof> {
  const { stdout, size } = await readCountedJson(source, decoding)
  try {
    parse(stdout)
  } catch (error) {
    throw decoding.refuse(error instanceof Error ? error.message : String(error))
  }
  return toProof(dumped, { size, compared: 'It was read as a restore reads it' })
}

async function decodeTar(source: Decodable, decoding: DecodeSetting, pgRestore: string): Promise<Decoded> {
  const directory = await mkdtemp(join(decoding.directory, 'decode-'))
  try {
    const untar = { path: 'tar', args: ['--extract', '--file=-', `--directory=${directory}`] }
    await readCounted(source, decoding, [readToEnd(untar)])
    return await decodeDirectory({ ...source, directory }, decoding, pgRestore)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function toProof(
  { written }: DumpedFile,
  { size, compared }: Pick<Decoded, 'size' | 'compared'>,
  { total, tables, partitions }: DumpRows = unknownRows,
): Proof {
  const ofBytes = written === undefined ? [] : ['Number and checksum of the bytes before and after the file']
  return {
    uncompressedSize: size,
    rows: total,
    partitions,
    isEmpty: false,
    verification: { method: 'decode', compared: [compared, ...ofBytes], notCompared: [], rowCounts: tables },
  }
}

function listRows({ kind }: PlannedFile, { rows }: Decoded, options: readonly string[]): DumpRows {
  // They have none.
  if (kind === 'globals') return unknownRows
  // Restored tables are looked up by names with no more quotes than they need.
  return options.some((option) => option.startsWith('--q')) ? { ...unknownRows, total: rows.total } : rows
}
