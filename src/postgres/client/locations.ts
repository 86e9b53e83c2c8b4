import { posix, win32 } from 'node:path'
import type { Environment } from '../../process/command.ts'

/** What decides where clients may lie. */
export interface LocationFacts {
  readonly platform: NodeJS.Platform
  /** Read are HOMEBREW_PREFIX, PGBIN, ProgramFiles and RUNNER_TOOL_CACHE; all may be missing. */
  readonly environment: Environment
  /** Value of the PATH variable. */
  readonly path: string
  /** Where the file system's own places begin: `/`, or a test's private root. */
  readonly root: string
  /** Names in a directory; none when it cannot be read. */
  readonly list: (directory: string) => readonly string[]
}

/** Directories below `parent` whose name matches, each with its programs in `programs`. */
interface Family {
  readonly parent: string
  readonly name: RegExp
  readonly programs: string
}

const number = /^\d+(\.\d+)?$/
const formula = /^(postgresql(@[\d.]+)?|libpq)$/

/** Where packages for Linux put one major version beside another. */
const linuxFamilies: readonly Family[] = [
  // Debian and Ubuntu, both their own packages and those of apt.postgresql.org.
  { parent: '/usr/lib/postgresql', name: number, programs: 'bin' },
  // Red Hat and its kin, from download.postgresql.org.
  { parent: '/usr', name: /^pgsql-\d+(\.\d+)?$/, programs: 'bin' },
  // Alpine.
  { parent: '/usr/libexec', name: /^postgresql\d+$/, programs: '' },
  // SUSE.
  { parent: '/usr/lib', name: /^postgresql\d+$/, programs: 'bin' },
  // EnterpriseDB's installer.
  { parent: '/opt/PostgreSQL', name: number, programs: 'bin' },
  { parent: '/home/linuxbrew/.linuxbrew/opt', name: formula, programs: 'bin' },
]

const macFamilies: readonly Family[] = [
  // Homebrew on Apple silicon, and on Intel.
  { parent: '/opt/homebrew/opt', name: formula, programs: 'bin' },
  { parent: '/usr/local/opt', name: formula, programs: 'bin' },
  // Postgres.app, EnterpriseDB's installer, MacPorts.
  { parent: '/Applications/Postgres.app/Contents/Versions', name: number, programs: 'bin' },
  { parent: '/Library/PostgreSQL', name: number, programs: 'bin' },
  { parent: '/opt/local/lib', name: /^postgresql\d+$/, programs: 'bin' },
]

/**
 * Every directory in which a client may lie, in the order of looking: the system's own places, the tool cache,
 * the PATH. Reads directories only by `list`; says nothing about what lies there.
 */
export function listClientDirectories(facts: LocationFacts): readonly string[] {
  const directories = [...listSystemPlaces(facts), ...listToolCache(facts), ...listPath(facts)]
  return [...new Set(directories)]
}

function listSystemPlaces(facts: LocationFacts): string[] {
  const { platform, environment, root, list } = facts
  const paths = pathsOf(facts)
  const families = platform === 'win32' ? findWindowsFamilies(environment) : findUnixFamilies(facts)
  const fromVariable = environment['PGBIN'] === undefined ? [] : [environment['PGBIN']]
  const found = families.flatMap(({ parent, name, programs }) => {
    const place = platform === 'win32' ? parent : paths.join(root, parent)
    const children = list(place).filter((child) => name.test(child))
    return children.map((child) => paths.join(place, child, programs))
  })
  return platform === 'win32'
    ? [...found, ...fromVariable]
    : [...found, paths.join(root, '/usr/local/pgsql/bin')]
}

function findUnixFamilies({ platform, environment }: LocationFacts): readonly Family[] {
  const families = platform === 'darwin' ? macFamilies : linuxFamilies
  const prefix = environment['HOMEBREW_PREFIX']
  if (prefix === undefined) return families
  return [...families, { parent: posix.join(prefix, 'opt'), name: formula, programs: 'bin' }]
}

function findWindowsFamilies(environment: Environment): Family[] {
  const programFiles = environment['ProgramFiles'] ?? 'C:\\Program Files'
  return [{ parent: win32.join(programFiles, 'PostgreSQL'), name: number, programs: 'bin' }]
}

/** The runner's tool cache keeps `tool/version/architecture`, with the programs there or in `bin`. */
function listToolCache(facts: LocationFacts): string[] {
  const { environment, list } = facts
  const paths = pathsOf(facts)
  const cache = environment['RUNNER_TOOL_CACHE']
  if (cache === undefined) return []
  const tools = list(cache).filter((name) => /^(postgres(ql)?|pgsql|libpq)([-_]client)?$/i.test(name))
  return tools
    .flatMap((tool) => list(paths.join(cache, tool)).map((version) => paths.join(cache, tool, version)))
    .flatMap((version) => list(version).map((architecture) => paths.join(version, architecture)))
    .flatMap((directory) => [paths.join(directory, 'bin'), directory])
}

function listPath(facts: LocationFacts): string[] {
  const paths = pathsOf(facts)
  const entries = facts.path.split(paths.delimiter)
  const unquoted =
    facts.platform === 'win32' ? entries.map((entry) => entry.replace(/^"(.*)"$/, '$1')) : entries
  return unquoted.filter((entry) => paths.isAbsolute(entry))
}

function pathsOf({ platform }: LocationFacts): typeof posix {
  return platform === 'win32' ? win32 : posix
}
