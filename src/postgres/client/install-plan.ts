import type { Command } from '../../process/command.ts'

/** Package managers by which a client can be installed. */
export const packageManagers = ['apt-get', 'apk', 'dnf', 'brew', 'choco'] as const
export type PackageManager = (typeof packageManagers)[number]

/** How this process may change the system: as root itself, by sudo, or not at all. */
export type Privilege = 'root' | 'sudo' | 'none'

/** What of the system decides how a client is installed. */
export interface SystemFacts {
  readonly packageManager: PackageManager
  readonly privilege: Privilege
  /** Node's name of the processor: `x64`, `arm64`. */
  readonly architecture: string
  /** Variables of /etc/os-release; empty elsewhere than on Linux. */
  readonly osRelease: Readonly<Record<string, string>>
}

/** One command of an installation. */
export interface InstallStep {
  readonly command: Command
  /** False when the following steps may succeed though this one fails. */
  readonly required: boolean
}

/** The commands that install one client, and nothing beside it. */
export interface InstallPlan {
  readonly steps: readonly InstallStep[]
  /** What is run instead when the steps fail. */
  readonly retrySteps: readonly InstallStep[]
}

/**
 * The commands that install the client of a major version, or the system's own when `major` is undefined.
 * For apt see apt-plan.ts, where more must be known.
 */
export function planInstallation(
  system: SystemFacts & { readonly packageManager: Exclude<PackageManager, 'apt-get'> },
  major: number | undefined,
): InstallPlan {
  switch (system.packageManager) {
    case 'apk':
      return planTwice([
        asRoot(system.privilege, ['apk', 'add', '--no-cache', '--wait', '120', nameApkPackage(major)]),
      ])
    case 'dnf':
      return planTwice(listDnfCommands(system, major).map((args) => asRoot(system.privilege, args)))
    case 'brew':
      return planBrew(major)
    case 'choco':
      return planTwice([['choco', ...listChocoArguments(major)]])
  }
}

/** The one command by which a user installs the client by hand, in a shell of the system; by sudo where there is one. */
export function describeManualCommand(system: SystemFacts, major: number | undefined): string {
  const sudo = system.privilege === 'sudo' ? 'sudo ' : ''
  switch (system.packageManager) {
    case 'apt-get':
      return describeAptCommand(sudo, major)
    case 'apk':
      return `${sudo}apk add ${nameApkPackage(major)}`
    case 'dnf':
      return listDnfCommands(system, major)
        .map((args) => `${sudo}${args.join(' ')}`)
        .join(' && ')
    case 'brew':
      return `brew install ${nameFormula(major)}`
    case 'choco':
      return `choco install -y ${nameChocoPackage(major)}`
  }
}

/** Of one command; a mirror that is slow needs minutes. */
const commandLimitSeconds = 600

/**
 * The argument vector that runs as root; sudo never asks for a password, for nobody could type it. What runs as another
 * user cannot be ended by this one, so it ends itself.
 */
export function asRoot(privilege: Privilege, args: readonly string[]): string[] {
  return privilege === 'sudo'
    ? ['sudo', '-n', 'timeout', '-k', '10', `${commandLimitSeconds}`, ...args]
    : [...args]
}

/** Whether there is, or may come, a PostgreSQL of this major version; only then its number is part of a command. */
export function isMajorVersion(major: number): boolean {
  return /^(?:[1-9]\d|9\.[0-6]|8\.[0-4])$/.test(`${major}`)
}

export function makeStep([path = '', ...args]: readonly string[], required = true): InstallStep {
  return { command: { path, args }, required }
}

function planTwice(commands: readonly (readonly string[])[]): InstallPlan {
  const steps = commands.map((command) => makeStep(command))
  return { steps, retrySteps: steps }
}

function nameApkPackage(major: number | undefined): string {
  return `postgresql${major ?? ''}-client`
}

/** Amazon Linux has packages of its own; elsewhere those of the PostgreSQL project stand side by side. */
function listDnfCommands(
  { osRelease, architecture }: SystemFacts,
  major: number | undefined,
): readonly (readonly string[])[] {
  if (major === undefined) return [['dnf', 'install', '-y', 'postgresql']]
  if (osRelease['ID'] === 'amzn') return [['dnf', 'install', '-y', `postgresql${major}`]]
  const release = (osRelease['VERSION_ID'] ?? '').split('.')[0] ?? ''
  const system = osRelease['ID'] === 'fedora' ? `F-${release}` : `EL-${release}`
  const processor = architecture === 'arm64' ? 'aarch64' : 'x86_64'
  const repositories = 'https://download.postgresql.org/pub/repos/yum/reporpms'
  return [
    ['dnf', 'install', '-y', `${repositories}/${system}-${processor}/pgdg-redhat-repo-latest.noarch.rpm`],
    // Without module_hotfixes the system's own module hides these packages on Red Hat 8.
    ['dnf', 'install', '-y', `--setopt=pgdg${major}.module_hotfixes=true`, `postgresql${major}`],
  ]
}

/** Homebrew's own update takes a minute, so it is left for the second try. */
function planBrew(major: number | undefined): InstallPlan {
  const variables = ['HOMEBREW_NO_INSTALL_CLEANUP=1', 'HOMEBREW_NO_ENV_HINTS=1']
  const install = ['brew', 'install', '--quiet', nameFormula(major)]
  return {
    steps: [makeStep(['env', 'HOMEBREW_NO_AUTO_UPDATE=1', ...variables, ...install])],
    retrySteps: [makeStep(['env', ...variables, ...install])],
  }
}

/** Homebrew has a client without server, libpq, in its newest version only. */
function nameFormula(major: number | undefined): string {
  return major === undefined ? 'libpq' : `postgresql@${major}`
}

function nameChocoPackage(major: number | undefined): string {
  return `postgresql${major ?? ''}`
}

/** The installer behind the package is EnterpriseDB's, which takes components by name. */
function listChocoArguments(major: number | undefined): string[] {
  const components = '--enable-components commandlinetools --disable-components server,pgAdmin,stackbuilder'
  return ['install', '-y', '--no-progress', nameChocoPackage(major), `--install-arguments=${components}`]
}

function describeAptCommand(sudo: string, major: number | undefined): string {
  if (major === undefined) return `${sudo}apt-get update && ${sudo}apt-get install -y postgresql-client`
  return [
    `${sudo}apt-get update`,
    `${sudo}apt-get install -y postgresql-common`,
    `${sudo}/usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y`,
    `${sudo}apt-get install -y postgresql-client-${major}`,
  ].join(' && ')
}
