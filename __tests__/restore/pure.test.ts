import { describe, expect, it } from '@jest/globals'
import { makeTemporaryName } from '../../src/restoring/names.ts'
import { parseRestoreOptions } from '../../src/restore/options.ts'
import { explainRestoreFailure } from '../../src/restoring/restore-failure.ts'
import { compareRowCounts } from '../../src/restoring/row-counts.ts'
import { runAtOnce } from '../../src/process/run-at-once.ts'
import { selectFiles } from '../../src/restore/select.ts'
import type { RestoreChoice } from '../../src/restore/inputs.ts'
import { knowsRestrict } from '../../src/postgres/client/restriction.ts'
import { majorOf } from '../../src/postgres/client/version.ts'
import { DumpError } from '../../src/postgres/sql/filter/dump-error.ts'
import { expectRefusal } from './samples.ts'
import { makeFile, makeManifest } from '../support/manifests.ts'

describe('names', () => {
  it.each([
    ['shop', 'shop_restoring_0badcafe'],
    ['x'.repeat(63), `${'x'.repeat(44)}_restoring_0badcafe`],
    ['é'.repeat(31), `${'é'.repeat(22)}_restoring_0badcafe`],
    ['🐘'.repeat(15), `${'🐘'.repeat(11)}_restoring_0badcafe`],
  ])('%s stands for a while as %s', (name, expected) => {
    const made = makeTemporaryName(name, 'restoring', '0badcafe')
    expect(made).toBe(expected)
    expect(Buffer.byteLength(made)).toBeLessThanOrEqual(63)
  })
})

describe('options', () => {
  it('are one on each line', () => {
    expect(parseRestoreOptions(' --no-acl \r\n\n-xn=a\n--schema=a b')).toEqual([
      '--no-acl',
      '-xn=a',
      '--schema=a b',
    ])
  })
  it.each([
    '--dbname=x',
    '--db',
    '-dx',
    '-xdx',
    '--clean',
    '-c',
    '-C',
    '-e',
    '-1',
    '-j2',
    '--jobs=2',
    '-f-',
    '-l',
    '--no-own',
    '-O',
  ])('%s belongs to the action', (option) => {
    expectRefusal(() => parseRestoreOptions(option), 'PGB_INPUT', /belongs to the action/)
  })
  it.each(['file.dump', '--', '-', '-n public', "--schema='a'"])('%s is refused', (option) => {
    expectRefusal(() => parseRestoreOptions(option), 'PGB_INPUT', /cannot be used/)
  })
  it('whose value holds the letter of an owner pass', () => {
    expect(parseRestoreOptions('-ndata')).toEqual(['-ndata'])
  })
})

describe('versions', () => {
  it.each([
    ['15.14', true],
    ['15.13', false],
    ['17.5', false],
    ['17.6', true],
    ['18.0', true],
    ['18beta1', true],
    ['13.22', true],
    ['12.22', false],
    ['9.6.24', false],
  ])('%s knows \\restrict: %s', (version, expected) => {
    expect(knowsRestrict(version)).toBe(expected)
  })
  it.each([
    ['15.18 (Debian 15.18-0+deb12u1)', 15],
    ['18beta1', 18],
    ['9.6.24', 9.6],
  ])('%s is of major %d', (version, major) => {
    expect(majorOf(version)).toBe(major)
  })
})

describe('selection', () => {
  const shop = makeFile()
  const blog = makeFile({ name: 'blog.sql', database: 'blog' })
  const globals = makeFile({ name: 'globals.sql', database: null, kind: 'globals' })
  const cluster = makeFile({ name: 'cluster.sql', database: null, kind: 'cluster' })
  const failures = [{ database: 'lost', code: 'PGB_DUMP', reason: 'the connection was lost' }]
  const choose = (files: (typeof shop)[], choice: Partial<RestoreChoice> = {}, onlyFile?: string) =>
    selectFiles(
      { directory: '/backup', manifest: makeManifest({ files, failures }), onlyFile, fetch: undefined },
      { database: undefined, targetDatabase: undefined, globals: false, ...choice },
    )
  const names = ({ globals, cluster, databases }: ReturnType<typeof choose>) =>
    [globals?.name, cluster?.name, ...databases.map(({ target }) => target)].filter(
      (name) => name !== undefined,
    )
  it.each<[string[], Parameters<typeof choose>]>([
    [['shop', 'blog'], [[shop, blog, globals]]],
    [
      ['globals.sql', 'shop'],
      [[shop, globals], { globals: true }],
    ],
    [['blog'], [[shop, blog], { database: 'blog' }]],
    [['copy'], [[shop, blog], { database: 'blog', targetDatabase: 'copy' }]],
    [['cluster.sql'], [[cluster]]],
    [['blog'], [[shop, blog], {}, 'blog.sql']],
    [['globals.sql'], [[globals, shop], { globals: true }, 'globals.sql']],
  ])('gives %j', (expected, args) => {
    expect(names(choose(...args))).toEqual(expected)
  })
  it.each<[string, RegExp, Parameters<typeof choose>]>([
    ['PGB_NO_DATABASE', /holds "shop", "blog"/, [[shop, blog], { database: 'Shop' }]],
    ['PGB_NO_DATABASE', /PGB_DUMP \(the connection was lost\)/, [[shop], { database: 'lost' }]],
    ['PGB_INPUT', /holds no globals/, [[shop], { globals: true }]],
    ['PGB_INPUT', /globals: true/, [[globals, shop], {}, 'globals.sql']],
    ['PGB_RESTORE', /holds no file/, [[]]],
    ['PGB_RESTORE', /two files for the database "shop"/, [[shop, { ...shop, name: 'other.sql' }]]],
  ])('is refused with %s %s', (code, words, args) => {
    expectRefusal(() => choose(...args), code, words)
  })
})

