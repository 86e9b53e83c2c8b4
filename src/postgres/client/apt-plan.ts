import { asRoot, makeStep } from './install-plan.ts'
import type { InstallPlan, InstallStep, Privilege } from './install-plan.ts'

/** A file that an installation adds to the system. */
export interface StagedFile {
  /** Where it lies ready, readable by root. */
  readonly source: string
  /** Where it belongs. */
  readonly target: string
}

/** What of an apt system decides how a client is installed. */
export interface AptFacts {
  readonly privilege: Privilege
  readonly packageName: string
  /** True when the configured sources already have the package. */
  readonly offered: boolean
  /** What makes the PostgreSQL project's source known; empty when it is configured already. */
  readonly files: readonly StagedFile[]
  /** The file below sources.list.d that configures that source. */
  readonly sourceFile: string
}

/** Another package manager is waited for, and then it is reported. */
export const lockTimeoutSeconds = 120

/** Programs that ask questions, or restart services after an installation, would stop or disturb the job. */
const environment = ['env', 'LC_ALL=C', 'DEBIAN_FRONTEND=noninteractive', 'NEEDRESTART_SUSPEND=1']

/** apt's own name of a client's package; without a major version, of the one that the system prefers. */
export function nameAptPackage(major: number | undefined): string {
  return major === undefined ? 'postgresql-client' : `postgresql-client-${major}`
}

/**
 * The commands that install a client's package by apt: from the configured sources if they offer it, else from the
 * PostgreSQL project's own source. The second try begins with fresh package lists.
 */
export function planAptInstallation(facts: AptFacts): InstallPlan {
  const { privilege, packageName, offered, files, sourceFile } = facts
  const install = makeStep(listInstallArguments(privilege, packageName))
  const update = planAptUpdate(privilege)
  if (offered) return { steps: [install], retrySteps: [update, install] }
  const addSource = files.map(({ source, target }) =>
    makeStep(asRoot(privilege, ['install', '-D', '-m', '0644', source, target])),
  )
  const updateSource = makeStep([
    ...asRoot(privilege, [...environment, 'apt-get', 'update', ...boundOptions]),
    // Reading this one source takes a second, reading all of them ten.
    ...['-o', `Dir::Etc::SourceList=${sourceFile}`, '-o', 'Dir::Etc::SourceParts=-'],
    ...['-o', 'APT::Get::List-Cleanup=false', '-o', 'APT::Update::Error-Mode=any'],
  ])
  return {
    steps: [...addSource, updateSource, install],
    retrySteps: [...addSource, update, install],
  }
}

/** Reads all package lists. Not required: a foreign source that is down must not stop an installation. */
export function planAptUpdate(privilege: Privilege): InstallStep {
  return makeStep(asRoot(privilege, [...environment, 'apt-get', 'update', ...boundOptions]), false)
}

/**
 * Reads `apt-cache policy NAME…`: the names that have a candidate for installation.
 * apt prints nothing at all about a name that no source mentions.
 */
export function parseCandidates(output: string): readonly string[] {
  const paragraphs = output.split(/^(?=\S)/m)
  return paragraphs
    .filter((paragraph) => /^ {2}Candidate: (?!\(none\))/m.test(paragraph))
    .map((paragraph) => paragraph.slice(0, paragraph.indexOf(':')))
}

/** Whether apt or dpkg failed because another package manager was at work. */
export function isLocked(stderr: string): boolean {
  return /Could not get lock|is another process using it/.test(stderr)
}

/** The release that the PostgreSQL project's source names; a derived system names the one that it is made of. */
export function findCodename(osRelease: Readonly<Record<string, string>>): string | undefined {
  return osRelease['UBUNTU_CODENAME'] ?? osRelease['DEBIAN_CODENAME'] ?? osRelease['VERSION_CODENAME']
}

/** A source in apt's deb822 style, which trusts one key for this source and for no other. */
export function formatAptSource(url: string, codename: string, keyFile: string): string {
  return `Types: deb\nURIs: ${url}\nSuites: ${codename}-pgdg\nComponents: main\nSigned-By: ${keyFile}\n`
}

/** Without them apt tries for as long as the machine's own configuration likes; a whole installation is tried twice. */
const boundOptions = [
  `DPkg::Lock::Timeout=${lockTimeoutSeconds}`,
  'Acquire::Retries=1',
  'Acquire::http::Timeout=30',
  'Acquire::https::Timeout=30',
].flatMap((option) => ['-o', option])
// Without a pseudo-terminal dpkg draws no progress bars into the log.
const installOptions = [...boundOptions, '-o', 'Dpkg::Use-Pty=false']

function listInstallArguments(privilege: Privilege, packageName: string): string[] {
  const install = [
    'apt-get',
    'install',
    '-y',
    '-q',
    '--no-install-recommends',
    ...installOptions,
    packageName,
  ]
  return asRoot(privilege, [...environment, ...install])
}
