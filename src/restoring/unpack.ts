import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { memoryDirectory, readFreeBytes, readFreeMemory } from '../free-space.ts'
import { BackupError } from '../errors.ts'
import { quoteTool } from '../postgres/psql.ts'
import { runPipeline } from '../process/pipeline.ts'
import type { Command, Environment } from '../process/command.ts'
import { formatBytes } from '../units.ts'
import type { LocalFile } from './checked-file.ts'
import { listReaders } from '../archive/reading/readers.ts'
import { unpackProgram } from '../archive/reading/unpack-program.ts'
import type { RestoreSetting } from './restore-setting.ts'

/** A directory archive on disk, or in memory. */
export interface UnpackedDirectory {
  readonly path: string
  readonly remove: () => Promise<void>
}

/** What unpacking needs. */
export interface UnpackSetting extends Pick<RestoreSetting, 'readers' | 'run' | 'signal' | 'memoryOnly'> {
  readonly server: { readonly connection: { readonly environment: Environment } }
}

/**
 * Unpacks the tar file of a directory archive, which pg_restore reads from files alone. An encrypted one goes to
 * memory where there is room, so that no plaintext reaches a disk.
 * @throws BackupError PGB_DISK, PGB_RESTORE
 */
export async function unpackDirectory(file: LocalFile, setting: UnpackSetting): Promise<UnpackedDirectory> {
  const { run, signal, server } = setting
  const { parent, limit } = await choosePlace(file, setting)
  const path = await mkdtemp(join(parent, 'postgres-backup-'))
  run.discardAtEnd(path)
  const remove = (): Promise<void> => rm(path, { recursive: true, force: true })
  const stages: readonly Command[] = [...listReaders(file, setting.readers), unpackProgram(path, limit)]
  const { environment } = server.connection
  const { failure, stderr } = await runPipeline(stages as [Command, ...Command[]], {
    environment,
    signal,
    inputFile: file.path,
  })
  if (failure === undefined) return { path, remove }
  await remove()
  const isFull = /No space left on device|ENOSPC/.test(stderr)
  throw new BackupError(isFull ? 'PGB_DISK' : 'PGB_RESTORE', {
    what: `The file ${file.name} was not restored`,
    why: isFull
      ? 'the disk is full'
      : `it could not be unpacked (${quoteTool(stderr) ?? 'without a message'})`,
    whatToDo: isFull ? 'Free space on the runner' : 'Fetch the backup again, or take another one',
  })
}

/** Where an archive is unpacked. */
interface UnpackingPlace {
  readonly parent: string
  /** The most bytes that the archive may take: those that the backup counted, or all that are free. */
  readonly limit: number
}

/**
 * The most bytes that the archive may have: what is known is the size of its SQL, beside which the table of contents
 * says each definition up to three times.
 */
function limitSize({ uncompressedSize }: LocalFile): number {
  return uncompressedSize === null ? Infinity : 3 * uncompressedSize + 2 ** 20
}

async function choosePlace(
  file: LocalFile,
  { run, memoryOnly = false }: UnpackSetting,
): Promise<UnpackingPlace> {
  const needed = file.uncompressedSize ?? file.size
  if (file.encryption !== 'none') {
    const free = (await readFreeMemory()) ?? 0
    // Twice as much, since the memory is not for us alone.
    if (free > 2 * needed)
      return { parent: memoryDirectory, limit: Math.min(limitSize(file), Math.floor(free / 2)) }
    if (memoryOnly) throw refuseUnpacking(file, needed, free)
    run.log.warning(
      `The archive ${file.name} is decrypted to files in ${run.privateDirectory}, because memory has no room for it. They are private to this run and removed at its end.`,
      'Plaintext on disk',
    )
  }
  const free = (await readFreeBytes(run.privateDirectory)) ?? 0
  if (free > needed) return { parent: run.privateDirectory, limit: Math.min(limitSize(file), free) }
  throw refuseUnpacking(file, needed, free)
}

function refuseUnpacking({ name, encryption }: LocalFile, needed: number, free: number): BackupError {
  const place = encryption === 'none' ? '' : ' in memory'
  return new BackupError('PGB_DISK', {
    what: `The file ${name} was not restored`,
    why: `unpacking it takes ${formatBytes(needed)}, and ${formatBytes(free)} are free${place}`,
    whatToDo: 'Free space on the runner, or back up with `format: custom`, which needs no unpacking',
  })
}
