import { rmSync } from 'node:fs'
import { chmod, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const rootVariable = 'POSTGRES_BACKUP_TEST_ROOT'

/** Makes the directory below which all workers of one jest run put their files. */
export async function makeScratchRoot(): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'pgb-tests-'))
  await chmod(root, 0o755)
  process.env[rootVariable] = root
}

/** Removes what {@link makeScratchRoot} made, with everything in it. */
export function removeScratchRoot(): void {
  const root = process.env[rootVariable]
  if (root !== undefined) rmSync(root, { recursive: true, force: true })
}

/** What goes away with this process, outside jest. */
const ownDirectories: string[] = []

/** Makes an empty directory that goes away when the jest run, or outside jest the process, ends. */
export async function makeScratchDirectory(prefix: string): Promise<string> {
  const root = process.env[rootVariable]
  const directory = await mkdtemp(join(root ?? tmpdir(), `${prefix}-`))
  if (root === undefined) {
    if (ownDirectories.length === 0) process.once('exit', removeOwnDirectories)
    ownDirectories.push(directory)
  }
  return directory
}

/** A path below the directory that all workers of one jest run have in common; undefined outside jest. */
export function nameSharedDirectory(name: string): string | undefined {
  const root = process.env[rootVariable]
  return root === undefined ? undefined : join(root, name)
}

function removeOwnDirectories(): void {
  for (const directory of ownDirectories) rmSync(directory, { recursive: true, force: true })
}
