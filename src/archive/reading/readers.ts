import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatKeyFile } from '../age/age-key-file.ts'
import { ageProgram } from '../age/age-program.ts'
import type { CompressionMethod, Decompressor } from '../compression/compression-methods.ts'
import { requireDecompressor } from '../compression/compressors.ts'
import type { Decryption } from '../age/encryption.ts'
import type { BackupFile } from '../backup-file.ts'
import { findExecutable } from '../../process/find-executable.ts'
import type { Command } from '../../process/command.ts'

/** The programs that undo encryption and compression; they read stdin and write stdout. */
export interface Readers {
  /** Undefined when no keys were given. */
  readonly decrypter: Command | undefined
  readonly decompressors: ReadonlyMap<CompressionMethod, Decompressor>
}

/** The machine on which files are read. */
export interface ReadingMachine {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly cores: number
  /** Gets the keys; nobody else may read it. */
  readonly privateDirectory: string
}

/**
 * Finds a decompressor for every file, and writes the keys for the age program.
 * @throws BackupError PGB_INPUT when a decompressor is not installed
 */
export async function provideReaders(
  files: readonly BackupFile[],
  decryption: Decryption | undefined,
  machine: ReadingMachine,
): Promise<Readers> {
  const find = (name: string): string | undefined => findExecutable(name, machine.environment['PATH'] ?? '')
  const decompressors = new Map<CompressionMethod, Decompressor>()
  for (const { compression } of files) {
    if (compression.inside || compression.method === 'none') continue
    const command = requireDecompressor(compression.method, machine.cores, find)
    if (command !== undefined) decompressors.set(compression.method, command)
  }
  if (decryption === undefined) return { decrypter: undefined, decompressors }
  const keyFile = join(machine.privateDirectory, 'age-decrypt.json')
  await writeFile(keyFile, formatKeyFile(decryption), { mode: 0o600, flag: 'wx' })
  return { decrypter: ageProgram('age-decrypt', keyFile), decompressors }
}

/** The stages before the one that restores; none for a file that lies there as its tool wrote it. */
export function listReaders(
  { encryption, compression }: Pick<BackupFile, 'encryption' | 'compression'>,
  readers: Readers,
): Command[] {
  const decrypter = encryption === 'none' ? undefined : readers.decrypter
  const decompressor = compression.inside ? undefined : readers.decompressors.get(compression.method)
  return [decrypter, decompressor].filter((command) => command !== undefined)
}
