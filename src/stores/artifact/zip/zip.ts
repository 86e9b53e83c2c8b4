import { createWriteStream } from 'node:fs'
import { mkdir, open, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { formatBytes } from '../../../units.ts'
import { toZipError, ZipError } from './zip-members.ts'
import { openZip, readFromFile, type ZipMember } from './zip-reader.ts'

export { ZipError } from './zip-members.ts'

const fileMode = 0o600
const directoryMode = 0o700

/** A dump that nothing has compressed before shrinks to a tenth or a twentieth; only zeros shrink to a thousandth. */
const highestRatio = 200
const harmlessBytes = 1_000_000_000

/**
 * Extracts the files of a zip that are wanted below a directory that exists, should be empty and belong to nobody else.
 * What the zip says about its sizes is judged before anything is written; every member's size and CRC-32 are checked; an existing file is
 * never overwritten. Bytes stream; memory stays flat.
 * @returns the names of the files, relative to the directory
 * @throws ZipError when the zip is damaged, dangerous or too large; Node's error when the disk fails
 */
export async function extractZip(
  zip: string,
  directory: string,
  isWanted: (name: string) => boolean = () => true,
): Promise<string[]> {
  const file = await open(zip, 'r')
  try {
    const source = await readFromFile(file, zip)
    const members = (await openZip(source)).members.filter(({ name }) => isWanted(name))
    const { bavail, bsize } = await statfs(directory)
    checkSizes(members, { zip: source.size, free: bavail * bsize })
    const written: string[] = []
    for (const member of members) {
      const target = join(directory, member.name)
      if (member.name.endsWith('/')) await mkdir(target, { recursive: true, mode: directoryMode })
      else {
        await extractMember(member, target)
        written.push(member.name)
      }
    }
    return written
  } finally {
    await file.close()
  }
}

/**
 * PURE. Refuses a zip that would fill the disk, by the sizes that it tells itself; it cannot bring more than these.
 * @param bytes of the zip, and of free space where it is to be unpacked
 * @throws ZipError
 */
export function checkSizes(
  members: readonly Pick<ZipMember, 'size'>[],
  bytes: { readonly zip: number; readonly free: number },
): void {
  const total = members.reduce((sum, { size }) => sum + size, 0)
  if (total > bytes.free) {
    throw new ZipError(
      `the zip holds ${formatBytes(total)} of files, and the disk has ${formatBytes(bytes.free)} left`,
    )
  }
  if (total > harmlessBytes && total > bytes.zip * highestRatio) {
    throw new ZipError(
      `the zip has ${formatBytes(bytes.zip)} and would unpack to ${formatBytes(total)}, which is more than a backup would`,
    )
  }
}

async function extractMember(member: ZipMember, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true, mode: directoryMode })
  const output = createWriteStream(target, { flags: 'wx', mode: fileMode })
  await pipeline(await member.open(), output).catch((error: unknown) => {
    throw toZipError(error)
  })
}
