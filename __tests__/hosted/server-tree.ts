import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { makeScratchDirectory } from '../support/machine/scratch.ts'
import { findServer } from '../support/postgres/server-binaries.ts'
import type { Major } from '../support/postgres/server-binaries.ts'

const standIns = join(import.meta.dirname, 'extensions')

/**
 * A server of our own that has more extensions than the machine's, which stays as it is. PostgreSQL finds its files
 * relative to its executable, so a copy of that among links to the rest is enough.
 * @param added names of stand-ins
 * @returns the directory of its programs
 */
export async function makeServerTree(major: Major, added: readonly string[]): Promise<string> {
  const binaries = await findServer(major, false)
  const debianShare = join('/usr/share/postgresql', String(major))
  const prefix = binaries.startsWith('/usr/lib') ? '/usr' : dirname(binaries)
  const share = prefix === '/usr' ? debianShare : findShare(prefix)
  const libraries = join(dirname(binaries), 'lib')
  const root = await makeScratchDirectory(`server${major}`)
  // The server runs under another account.
  await chmod(root, 0o755)
  const inRoot = (path: string): string => join(root, relative(prefix, path))
  await mkdir(inRoot(binaries), { recursive: true })
  await copyFile(join(binaries, 'postgres'), join(inRoot(binaries), 'postgres'))
  await symlink(libraries, inRoot(libraries))
  await linkAll(share, inRoot(share), ['extension'])
  await linkAll(join(share, 'extension'), join(inRoot(share), 'extension'), [])
  const extensions = join(inRoot(share), 'extension')
  for (const name of added)
    for (const file of [`${name}.control`, `${name}--1.0.sql`])
      await copyFile(join(standIns, file), join(extensions, file))
  // Services let their users create it, by code of their own; here that is what `trusted` does.
  const control = 'pg_stat_statements.control'
  const original = await readFile(join(share, 'extension', control), 'utf8')
  await rm(join(extensions, control))
  await writeFile(join(extensions, control), `${original}trusted = true\n`)
  return inRoot(binaries)
}

function findShare(prefix: string): string {
  const nested = join(prefix, 'share', 'postgresql')
  return existsSync(nested) ? nested : join(prefix, 'share')
}

async function linkAll(source: string, target: string, except: string[]): Promise<void> {
  await mkdir(target, { recursive: true })
  for (const name of await readdir(source))
    if (!except.includes(name)) await symlink(join(source, name), join(target, name))
}
