import { describe, expect, it } from '@jest/globals'
import { chooseUncontained, type UncontainedFacts } from '../../src/drill/scratch/sandbox/containment.ts'
import { dropNested, followLinks } from '../../src/drill/scratch/sandbox/exposed-paths.ts'
import { listSetprivArguments } from '../../src/drill/scratch/sandbox/find-containment.ts'
import { makeMembership, makeRole } from '../../src/drill/scratch/roles.ts'
import { composeSandboxCommand, type Sandbox } from '../../src/drill/scratch/sandbox/sandbox.ts'
import { chooseUnusedId, parseIdMap, parseSubordinateIds } from '../../src/drill/scratch/sandbox/unused-id.ts'
import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeScratchDirectory } from '../support/machine/scratch.ts'

describe('a server that nothing contains', () => {
  const user: UncontainedFacts = {
    obstacle: 'unshare: Operation not permitted',
    isAllowed: true,
    isRoot: false,
    canBecomeOther: false,
    hasSudo: false,
    engine: undefined,
  }
  const root = { ...user, isRoot: true, canBecomeOther: true }
  const cases: [string, UncontainedFacts, 'own' | 'ours' | RegExp][] = [
    ['a user', user, 'ours'],
    ['root', root, 'own'],
    [
      'a user without leave',
      { ...user, isAllowed: false },
      /\(unshare: Operation not permitted\).*allow-unsand/,
    ],
    ['root without leave', { ...root, isAllowed: false }, /allow-unsandboxed/],
    ['a user with sudo', { ...user, hasSudo: true }, /can use sudo without a password, and so become root/],
    ['a user with an engine', { ...user, engine: 'the socket /run/docker.sock' }, /can use the socket \/run/],
    ['root where everyone has an engine', { ...root, engine: 'the socket x' }, /can use the socket x/],
    ['root that can be nobody else', { ...root, canBecomeOther: false }, /needs setpriv/],
  ]
  it.each(cases)('%s', (_, facts, expected) => {
    if (typeof expected === 'string') expect(chooseUncontained(facts)).toBe(expected)
    else expect(() => chooseUncontained(facts)).toThrow(expected)
  })

  it('as an account of its own gives up all that it can', () => {
    const drops = ['--clear-groups', '--no-new-privs', '--bounding-set=-all', '--inh-caps=-all', '--']
    expect(listSetprivArguments(7, 8)).toEqual(['--reuid=7', '--regid=8', ...drops])
  })
})

describe('the command of a sandbox', () => {
  const sandbox: Sandbox = {
    way: 'root',
    tools: { sh: '/bin/sh', unshare: '/usr/bin/unshare', sudo: '/usr/bin/sudo' },
    path: '/usr/bin:/bin',
    libraries: undefined,
    programs: { initdb: '/pg/initdb', postgres: '/pg/postgres', major: 17 },
    exposed: { paths: ['/usr/lib', '/a b'], links: [['/lib', 'usr/lib']] },
  }
  const task = { kind: 'serve', superuser: 'x; rm -rf /', settings: ['-p', '5432'] } as const
  const compose = (way: Sandbox['way'], account: string): string[] => {
    const { path, args } = composeSandboxCommand({ ...sandbox, way }, '/base', account, task)
    return [path, ...args]
  }

  it('takes everything as words of their own, and new namespaces of all kinds', () => {
    const words = compose('root', '1900000001')
    expect(words.slice(0, 2)).toEqual(['/bin/sh', '-c'])
    const flags = ['--mount', '--pid', '--net', '--ipc', '--uts', '--fork', '--kill-child']
    const at = words.indexOf('/usr/bin/unshare')
    expect(words.slice(at + 1, at + 1 + flags.length)).toEqual(flags)
    expect(words.slice(words.lastIndexOf('sandbox') + 1)).toEqual([
      ...['/base', '/pg/initdb', '/pg/postgres', '1900000001', 'serve', '', 'x; rm -rf /'],
      ...['/usr/lib', '/a b', '--', '/lib', 'usr/lib', '--', '-p', '5432'],
    ])
  })

  it('is the same behind sudo, and begins with a user namespace for a user', () => {
    expect(compose('sudo', '7')).toEqual(['/usr/bin/sudo', '-n', '--', ...compose('root', '7')])
    expect(compose('user', '')).toEqual(
      compose('root', '').flatMap((word) =>
        word === '--mount' ? ['--user', '--map-root-user', word] : [word],
      ),
    )
  })
})

