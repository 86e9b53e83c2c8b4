import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { listReaders } from '../archive/reading/readers.ts'
import { memoryDirectory, readFreeBytes, readFreeMemory } from '../free-space.ts'
import { quoteTool } from '../postgres/psql.ts'
import { runPipeline } from '../process/pipeline.ts'
import type { Command } from '../process/command.ts'
import { formatBytes, formatCount } from '../units.ts'
import type { Archive } from './archive-file.ts'
import type { RestoreSetting } from './restore-setting.ts'

/** An archive as pg_dump wrote it, in a file of its own. */
export interface UnwrappedArchive {
  readonly path: string
  readonly remove: () => Promise<void>
}

/**
 * Undoes what was compressed or encrypted around an archive, so that several workers can jump about in it: where there is
 * room, for an encrypted one in memory alone, so that no plaintext reaches a disk. The log says what was done.
 * @returns undefined where one worker must do
 */
export async function unwrapArchive(
  file: Archive,
  setting: RestoreSetting,
): Promise<UnwrappedArchive | undefined> {
  const { run, tableJobs } = setting
  const { parent, place, free } = await findRoom(file, setting)
  const size = measureArchive(file)
  // Twice as much, since neither a disk nor memory is for us alone.
  if (size === undefined || 2 * size > free) {
    const why =
      size === undefined
        ? 'nobody counted how large it is without its compression'
        : `unpacking it for several takes ${formatBytes(size)}, and ${formatBytes(free)} are free ${place}`
    run.log.info(`${file.name} is restored by one worker: ${why}`)
    return undefined
  }
  run.log.info(`${file.name} is unpacked ${place} for ${formatCount(tableJobs, 'worker')}`)
  const directory = await mkdtemp(join(parent, 'postgres-backup-'))
  run.discardAtEnd(directory)
  const path = join(directory, 'archive')
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true })
  const remark = await writeArchive(file, setting, { path, limit: Math.min(limitSize(size), free) })
  if (remark === undefined) return { path, remove }
  await remove()
  run.log.warning(`${file.name} is restored by one worker, since it could not be unpacked: ${remark}.`)
  return undefined
}

interface Room {
  readonly parent: string
  /** As in `in memory`. */
  readonly place: string
  readonly free: number
}

async function findRoom({ encryption }: Archive, { run }: RestoreSetting): Promise<Room> {
  if (encryption !== 'none')
    return { parent: memoryDirectory, place: 'in memory', free: (await readFreeMemory()) ?? 0 }
  const parent = run.privateDirectory
  return { parent, place: `in ${parent}`, free: (await readFreeBytes(parent)) ?? 0 }
}

/** Bytes of the archive: exactly, but for a few that encryption adds, or those of its SQL; undefined where nobody counted. */
function measureArchive({ compression, size, uncompressedSize }: Archive): number | undefined {
  return compression.inside || compression.method === 'none' ? size : (uncompressedSize ?? undefined)
}

/** An archive says each definition up to three times. */
function limitSize(size: number): number {
  return 3 * size + 2 ** 20
}

/** @returns why it failed */
async function writeArchive(
  file: Archive,
  { readers, server, signal }: RestoreSetting,
  { path, limit }: { path: string; limit: number },
): Promise<string | undefined> {
  // Whoever lies about the size of an archive fills no disk with it: what writes more loses its reader, and fails.
  const bounded = { path: 'head', args: ['-c', `${limit}`] }
  const stages: readonly Command[] = [...listReaders(file, readers), bounded]
  const { environment } = server.connection
  const options = { environment, signal, inputFile: file.path, outputFile: path }
  const { failure, stderr } = await runPipeline(stages as [Command, ...Command[]], options)
  return failure && (quoteTool(stderr) ?? 'it is larger than it should be')
}
