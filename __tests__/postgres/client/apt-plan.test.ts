import { describe, expect, it } from '@jest/globals'
import {
  findCodename,
  formatAptSource,
  isLocked,
  nameAptPackage,
  parseCandidates,
  planAptInstallation,
} from '../../../src/postgres/client/apt-plan.ts'
import type { AptFacts } from '../../../src/postgres/client/apt-plan.ts'
import type { InstallStep } from '../../../src/postgres/client/install-plan.ts'

const environment = 'env LC_ALL=C DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1'
const bounds =
  '-o DPkg::Lock::Timeout=120 -o Acquire::Retries=1 -o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30'
const update = `${environment} apt-get update ${bounds}`
const install =
  `${environment} apt-get install -y -q --no-install-recommends ` +
  `${bounds} -o Dpkg::Use-Pty=false postgresql-client-18`

const offered: AptFacts = {
  privilege: 'root',
  packageName: 'postgresql-client-18',
  offered: true,
  files: [],
  sourceFile: '',
}
const foreign: AptFacts = {
  ...offered,
  offered: false,
  files: [
    { source: '/tmp/key', target: '/etc/apt/keyrings/key.asc' },
    { source: '/tmp/source', target: '/etc/apt/sources.list.d/pgdg.sources' },
  ],
  sourceFile: '/etc/apt/sources.list.d/pgdg.sources',
}

function format(steps: readonly InstallStep[]): string[] {
  return steps.map(
    ({ command, required }) => [command.path, ...command.args].join(' ') + (required ? '' : ' || true'),
  )
}

describe('planAptInstallation', () => {
  it('takes the system’s own package, with fresh lists only for the second try', () => {
    const plan = planAptInstallation(offered)
    expect(format(plan.steps)).toEqual([install])
    expect(format(plan.retrySteps)).toEqual([`${update} || true`, install])
  })

  it('adds the PostgreSQL project’s source, and first reads that one alone', () => {
    const plan = planAptInstallation(foreign)
    const copies = [
      'install -D -m 0644 /tmp/key /etc/apt/keyrings/key.asc',
      'install -D -m 0644 /tmp/source /etc/apt/sources.list.d/pgdg.sources',
    ]
    const updateSource =
      `${update} -o Dir::Etc::SourceList=/etc/apt/sources.list.d/pgdg.sources -o Dir::Etc::SourceParts=- ` +
      '-o APT::Get::List-Cleanup=false -o APT::Update::Error-Mode=any'
    expect(format(plan.steps)).toEqual([...copies, updateSource, install])
    expect(format(plan.retrySteps)).toEqual([...copies, `${update} || true`, install])
  })

  it('asks sudo for each step, never with a password', () => {
    const { steps, retrySteps } = planAptInstallation({ ...foreign, privilege: 'sudo' })
    for (const line of format([...steps, ...retrySteps]))
      expect(line).toMatch(/^sudo -n timeout -k 10 600 (env|install) /)
  })
})

describe('parseCandidates', () => {
  const policy = `postgresql-client-15:
  Installed: 15.18-0+deb12u1
  Candidate: 15.18-0+deb12u1
  Version table:
 *** 15.18-0+deb12u1 500
        500 http://deb.debian.org/debian bookworm/main amd64 Packages
postgresql-client-17:
  Installed: (none)
  Candidate: (none)
  Version table:
postgresql-client:
  Installed: (none)
  Candidate: 15+248+deb12u1
`
  it('tells which names can be installed', () => {
    expect(parseCandidates(policy)).toEqual(['postgresql-client-15', 'postgresql-client'])
    expect(parseCandidates('')).toEqual([])
  })
})

describe('isLocked', () => {
  it.each([
    ['E: Could not get lock /var/lib/apt/lists/lock. It is held by process 12 (apt-get)', true],
    ['E: Unable to lock the administration directory, is another process using it?', true],
    ['E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?', false],
    ['E: Unable to locate package postgresql-client-18', false],
  ])('%s: %p', (stderr, expected) => {
    expect(isLocked(stderr)).toBe(expected)
  })
})

describe('the PostgreSQL project’s source', () => {
  it.each([
    [{ VERSION_CODENAME: 'bookworm' }, 'bookworm'],
    [{ VERSION_CODENAME: 'vera', UBUNTU_CODENAME: 'jammy' }, 'jammy'],
    [{ VERSION_CODENAME: 'faye', DEBIAN_CODENAME: 'bookworm' }, 'bookworm'],
    [{ ID: 'debian' }, undefined],
  ])('names the release of %j', (osRelease, codename) => {
    expect(findCodename(osRelease)).toBe(codename)
  })

  it('trusts one key, for itself only', () => {
    expect(formatAptSource('https://apt.example/apt', 'noble', '/etc/apt/keyrings/key.asc')).toBe(
      'Types: deb\nURIs: https://apt.example/apt\nSuites: noble-pgdg\nComponents: main\nSigned-By: /etc/apt/keyrings/key.asc\n',
    )
  })

  it('has a package for each major version', () => {
    expect([nameAptPackage(18), nameAptPackage(9.6), nameAptPackage(undefined)]).toEqual([
      'postgresql-client-18',
      'postgresql-client-9.6',
      'postgresql-client',
    ])
  })
})
