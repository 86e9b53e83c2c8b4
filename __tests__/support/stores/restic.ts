import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { execute } from '../machine/execute.ts'
import { downloadPackage } from '../postgres/postgres-clients.ts'
import { cache } from '../repository.ts'

/**
 * Debian's package of restic, unpacked into `node_modules/.cache`, where it stays for the next run. The one of the
 * machine's own suite may be too old: before 0.17 it did not keep the oldest while there were counts left.
 * @returns the program
 */
export async function unpackRestic(): Promise<string> {
  const folder = join(cache, 'restic')
  const program = join(folder, 'usr', 'bin', 'restic')
  if (existsSync(program)) return program
  await mkdir(cache, { recursive: true })
  const draft = await mkdtemp(`${folder}-`)
  try {
    const archives = await downloadPackage(join(draft, 'apt'), 'trixie', 'restic')
    const archive = archives.find((path) => /\/restic_[^/]*\.deb$/.test(path)) ?? 'no package'
    await execute('dpkg-deb', ['--extract', archive, join(draft, 'system')])
    await execute(join(draft, 'system', 'usr', 'bin', 'restic'), ['version'])
    await rename(join(draft, 'system'), folder)
    return program
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}
