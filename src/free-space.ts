import { statfs } from 'node:fs/promises'

/** Where Linux keeps files in memory; on other systems, and in some containers, it is missing or lies on a disk. */
export const memoryDirectory = '/dev/shm'

/** Types of file systems that keep their files in memory: tmpfs, ramfs (statfs(2)). */
const memoryTypes: ReadonlySet<number> = new Set([0x0102_1994, 0x8584_58f6])

/** Bytes that are free for this user; undefined where the directory is not there. */
export async function readFreeBytes(directory: string): Promise<number | undefined> {
  return statfs(directory).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => undefined,
  )
}

/**
 * @param directory other than {@link memoryDirectory} only in tests
 * @returns bytes that are free there for files that must touch no disk, of what this machine or container has; undefined
 *   where it is no memory
 */
export async function readFreeMemory(directory = memoryDirectory): Promise<number | undefined> {
  return statfs(directory).then(
    ({ type, bavail, bsize }) =>
      memoryTypes.has(type) ? Math.min(bavail * bsize, process.availableMemory()) : undefined,
    () => undefined,
  )
}
