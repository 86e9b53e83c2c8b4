import { describe, expect, it } from '@jest/globals'
import { describeManualCommand, planInstallation } from '../../../src/postgres/client/install-plan.ts'
import type { InstallPlan, InstallStep, SystemFacts } from '../../../src/postgres/client/install-plan.ts'

type PlannedFacts = Parameters<typeof planInstallation>[0]

const alpine: PlannedFacts = {
  packageManager: 'apk',
  privilege: 'root',
  architecture: 'x64',
  osRelease: { ID: 'alpine' },
}
const rocky: PlannedFacts = {
  packageManager: 'dnf',
  privilege: 'sudo',
  architecture: 'x64',
  osRelease: { ID: 'rocky', VERSION_ID: '9.4' },
}
const mac: PlannedFacts = { packageManager: 'brew', privilege: 'sudo', architecture: 'arm64', osRelease: {} }
const windows: PlannedFacts = {
  packageManager: 'choco',
  privilege: 'none',
  architecture: 'x64',
  osRelease: {},
}
const reports = 'https://download.postgresql.org/pub/repos/yum/reporpms'

function format(steps: readonly InstallStep[]): string[] {
  return steps.map(({ command }) => [command.path, ...command.args].join(' '))
}

function formatPlan({ steps, retrySteps }: InstallPlan): string[][] {
  return [format(steps), format(retrySteps)]
}

describe('planInstallation', () => {
  it.each<[string, PlannedFacts, number | undefined, string[]]>([
    ['Alpine', alpine, 17, ['apk add --no-cache --wait 120 postgresql17-client']],
    [
      'Alpine, a version that is not known yet',
      alpine,
      21,
      ['apk add --no-cache --wait 120 postgresql21-client'],
    ],
    ['Alpine, any', alpine, undefined, ['apk add --no-cache --wait 120 postgresql-client']],
    [
      'Alpine by sudo',
      { ...alpine, privilege: 'sudo' },
      17,
      ['sudo -n timeout -k 10 600 apk add --no-cache --wait 120 postgresql17-client'],
    ],
    [
      'Rocky Linux',
      rocky,
      18,
      [
        `sudo -n timeout -k 10 600 dnf install -y ${reports}/EL-9-x86_64/pgdg-redhat-repo-latest.noarch.rpm`,
        'sudo -n timeout -k 10 600 dnf install -y --setopt=pgdg18.module_hotfixes=true postgresql18',
      ],
    ],
    [
      'Fedora on Arm',
      { ...rocky, privilege: 'root', architecture: 'arm64', osRelease: { ID: 'fedora', VERSION_ID: '43' } },
      16,
      [
        `dnf install -y ${reports}/F-43-aarch64/pgdg-redhat-repo-latest.noarch.rpm`,
        'dnf install -y --setopt=pgdg16.module_hotfixes=true postgresql16',
      ],
    ],
    [
      'Amazon Linux',
      { ...rocky, osRelease: { ID: 'amzn', VERSION_ID: '2023' } },
      17,
      ['sudo -n timeout -k 10 600 dnf install -y postgresql17'],
    ],
    ['Rocky Linux, any', rocky, undefined, ['sudo -n timeout -k 10 600 dnf install -y postgresql']],
    [
      'Windows',
      windows,
      18,
      [
        'choco install -y --no-progress postgresql18 ' +
          '--install-arguments=--enable-components commandlinetools --disable-components server,pgAdmin,stackbuilder',
      ],
    ],
  ])('on %s', (_, system, major, commands) => {
    expect(formatPlan(planInstallation(system, major))).toEqual([commands, commands])
  })

  it('on a Mac, lets Homebrew update itself only for the second try, and never by sudo', () => {
    const brew = (formula: string): string[][] => [
      [
        `env HOMEBREW_NO_AUTO_UPDATE=1 HOMEBREW_NO_INSTALL_CLEANUP=1 HOMEBREW_NO_ENV_HINTS=1 brew install --quiet ${formula}`,
      ],
      [`env HOMEBREW_NO_INSTALL_CLEANUP=1 HOMEBREW_NO_ENV_HINTS=1 brew install --quiet ${formula}`],
    ]
    expect(formatPlan(planInstallation(mac, 16))).toEqual(brew('postgresql@16'))
    expect(formatPlan(planInstallation(mac, undefined))).toEqual(brew('libpq'))
  })
})

describe('describeManualCommand', () => {
  const debian: SystemFacts = {
    packageManager: 'apt-get',
    privilege: 'sudo',
    architecture: 'x64',
    osRelease: {},
  }

  it.each<[SystemFacts, number | undefined, string]>([
    [
      debian,
      18,
      'sudo apt-get update && sudo apt-get install -y postgresql-common && ' +
        'sudo /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y && sudo apt-get install -y postgresql-client-18',
    ],
    [{ ...debian, privilege: 'root' }, undefined, 'apt-get update && apt-get install -y postgresql-client'],
    [alpine, 17, 'apk add postgresql17-client'],
    [{ ...alpine, privilege: 'none' }, 17, 'apk add postgresql17-client'],
    [mac, 16, 'brew install postgresql@16'],
    [windows, 18, 'choco install -y postgresql18'],
    [rocky, undefined, 'sudo dnf install -y postgresql'],
  ])('of %j, %p: %s', (system, major, command) => {
    expect(describeManualCommand(system, major)).toBe(command)
  })
})
