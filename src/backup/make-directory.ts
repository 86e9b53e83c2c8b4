import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { refuseInput } from '../inputs/read-inputs.ts'
import { readNodeCode } from '../node-error.ts'
import { isFullDisk } from '../step/system-error.ts'

/**
 * Makes the output directory, and those above it, for this user alone. Node's own way of it never ends where the system
 * lets nobody make one, as below /proc.
 * @param directory absolute
 * @throws BackupError PGB_INPUT that says what is in the way
 */
export async function makeDirectory(directory: string): Promise<void> {
  await makeWithParents(directory).catch((cause: unknown) => {
    throw explainDirectoryFailure('it cannot be created', cause)
  })
}

/** PURE. What stands in the way of writing to the output directory, in words. A full disk is told as such elsewhere. */
export function explainDirectoryFailure(what: string, cause: unknown): unknown {
  if (isFullDisk(cause)) return cause
  const code = readNodeCode(cause) ?? 'unknown error'
  const found = causes[code]
  const [why, whatToDo] = found ?? ['', 'Give another path, and look at the disk']
  return refuseInput('output-dir', `${what}${why === '' ? '' : `: ${why}`} (${code})`, whatToDo)
}

const giveAnother = 'Give another path, such as one below ${{ runner.temp }}'
const giveRight = `Give the runner's user the right to write there, or another path`

const causes: Readonly<Record<string, readonly [why: string, whatToDo: string]>> = {
  EEXIST: ['a file, or a link that leads to nothing, is in its place', `${giveAnother}, or remove it`],
  ENOTDIR: ['a part of the path is no directory', giveAnother],
  ENOENT: ['the system lets nobody make a directory there', giveAnother],
  EACCES: ["this run's user may not write there", giveRight],
  EPERM: ['the system does not permit it', giveRight],
  EROFS: ['the disk is mounted for reading only', 'Mount it for writing, or give another path'],
  ELOOP: ['a link on the way leads round in a circle', giveAnother],
  ENAMETOOLONG: ['a name in it, or the path, is too long', 'Give a shorter one'],
}

async function makeWithParents(directory: string): Promise<void> {
  try {
    await makeOne(directory)
  } catch (error) {
    const parent = dirname(directory)
    if (readNodeCode(error) !== 'ENOENT' || parent === directory) throw error
    await makeWithParents(parent)
    await makeOne(directory)
  }
}

/** What is there already will do if it is a directory, or a link to one. */
async function makeOne(directory: string): Promise<void> {
  await mkdir(directory, { mode: 0o700 }).catch(async (error: unknown) => {
    const isThere = await stat(directory).then(
      (found) => found.isDirectory(),
      () => false,
    )
    if (!isThere) throw error
  })
}
