import { JsonError } from '../../archive/json-reader.ts'
import { parseProperties } from '../../archive/properties.ts'
import {
  decodeArchive,
  decodeDirectory,
  decodePlain,
  listArchive,
  readCounted,
  type Decodable,
  type DecodeSetting,
} from '../../archive/reading/decode.ts'
import type { ManifestFile } from '../../archive/manifest.ts'
import type { BackupError } from '../../errors.ts'
import type { Client } from '../../postgres/client/find-clients.ts'
import { selectToolEnvironment } from '../../postgres/connection/tool-environment.ts'
import { unpackDirectory } from '../../restoring/unpack.ts'
import type { Run } from '../../step/run.ts'
import { refuseCopy, type FetchedFile } from './fetch-file.ts'
import type { StoredBackup } from './stored-files.ts'

/** Bytes of a file from which programs that are fast with many bytes are worth their start. */
const largeSize = 16 * 1024 * 1024

/**
 * Reads a fetched file to its end, by the same readers as a restore.
 * @param client reads archives; undefined where the file is none
 * @throws BackupError PGB_VERIFY, PGB_DISK
 */
export async function decodeCopy(
  { file, readers, directory }: FetchedFile,
  { backup }: Pick<StoredBackup, 'backup'>,
  { client, run }: { client: Client | undefined; run: Run },
): Promise<void> {
  const source = describeSource({ file, readers })
  const setting: DecodeSetting = {
    directory,
    environment: selectToolEnvironment(run.environment),
    signal: run.signal,
    refuse: (why) => refuseCopy(file, backup, why),
  }
  if (file.kind === 'properties') return decodeProperties(source, setting)
  if (file.format === 'plain') {
    await decodePlain(source, setting)
    return
  }
  const { pgRestore } = client ?? refuseClient(file)
  if (file.format !== 'directory') {
    await decodeArchive(source, setting, pgRestore)
    return
  }
  const server = { connection: { environment: setting.environment } }
  const unpacked = await unpackDirectory(file, { server, readers, run, signal: run.signal })
  await decodeDirectory({ file, directory: unpacked.path }, setting, pgRestore).finally(unpacked.remove)
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
    isGzip: compression.method === 'gzip',
    isLarge: file.size >= largeSize,
    written: undefined,
  }
}

async function decodeProperties(source: Decodable, setting: DecodeSetting): Promise<void> {
  const { stdout } = await readCounted(source, setting, [{ path: 'cat', args: [] }])
  try {
    parseProperties(stdout)
  } catch (error) {
    if (error instanceof JsonError) throw setting.refuse(error.message)
    throw error
  }
}

function refuseClient({ name }: ManifestFile): never {
  throw new Error(`no client was provided for ${name}`)
}
