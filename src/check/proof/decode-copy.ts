import { parseContents, type Contents } from '../../archive/contents.ts'
import { JsonError } from '../../archive/json-reader.ts'
import { parseProperties } from '../../archive/properties.ts'
import {
  decodeArchive,
  decodeDirectory,
  decodePlain,
  listArchive,
  readCountedJson,
  type Decodable,
  type Decoded,
} from '../../archive/reading/decode.ts'
import type { DecodeSetting } from '../../archive/reading/run-readers.ts'
import type { ManifestFile } from '../../archive/manifest.ts'
import type { BackupError } from '../../errors.ts'
import type { Client } from '../../postgres/client/find-clients.ts'
import { selectToolEnvironment } from '../../postgres/connection/tool-environment.ts'
import { unpackDirectory } from '../../restoring/unpack.ts'
import type { Run } from '../../step/run.ts'
import { refuseCopy, type FetchedFile } from './fetch-file.ts'
import type { StoredBackup } from './stored-files.ts'

/** Bytes of a file, or of its content as far as it is known, from which programs that are fast with many bytes are worth their start. */
const largeSize = 16 * 1024 * 1024

/** What a file shows that was read to its end. */
export interface DecodedCopy {
  /** Of all its tables; null where they are not known. */
  readonly rows: number | null
  /** Of a contents file. */
  readonly contents: Contents | undefined
}

/**
 * Reads a fetched file to its end, by the same readers as a restore.
 * @param client reads archives; undefined where the file is none
 * @throws BackupError PGB_VERIFY, PGB_DISK
 */
export async function decodeCopy(
  { file, readers, directory }: FetchedFile,
  { backup }: Pick<StoredBackup, 'backup'>,
  { client, run }: { client: Client | undefined; run: Run },
): Promise<DecodedCopy> {
  const source = describeSource({ file, readers })
  const setting: DecodeSetting = {
    directory,
    environment: selectToolEnvironment(run.environment),
    signal: run.signal,
    refuse: (why) => refuseCopy(file, backup, why),
  }
  if (file.kind === 'properties' || file.kind === 'contents') {
    return decodeJson(source, setting)
  }
  if (file.format === 'plain') return toCopy(await decodePlain(source, setting))
  const { pgRestore } = client ?? refuseClient(file)
  if (file.format !== 'directory') return toCopy(await decodeArchive(source, setting, pgRestore))
  const server = { connection: { environment: setting.environment } }
  const unpacked = await unpackDirectory(file, { server, readers, run, signal: run.signal })
  const copy = { ...source, directory: unpacked.path }
  return toCopy(await decodeDirectory(copy, setting, pgRestore).finally(unpacked.remove))
}

/**
 * Looks whether an archive that pg_restore can list by itself names its database; of the others only their tables tell.
 * @throws BackupError PGB_VERIFY
 */
export async function checkArchiveName(
  { file, readers, directory }: FetchedFile,
  { backup }: Pick<StoredBackup, 'backup'>,
  { pgRestore, run }: { pgRestore: string; run: Run },
): Promise<void> {
  if (file.format !== 'custom' && file.format !== 'tar') return
  const environment = selectToolEnvironment(run.environment)
  const refuse = (why: string): BackupError => refuseCopy(file, backup, why)
  const setting = { directory, environment, signal: run.signal, refuse }
  await listArchive(describeSource({ file, readers }), setting, pgRestore)
}

function describeSource({ file, readers }: Pick<FetchedFile, 'file' | 'readers'>): Decodable {
  const { compression } = file
  return {
    file,
    path: file.path,
    decrypter: file.encryption === 'none' ? undefined : readers.decrypter,
    decompressor: compression.inside ? undefined : readers.decompressors.get(compression.method),
    isLarge: Math.max(file.size, file.uncompressedSize ?? 0) >= largeSize,
    written: undefined,
  }
}

function toCopy({ rows }: Decoded): DecodedCopy {
  return { rows: rows.total, contents: undefined }
}

async function decodeJson(source: Decodable, setting: DecodeSetting): Promise<DecodedCopy> {
  const { stdout } = await readCountedJson(source, setting)
  try {
    if (source.file.kind === 'contents') return { rows: null, contents: parseContents(stdout) }
    parseProperties(stdout)
    return { rows: null, contents: undefined }
  } catch (error) {
    if (error instanceof JsonError) throw setting.refuse(error.message)
    throw error
  }
}

function refuseClient({ name }: ManifestFile): never {
  throw new Error(`no client was provided for ${name}`)
}