describe('failures', () => {
  const command = { path: '/usr/bin/psql', args: ['-x'] }
  const explain = (stderr: string, failed = command, exitCode: number | undefined = 1) =>
    explainRestoreFailure({ command: failed, exitCode }, stderr, {
      parameters: {},
      database: 'shop',
      action: 'It failed',
    })
  const error = (text: string): string => `psql:<stdin>:12: ERROR:  ${text}\n`
  it.each([
    ['PGB_RESTORE', error('must be owner of extension hstore'), /comment on the extension hstore/],
    ['PGB_RESTORE', error('role "a b" does not exist'), /the role "a b".*globals: true/],
    ['PGB_RESTORE', error('extension "postgis" is not available'), /the extension "postgis"/],
    [
      'PGB_RESTORE',
      error('could not open extension control file "/usr/share/x/timescaledb.control": No such file'),
      /"timescaledb"/,
    ],
    ['PGB_PERMISSION', error('permission denied to create extension "plperlu"'), /"plperlu"/],
    ['PGB_PERMISSION', error('only superuser can define a leakproof function'), /NOT LEAKPROOF/],
    ['PGB_PERMISSION', error('permission denied for language c'), /a function in C.*is gone/],
    ['PGB_RESTORE', error('unrecognized configuration parameter "transaction_timeout"'), /older/],
    ['PGB_CLIENT', 'pg_restore: error: unsupported version (1.16) in file header', /newer pg_dump/],
    ['PGB_CLIENT', 'psql:<stdin>:5: error: invalid command \\restrict', /too old/],
    [
      'PGB_CLIENT',
      `filter-sql: error: ${new DumpError('the word \\unrestrict', 'unsure').message}`,
      /holds the word \\unrestrict, .* newest minor release of its major version/,
    ],
    ['PGB_RESTORE', error('CREATE DATABASE cannot run inside a transaction block'), /--create/],
    ['PGB_RESTORE', error('relation "a" already exists'), /relation "a" already exists/],
    ['PGB_RESTORE', error('relation "public.a" does not exist'), /public\.a/],
    [
      'PGB_RESTORE',
      'filter-sql: error: the dump is not complete: its last line is missing',
      /before its last line/,
    ],
    ['PGB_ENCRYPT', 'age-decrypt: error: no identity matched', /decrypted/],
    ['PGB_PERMISSION', error('permission denied for schema public'), /schema/],
    ['PGB_DISK', error('could not extend file "base/1": No space left on device'), /disk is full/],
    ['PGB_RESTORE', error('syntax error at or near "x"'), /syntax error/],
  ])('%s: %s', (code, stderr, words) => {
    expect(explain(stderr)).toMatchObject({ code, message: expect.stringMatching(words) })
  })
  it('name the program that could not read the file', () => {
    expect(
      explain('pigz: skipping: <stdin>: corrupted', { path: '/usr/bin/pigz', args: [] }).message,
    ).toMatch(/pigz could not read the file \(pigz: skipping/)
  })
  it('tell of a program that was killed, and not of the end that is missing for that', () => {
    const cut = 'filter-sql: error: the dump is not complete: its last line is missing'
    const killed = explain(cut, { path: '/usr/bin/igzip', args: [] }, 128 + 9)
    expect(killed.message).toBe(
      'It failed: igzip was killed by SIGKILL. See whether the machine ran out of memory, and run the job again. [PGB_RESTORE]',
    )
    expect(explain(cut, command, 128 + 13).message).toMatch(/before its last line/)
    const whole = explainRestoreFailure({ command, exitCode: undefined }, cut, {
      ...{ parameters: {}, database: 'shop', action: 'It failed' },
    })
    expect(whole.explanation.why).toBe('its processes were killed from outside')
  })
  it('never show rows', () => {
    const text = `${error('invalid input syntax for type integer')}CONTEXT:  COPY people, line 1, column a: "secret"\nDETAIL:  secret`
    expect(explain(text).message).not.toContain('secret')
  })
})

describe('row counts', () => {
  const contents = {
    size: 1,
    rows: new Map<string, number | null>([
      ['public.a', 2],
      ['public.b', null],
    ]),
  }
  it('differ where a table has other rows', () => {
    const expected = [
      { table: 'public.a', rows: 3 },
      { table: 'public.b', rows: 1 },
      { table: 'public.view', rows: 1 },
    ]
    expect(compareRowCounts(expected, contents)).toEqual(['public.a has 2 rows instead of 3'])
  })
})

describe('running at once', () => {
  it('keeps to the limit, and does all', async () => {
    let running = 0
    let most = 0
    const done: number[] = []
    await runAtOnce([1, 2, 3, 4, 5], 2, new AbortController().signal, async (item) => {
      most = Math.max(most, (running += 1))
      await new Promise((resolve) => setTimeout(resolve, 5))
      running -= 1
      done.push(item)
    })
    expect([most, done]).toEqual([2, [1, 2, 3, 4, 5]])
  })
  it('stops the others when one fails, and waits for them', async () => {
    let isAborted = false
    const started: number[] = []
    const work = runAtOnce([1, 2, 3], 2, new AbortController().signal, async (item, signal) => {
      started.push(item)
      if (item === 2) throw new Error('two')
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve)
      })
      isAborted = true
    })
    await expect(work).rejects.toThrow('two')
    expect([isAborted, started]).toEqual([true, [1, 2]])
  })
})
