import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A Debian package, and a file that shows that it, or its like from elsewhere, is there. */
export interface SystemPackage {
  name: string
  /** A command to be found on the PATH, or an absolute path. */
  provides: string
}

const postgresTools = '/usr/lib/postgresql/15/bin'

/** What `npm run demo` needs. */
export const demoPackages: SystemPackage[] = [
  { name: 'postgresql-client-15', provides: `${postgresTools}/pg_dump` },
  { name: 'zstd', provides: 'zstd' },
]

/** What the tests need. */
export const testPackages: SystemPackage[] = [
  ...demoPackages,
  { name: 'postgresql-15', provides: `${postgresTools}/initdb` },
  { name: 'pgbouncer', provides: 'pgbouncer' },
  { name: 'isal', provides: 'igzip' },
  { name: 'pigz', provides: 'pigz' },
  { name: 'pbzip2', provides: 'pbzip2' },
  { name: 'lbzip2', provides: 'lbzip2' },
  { name: 'bzip2', provides: 'bzip2' },
  { name: 'lz4', provides: 'lz4' },
  { name: 'xz-utils', provides: 'xz' },
  { name: 'age', provides: 'age' },
  { name: 'gnupg', provides: 'gpg' },
  { name: 'openssl', provides: 'openssl' },
  { name: 'strace', provides: 'strace' },
  { name: 'python3', provides: 'python3' },
  { name: 'python3-pip', provides: 'pip3' },
  { name: 'unzip', provides: 'unzip' },
  { name: 'busybox', provides: 'busybox' },
  { name: 'locales', provides: '/usr/share/i18n/locales/de_DE' },
]

/** Debian keeps servers such as pgbouncer where an ordinary user's PATH does not look. */
function isThere({ provides }: SystemPackage): boolean {
  if (provides.startsWith('/')) return existsSync(provides)
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
  return folders.some((folder) => existsSync(join(folder, provides)))
}

/** Which of the packages are missing. Looks at files only, so it takes milliseconds. */
export function findMissingPackages(packages: SystemPackage[]): string[] {
  return packages.filter((candidate) => !isThere(candidate)).map(({ name }) => name)
}

function isDebianLike(): boolean {
  return existsSync('/usr/bin/apt-get') && existsSync('/etc/debian_version')
}

/** Releases other than bookworm have another PostgreSQL: its client reads our embedded servers if it is newer. */
function fitToRelease(names: string[]): string[] {
  const release = readFileSync('/etc/os-release', 'utf8')
  if (/^VERSION_CODENAME=bookworm$/m.test(release)) return names
  const policy = spawnSync('apt-cache', ['policy', 'postgresql-15'], { encoding: 'utf8' }).stdout
  if (/Candidate: \d/.test(policy)) return names
  const others = names.filter((name) => !name.startsWith('postgresql-'))
  const client = { name: 'postgresql-client', provides: 'pg_dump' }
  return names.includes('postgresql-client-15') ? [...others, ...findMissingPackages([client])] : others
}

/**
 * The policy file keeps Debian from starting the servers that it installs: the tests start their own.
 * The package lists are fetched only where installing fails without.
 */
const installScript = `
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  printf '#!/bin/sh\\nexit 101\\n' >$policy && chmod 755 $policy
  trap 'rm -f $policy' EXIT
fi
install() { apt-get -o DPkg::Lock::Timeout=300 -qq -y --no-install-recommends install "$@"; }
export DEBIAN_FRONTEND=noninteractive
install "$@" >/dev/null 2>&1 || { apt-get -o DPkg::Lock::Timeout=300 -qq update && install "$@" >/dev/null; }
`

function install(names: string[]): boolean {
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  const [command = 'sh', ...args] = [...asRoot, 'sh', '-c', installScript, 'sh', ...names]
  return spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0
}

/**
 * Makes sure that the tools are there, installing what is missing where that needs no question.
 * Throws, naming the one command that helps, where it cannot.
 */
export function ensureSystemPackages(packages: SystemPackage[] = testPackages): void {
  const missing = findMissingPackages(packages)
  if (missing.length === 0) return
  if (!isDebianLike()) throw new Error(`Please install what Debian calls: ${missing.join(' ')}`)
  const names = fitToRelease(missing)
  if (names.length === 0) return
  console.error(`Installing the Debian packages that are missing here: ${names.join(' ')}`)
  if (install(names)) return
  throw new Error(`Please run: sudo apt-get update && sudo apt-get install -y ${names.join(' ')}`)
}
