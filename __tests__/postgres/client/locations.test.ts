import { posix, win32 } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { listClientDirectories } from '../../../src/postgres/client/locations.ts'
import type { LocationFacts } from '../../../src/postgres/client/locations.ts'

/** A lister of a file system that holds just these directories. */
function listOf(directories: string[], paths: typeof posix = posix): (directory: string) => string[] {
  return (directory) => {
    const prefix = directory.endsWith(paths.sep) ? directory : directory + paths.sep
    const below = directories.filter((candidate) => candidate.startsWith(prefix))
    return [...new Set(below.map((candidate) => candidate.slice(prefix.length).split(paths.sep)[0] ?? ''))]
  }
}

function find(directories: string[], facts: Partial<LocationFacts> = {}): readonly string[] {
  const list = listOf(directories, facts.platform === 'win32' ? win32 : posix)
  return listClientDirectories({ platform: 'linux', environment: {}, path: '', root: '/', list, ...facts })
}

describe('listClientDirectories', () => {
  it.each<[string, NodeJS.Platform, string]>([
    ['Debian and Ubuntu', 'linux', '/usr/lib/postgresql/15/bin'],
    ['Debian and Ubuntu, before version 10', 'linux', '/usr/lib/postgresql/9.6/bin'],
    ['Red Hat', 'linux', '/usr/pgsql-18/bin'],
    ['Alpine', 'linux', '/usr/libexec/postgresql17'],
    ['SUSE', 'linux', '/usr/lib/postgresql16/bin'],
    ['Linuxbrew', 'linux', '/home/linuxbrew/.linuxbrew/opt/postgresql@16/bin'],
    ['EnterpriseDB on Linux', 'linux', '/opt/PostgreSQL/15/bin'],
    ['a build from source', 'linux', '/usr/local/pgsql/bin'],
    ['Homebrew on Apple silicon', 'darwin', '/opt/homebrew/opt/postgresql@17/bin'],
    ['Homebrew on Intel', 'darwin', '/usr/local/opt/postgresql@14/bin'],
    ['Homebrew’s client alone', 'darwin', '/opt/homebrew/opt/libpq/bin'],
    ['Postgres.app', 'darwin', '/Applications/Postgres.app/Contents/Versions/16/bin'],
    ['EnterpriseDB on a Mac', 'darwin', '/Library/PostgreSQL/15/bin'],
    ['MacPorts', 'darwin', '/opt/local/lib/postgresql15/bin'],
    ['Windows', 'win32', 'C:\\Program Files\\PostgreSQL\\17\\bin'],
  ])('knows where %s keeps clients', (_, platform, directory) => {
    expect(find([directory], { platform })).toContain(directory)
  })

  it('passes over neighbours that are no client', () => {
    const neighbours = [
      '/usr/lib/postgresql/common/bin',
      '/usr/pgsql-tools/bin',
      '/opt/homebrew/opt/postgresql-hll/bin',
    ]
    for (const platform of ['linux', 'darwin'] as const) {
      expect(find(neighbours, { platform })).toEqual(['/usr/local/pgsql/bin'])
    }
  })

  it('looks into the tool cache, whatever the tool is called', () => {
    const cache = '/opt/hostedtoolcache'
    const directories = [
      `${cache}/PostgreSQL/15.18.0/x64/bin`,
      `${cache}/libpq/18.1.0/arm64`,
      `${cache}/node/20.0.0/x64/bin`,
    ]
    const found = find(directories, { environment: { RUNNER_TOOL_CACHE: cache } })
    expect(found).toEqual(expect.arrayContaining([directories[0], directories[1]]))
    expect(found.join()).not.toContain('node')
  })

  it('follows HOMEBREW_PREFIX, ProgramFiles and PGBIN', () => {
    const brew = '/srv/brew/opt/postgresql@15/bin'
    expect(find([brew], { platform: 'darwin', environment: { HOMEBREW_PREFIX: '/srv/brew' } })).toContain(
      brew,
    )
    const windows = 'D:\\Programs\\PostgreSQL\\16\\bin'
    const environment = { ProgramFiles: 'D:\\Programs', PGBIN: 'E:\\pg\\bin' }
    expect(find([windows], { platform: 'win32', environment })).toEqual([windows, 'E:\\pg\\bin'])
  })

  it('takes the absolute entries of PATH, each once, after the system’s places', () => {
    const path = '/opt/pg/bin:.::bin:/usr/bin:/opt/pg/bin'
    const expected = ['/usr/lib/postgresql/15/bin', '/usr/local/pgsql/bin', '/opt/pg/bin', '/usr/bin']
    expect(find(['/usr/lib/postgresql/15/bin'], { path })).toEqual(expected)
    const windows = { platform: 'win32', path: '"C:\\Program Files\\pg";tools;D:\\pg' } as const
    expect(find([], windows)).toEqual(['C:\\Program Files\\pg', 'D:\\pg'])
  })

  it('keeps to a private root, but for the tool cache and PATH', () => {
    const directories = ['/usr/lib/postgresql/15/bin', '/private/usr/lib/postgresql/18/bin']
    const expected = ['/private/usr/lib/postgresql/18/bin', '/private/usr/local/pgsql/bin', '/usr/bin']
    expect(find(directories, { root: '/private', path: '/usr/bin' })).toEqual(expected)
  })
})