describe('the number of an account that nobody uses', () => {
  const all = { first: 0, count: 4_294_967_295 }
  const free = { users: [all], groups: [all], taken: new Set<number>(), reserved: [] }
  const small = { first: 0, count: 65_536 }

  it('lies where none is given out, also in a small namespace', () => {
    expect(chooseUnusedId(free, ({ first }) => first)).toBe(1_879_048_192)
    expect(chooseUnusedId({ ...free, users: [small], groups: [small] }, ({ first }) => first)).toBe(60_578)
    expect(chooseUnusedId({ ...free, users: [{ first: 0, count: 1 }] }, ({ first }) => first)).toBeUndefined()
  })

  it('is neither taken nor set aside for containers', () => {
    let next = 0
    const pick = ({ first }: { first: number }): number => first + next++
    const taken = new Set([1_879_048_192, 1_879_048_193])
    const reserved = [{ first: 1_879_048_194, count: 2 }]
    expect(chooseUnusedId({ ...free, taken, reserved }, pick)).toBe(1_879_048_196)
  })

  it('is judged by what the system says', () => {
    expect(parseIdMap('         0       1000          1\n         1     100000      65536\n')).toEqual([
      { first: 0, count: 1 },
      { first: 1, count: 65_536 },
    ])
    expect(parseSubordinateIds('runner:100000:65536\n# x\nother:165536:65536\n')).toEqual([
      { first: 100_000, count: 65_536 },
      { first: 165_536, count: 65_536 },
    ])
  })
})

describe('what a sandbox shows', () => {
  it('is told without links, and with the links that lead there', async () => {
    const root = await realpath(await makeScratchDirectory('links'))
    await mkdir(join(root, 'usr', 'lib', 'x'), { recursive: true })
    await writeFile(join(root, 'usr', 'lib', 'x', 'file'), '')
    await symlink('usr/lib', join(root, 'lib'))
    await symlink(join(root, 'lib', 'x'), join(root, 'x'))
    expect(followLinks(join(root, 'x', 'file'))).toEqual({
      path: join(root, 'usr', 'lib', 'x', 'file'),
      links: [
        [join(root, 'x'), join(root, 'lib', 'x')],
        [join(root, 'lib'), 'usr/lib'],
      ],
    })
  })

  it('is shown once', () => {
    expect(dropNested(['/usr/lib', '/usr/lib/x', '/usr/library', '/etc/y'])).toEqual([
      '/usr/lib',
      '/usr/library',
      '/etc/y',
    ])
  })
})

describe('the roles of a source', () => {
  const role = {
    name: 'a "b"',
    superuser: false,
    inherit: true,
    createRole: false,
    createDatabase: false,
    replication: false,
    bypassRowSecurity: false,
  }
  it.each([
    [role, true, 'CREATE ROLE "a ""b""" NOLOGIN;'],
    [{ ...role, superuser: true }, true, 'CREATE ROLE "a ""b""" NOLOGIN SUPERUSER;'],
    [{ ...role, superuser: true, createRole: true }, false, 'CREATE ROLE "a ""b""" NOLOGIN;'],
    [
      { ...role, inherit: false, createDatabase: true, bypassRowSecurity: true },
      true,
      'CREATE ROLE "a ""b""" NOLOGIN CREATEDB BYPASSRLS NOINHERIT;',
    ],
  ])('keep what they may do, or lose all: %j %s', (source, keepsRights, expected) => {
    expect(makeRole(source, keepsRights)).toBe(expected)
  })

  it.each([
    [{ admin: false, inherit: null, set: null }, 15, 'GRANT "r" TO "m";'],
    [{ admin: true, inherit: null, set: null }, 18, 'GRANT "r" TO "m" WITH ADMIN OPTION;'],
    [
      { admin: false, inherit: false, set: true },
      16,
      'GRANT "r" TO "m" WITH ADMIN FALSE, INHERIT FALSE, SET TRUE;',
    ],
  ])('keep their memberships: %j on %d', (options, major, expected) => {
    expect(makeMembership({ role: 'r', member: 'm', ...options }, major)).toBe(expected)
  })
})
