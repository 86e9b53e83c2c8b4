import { existsSync, readdirSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execute } from '../machine/execute.ts'

/** Major versions that Debian's newer suites have, and our machine's own does not. */
export type UnpackedMajor = 17 | 18 | 19

/** A client that runs on this machine though it was built for a newer one. */
export interface UnpackedClient {
  major: UnpackedMajor
  /** A directory that works wherever it is copied to; holds `bin` and, in `system`, the libraries. */
  folder: string
  /** `bin` below it, with pg_dump, pg_dumpall, pg_restore and psql. */
  binDirectory: string
}

/** Debian suites, those most likely to last first. */
const suites: Record<UnpackedMajor, string[]> = {
  17: ['trixie'],
  18: ['forky', 'sid'],
  // Before its release; what comes after it is in sid, which is asked together with this one.
  19: ['experimental', 'forky'],
}

const mirror = 'http://deb.debian.org/debian'
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'
const programs = ['pg_dump', 'pg_dumpall', 'pg_restore', 'psql']
const serverPrograms = ['initdb', 'postgres']

/** Packages that a client names and does not need to run, told to apt as installed. */
const notNeeded = [
  ...['postgresql-client-common', 'sensible-utils', 'readline-common', 'debconf', 'perl'],
  ...['postgresql-common', 'ssl-cert', 'locales', 'tzdata'],
]

/**
 * Downloads a client with its libraries and unpacks it below the system's temporary directory, where it stays for
 * the next run. The machine's own apt is not touched.
 * @throws Error with the reasons when it is not to be had: tests that need it must not pass without it
 */
export async function unpackClient(major: UnpackedMajor): Promise<UnpackedClient> {
  const folder = join(tmpdir(), `pgb-client-${major}-${process.getuid?.() ?? 0}`)
  const client = { major, folder, binDirectory: join(folder, 'bin') }
  if (existsSync(folder)) return client
  const reasons: string[] = []
  for (const suite of suites[major]) {
    try {
      await prepare(client, suite)
      return client
    } catch (error) {
      reasons.push(`${suite}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  throw new Error(`Tests need PostgreSQL client ${major}, which is not to be had:\n${reasons.join('\n')}`)
}

/**
 * The directory with `initdb` and `postgres` of a server that only Debian's newer suites have.
 * @throws Error as {@link unpackClient} does
 */
export async function unpackServer(major: 19): Promise<string> {
  const { folder } = await unpackClient(major)
  return join(folder, programDirectory(major))
}

/** Renames only a finished folder, so that a second worker never uses a half one. */
async function prepare({ major, folder }: UnpackedClient, suite: string): Promise<void> {
  const draft = await mkdtemp(`${folder}-`)
  try {
    await chmod(draft, 0o755)
    const name = major === 19 ? `postgresql-${major}` : `postgresql-client-${major}`
    const archives = await downloadPackage(join(draft, 'apt'), suite, name)
    for (const archive of archives) await execute('dpkg-deb', ['--extract', archive, join(draft, 'system')])
    await writeWrappers(draft, major)
    if (major === 19) await wrapServer(draft, major)
    await execute(join(draft, 'bin', 'pg_dump'), ['--version'])
    for (const surplus of [
      'apt',
      'system/usr/share/doc',
      'system/usr/share/man',
      'system/usr/share/locale',
    ]) {
      await rm(join(draft, surplus), { recursive: true, force: true })
    }
    // A second worker that was faster made the same.
    await rename(draft, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error
    })
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/** Downloads the package and what it depends on, in a private apt. Returns the files. */
export async function downloadPackage(
  directory: string,
  suite: string,
  packageName: string,
): Promise<string[]> {
  if (!existsSync(keyring)) throw new Error(`there is no ${keyring} (package debian-archive-keyring)`)
  const at = (name: string): string => join(directory, name)
  await mkdir(at('state/lists/partial'), { recursive: true })
  await mkdir(at('cache/archives/partial'), { recursive: true })
  // That one has only what is tried out, which is made for this one.
  const asked = suite === 'experimental' ? [suite, 'sid'] : [suite]
  const sources = asked.map((name) => `deb [signed-by=${keyring}] ${mirror} ${name} main\n`)
  await writeFile(at('sources.list'), sources.join(''))
  await writeFile(at('status'), notNeeded.map(formatInstalled).join(''))
  const options = {
    'Dir::Etc::SourceList': at('sources.list'),
    'Dir::Etc::SourceParts': '-',
    'Dir::State': at('state'),
    'Dir::State::Status': at('status'),
    'Dir::Cache': at('cache'),
    'Acquire::Languages': 'none',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled': 'false',
    'APT::Update::Error-Mode': 'any',
  }
  const common = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`])
  await execute('apt-get', ['-qq', ...common, 'update'])
  const only = ['--no-install-recommends', '--download-only', `--target-release=${suite}`]
  const install = ['install', '-y', ...only, packageName]
  await execute('apt-get', ['-qq', ...common, ...install])
  const names = await readdir(at('cache/archives'))
  return names.filter((name) => name.endsWith('.deb')).map((name) => at(`cache/archives/${name}`))
}

function formatInstalled(name: string): string {
  const fields = ['Version: 999', 'Architecture: all', 'Maintainer: nobody', 'Description: not needed']
  return [`Package: ${name}`, 'Status: install ok installed', ...fields, '', ''].join('\n')
}

async function writeWrappers(folder: string, major: number): Promise<void> {
  await mkdir(join(folder, 'bin'))
  for (const program of programs)
    await writeWrapper(folder, join('bin', program), join(programDirectory(major), program))
}

/** A server finds what it needs relative to where it stands, so here the wrapper takes the place of the program. */
async function wrapServer(folder: string, major: number): Promise<void> {
  for (const program of serverPrograms) {
    const place = join(programDirectory(major), program)
    await rename(join(folder, place), join(folder, `${place}.bin`))
    await writeWrapper(folder, place, `${place}.bin`)
  }
}

/** A program needs the C library that it was built for, so that library's own loader starts it. */
async function writeWrapper(folder: string, place: string, program: string): Promise<void> {
  const libraries = join('system/usr/lib', `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`)
  const loader = readdirSync(join(folder, libraries)).find((name) => /^ld-linux-.*\.so\.\d+$/.test(name))
  if (loader === undefined) throw new Error(`there is no loader in ${libraries}`)
  const file = join(folder, place)
  // argv[0] stays the wrapper's, since pg_dumpall looks for pg_dump beside itself.
  const start = `"$home/${libraries}/${loader}" --argv0 "$0" --library-path "$home/${libraries}"`
  await writeFile(file, `#!/bin/sh\nhome=\${0%/${place}}\nexec ${start} "$home/${program}" "$@"\n`)
  await chmod(file, 0o755)
}

function programDirectory(major: number): string {
  return `system/usr/lib/postgresql/${major}/bin`
}
