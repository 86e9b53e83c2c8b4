import { copyFile, cp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { makeZip } from '../../stores/artifact/make-zip.ts'
import { quoteIdentifier, startCluster } from '../../support/postgres/cluster.ts'
import type { Cluster } from '../../support/postgres/cluster.ts'
import { execute } from '../../support/machine/execute.ts'
import { dumpEnd, forgeBackup } from '../../support/forged-backup.ts'
import { compareDatabases, fillDatabase } from '../../support/postgres/fixture.ts'
import { startResultsService } from '../../support/github/results-service.ts'
import type { ResultsService } from '../../support/github/results-service.ts'
import type { Seed } from '../../support/github/results-service-store.ts'
import type { ActionRun } from '../../support/runner.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { backUp, changeManifest, readManifest, restore, startRestore } from '../../support/story.ts'

let source: Cluster
let target: Cluster
const identity = await generateX25519Identity()
const recipient = await identityToRecipient(identity)

beforeAll(async () => {
  ;[source, target] = await Promise.all([startCluster(), startCluster()])
  await fillDatabase(source, 'shop', { scale: 0 })
  await source.psql('postgres', 'create database blog')
  await source.psql('blog', 'create table posts as select generate_series(1, 10) as id')
  await target.psql('postgres', 'create role "fixture reader"; create role "fixture-writer"')
})
afterAll(async () => {
  await Promise.all([source.stop(), target.stop()])
})
/** Each test begins with a server that holds nothing. */
beforeEach(async () => {
  for (const name of await listDatabases())
    await target.psql('postgres', `drop database ${quoteIdentifier(name)} with (force)`)
})

async function listDatabases(): Promise<string[]> {
  const names = await target.psql(
    'postgres',
    `select datname from pg_database where datname !~ '^(postgres|template.)$' order by 1`,
  )
  return names === '' ? [] : names.split('\n')
}

function expectFailure(run: ActionRun, code: string, words: RegExp): void {
  expect(run.annotations.filter(({ level }) => level === 'error')).toEqual([
    expect.objectContaining({ title: code, message: expect.stringMatching(words) }),
  ])
  expect([run.exitCode, run.outputs['status'], run.leftOver, run.orphans]).toEqual([1, 'failed', [], []])
}

async function expectShop(database = 'shop', options = { noOwner: true }): Promise<void> {
  const places = [
    { cluster: source, database: 'shop' },
    { cluster: target, database },
  ] as const
  expect(await compareDatabases(...places, options)).toEqual([])
}

const quick = { verify: 'none', compression: 'zstd' }
const backUpShop = (inputs: Record<string, string> = {}): Promise<string> =>
  backUp({ url: source.url('shop'), ...quick, ...inputs })

/** Backups that are restored again and again, and never changed: of shop and blog, of shop and of blog. */
let [both, shop, blog] = ['', '', '']
beforeAll(async () => {
  ;[both, shop, blog] = await Promise.all([
    backUp({ url: source.url(), databases: 'shop, blog', ...quick }),
    backUpShop(),
    backUp({ url: source.url('blog'), ...quick }),
  ])
})

/** A copy of a backup, to be changed. */
async function copy(directory: string): Promise<string> {
  const copied = join(await makeScratchDirectory('copy'), 'files')
  await cp(directory, copied, { recursive: true })
  return copied
}
const copyBoth = (): Promise<string> => copy(both)

describe('several databases', () => {
  it('are restored side by side, and told of', async () => {
    const run = await restore({ url: target.url(), path: both })
    expect(run.exitCode).toBe(0)
    expect(JSON.parse(run.outputs['databases'] ?? '')).toEqual(expect.arrayContaining(['blog', 'shop']))
    expect(await listDatabases()).toEqual(['blog', 'shop'])
    expect(run.summary).toMatch(/\| blog \| created \| .* \| 10 in 1 table \|/)
    await expectShop()
  })
  it('are none of them restored when one fails', async () => {
    const directory = await copyBoth()
    const text = 'select 1;\nselect broken;\n-- PostgreSQL database dump complete\n'
    await replaceFile(directory, 'blog', text)
    expectFailure(
      await restore({ url: target.url(), path: directory }),
      'PGB_RESTORE',
      /"blog" was not restored.*broken/,
    )
    expect(await listDatabases()).toEqual([])
  })
  const table = `create table public.restored ();${dumpEnd}`
  it('are replaced all at once, or none of them', async () => {
    for (const name of ['blog', 'shop']) {
      await target.psql('postgres', `create database ${name}`)
      await target.psql(name, 'create table mine ()')
    }
    // What happens to the second one while it is restored is found when it takes its name.
    const path = await forgeBackup([
      { database: 'blog', content: table },
      { database: 'shop', content: `alter database shop rename to elsewhere;\n${table}` },
    ])
    const run = await restore({ url: target.url(), path, clean: 'true', jobs: '1' })
    expectFailure(run, 'PGB_RESTORE', /"blog", "shop" were restored but not renamed, and the server was left/)
    expect(run.outputs['databases']).toBe('[]')
    expect(await listDatabases()).toEqual(['blog', 'elsewhere'])
    expect(await target.psql('blog', `select to_regclass('mine'), to_regclass('restored')`)).toBe('mine|')
  })
  it('are told of truly where one was filled before another failed, also if its rows could not be counted', async () => {
    await target.psql('postgres', `create role token superuser login password 'counts for a while'`)
    for (const name of ['blog', 'shop']) await target.psql('postgres', `create database ${name}`)
    const path = await forgeBackup([
      // With it ends what the login may ask after the commit.
      { database: 'blog', content: `alter role token valid until '2000-01-01';\n${table}` },
      { database: 'shop', content: table },
    ])
    const login = { user: 'token', password: 'counts for a while' }
    const run = await restore({ url: target.url('postgres', login), path, jobs: '1' })
    expectFailure(run, 'PGB_AUTH', /The database "shop" was not/)
    expect(JSON.parse(run.outputs['databases'] ?? '')).toEqual(['blog'])
    for (const title of ['Partly restored', 'Rows unknown']) {
      const message = expect.stringContaining('"blog"')
      expect(run.annotations).toContainEqual(expect.objectContaining({ title, message }))
    }
    for (const sql of ['drop database blog', 'drop role token']) await target.psql('postgres', sql)
  })
  it('end with a login that expires in between, as a token does, and that is said', async () => {
    await target.psql('postgres', `create role token superuser login password 'counts for a while'`)
    const expire = `alter role token valid until '2000-01-01';\n`
    const path = await forgeBackup([
      { database: 'blog', content: `${expire}${table}` },
      { database: 'shop', content: table },
    ])
    const login = { user: 'token', password: 'counts for a while' }
    const run = await restore({ url: target.url('postgres', login), path, jobs: '1' })
    expectFailure(
      run,
      'PGB_AUTH',
      /took this login .* before, and refuses it now, .* expired .*Restore as a role with a password/,
    )
    const [left] = await listDatabases()
    expect(run.log).toContain(`A half-restored database was left behind as "${left ?? ''}"`)
    await target.psql('postgres', `drop database ${quoteIdentifier(left ?? '')}; drop role token`)
  })
  it('are restored one by its own path', async () => {
    const directory = await copyBoth()
    const blog = (await readdir(directory)).find((name) => name.startsWith('blog')) ?? ''
    await rm(join(directory, (await readdir(directory)).find((name) => name.startsWith('shop')) ?? ''))
    expect((await restore({ url: target.url(), path: join(directory, blog) })).exitCode).toBe(0)
    expect(await listDatabases()).toEqual(['blog'])
  })
})

/** Puts another dump, whole by its manifest, in place of a database's file. */
async function replaceFile(directory: string, database: string, text: string): Promise<void> {
  const { createHash } = await import('node:crypto')
  await changeManifest(directory, (manifest) => ({
    ...manifest,
    files: manifest.files.map((file) =>
      file.database === database
        ? {
            ...file,
            size: Buffer.byteLength(text),
            sha256: createHash('sha256').update(text).digest('hex'),
            compression: { method: 'none', level: null, inside: false },
          }
        : file,
    ),
  }))
  const file = (await readManifest(directory)).files.find((entry) => entry.database === database)
  await writeFile(join(directory, file?.name ?? ''), text)
}

describe('the database that the url names', () => {
  const solo = [{ database: 'solo', content: `create table public.restored ();${dumpEnd}` }]
  it('is filled when it is empty and the backup has one of another name', async () => {
    await target.psql('postgres', 'create database newdb')
    const run = await restore({ url: target.url('newdb'), path: await forgeBackup(solo) })
    expect([run.exitCode, run.outputs['databases']]).toEqual([0, '["newdb"]'])
    expect(await listDatabases()).toEqual(['newdb'])
    expect(await target.psql('newdb', `select to_regclass('restored')`)).toBe('restored')
  })
  it('is asked about when it holds something, with clean too, and settled by target-database', async () => {
    await target.psql('postgres', 'create database newdb')
    await target.psql('newdb', 'create table mine ()')
    const inputs = { url: target.url('newdb'), path: await forgeBackup(solo), clean: 'true' }
    expectFailure(
      await restore(inputs),
      'PGB_INPUT',
      /holds mine\. Set "target-database" to "newdb" or to "solo"/,
    )
    expect(await listDatabases()).toEqual(['newdb'])
    expect((await restore({ ...inputs, 'target-database': 'solo' })).exitCode).toBe(0)
    expect((await restore({ ...inputs, 'target-database': 'newdb' })).exitCode).toBe(0)
    expect(await listDatabases()).toEqual(['newdb', 'solo'])
    expect(await target.psql('newdb', `select to_regclass('mine'), to_regclass('restored')`)).toBe(
      '|restored',
    )
  })
})

describe('a target that exists', () => {
  it('is left as it is where `options` would restore a part in place of all', async () => {
    await target.psql('postgres', 'create database blog')
    await target.psql('blog', 'create table mine as select 1 as id')
    const path = await backUp({ url: source.url('blog'), format: 'custom', verify: 'none' })
    const part = { url: target.url(), path, clean: 'true', options: '--table=posts' }
    expectFailure(
      await restore(part),
      'PGB_TARGET_NOT_EMPTY',
      /only a part .* by "options" of the backup or of the restore, .* table public\.mine \(1 row\)\. .*allow-loss/,
    )
    expect(await target.psql('blog', 'select count(*) from mine')).toBe('1')
  })
  it('is refused when it holds objects of any kind, and stays as it is', async () => {
    await target.psql('postgres', 'create database shop')
    await target.psql(
      'shop',
      `create table mine as select 1 as id; create collation plain from "C"; create operator <+> (leftarg = int, rightarg = int, function = int4pl);
      create conversion other for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8; create operator family own using btree;
      create text search configuration words (copy = simple); create text search dictionary simply (template = simple);
      create foreign data wrapper far; create server there foreign data wrapper far`,
    )
    const run = await restore({ url: target.url('shop'), path: shop })
    expectFailure(run, 'PGB_TARGET_NOT_EMPTY', /holds 8 objects, such as <\+>, mine, other/)
    expect(await target.psql('shop', 'select * from mine')).toBe('1')
    expect(await listDatabases()).toEqual(['shop'])
  })
  it('is replaced with clean, sessions and all, and what belongs to it stays', async () => {
    await target.psql(
      'postgres',
      `create role "own er" login; create database shop owner "own er" connection limit 7`,
    )
    await target.psql(
      'shop',
      `create table mine as select 1 as id;
      create subscription slotless connection 'dbname=nowhere' publication p with (connect = false, slot_name = none)`,
    )
    await target.psql('postgres', describeProperties)
    const before = await target.psql('postgres', readProperties)
    const sleeper = target.psql('shop', 'select pg_sleep(60)').catch((error: unknown) => String(error))
    const run = await restore({
      url: target.url('shop'),
      path: await backUpShop({ format: 'custom' }),
      clean: 'true',
    })
    expect(run.exitCode).toBe(0)
    expect(run.log).toContain('session')
    expect(await sleeper).toMatch(/terminating connection/)
    expect(await target.psql('postgres', readProperties)).toBe(before)
    expect(await listDatabases()).toEqual(['shop'])
    await expectShop()
    await target.psql('postgres', 'drop database shop; drop role "own er"')
  })
  it('is replaced in place where its settings are not for its owner to give to a new one', async () => {
    await target.psql(
      'postgres',
      `create role maker login createdb password 'x'; create database shop owner maker; grant connect on database shop to "fixture reader";
      alter database shop set log_min_duration_statement = 1000`,
    )
    await target.psql('shop', 'set role maker; create table public.mine ()')
    const properties = `select xmin, datacl from pg_database where datname = 'shop'`
    const before = await target.psql('postgres', properties)
    const content = `create table public.restored ();${dumpEnd}`
    const path = await forgeBackup([{ database: 'shop', content }])
    const url = target.url('shop', { user: 'maker', password: 'x' })
    const run = await restore({ url, path, clean: 'true' })
    expect([run.exitCode, run.exitCode === 0 ? '' : run.log]).toEqual([0, ''])
    expect(run.annotations).toContainEqual(expect.objectContaining({ title: 'Replaced in place' }))
    expect(await target.psql('shop', `select to_regclass('mine'), to_regclass('restored')`)).toBe('|restored')
    expect(await target.psql('postgres', properties)).toBe(before)
    await target.psql('postgres', 'drop database shop; drop role maker')
  })
  it.each(['plain', 'custom'])('and is empty is filled, its owner and all (%s)', async (format) => {
    await target.psql(
      'postgres',
      'create role filler login password $$x$$; create database shop owner filler; grant "fixture reader", "fixture-writer" to filler',
    )
    // Without CREATEDB, as on many hosted services; and a role that is no superuser can create no extension but trusted ones.
    const directory = await backUp({ url: source.url('blog'), format, ...quick })
    const run = await restore({
      url: target.url('shop', { user: 'filler', password: 'x' }),
      path: directory,
      database: 'blog',
      'target-database': 'shop',
    })
    expect([run.exitCode, run.exitCode === 0 ? '' : run.log]).toEqual([0, ''])
    expect(
      await target.psql(
        'shop',
        `select count(*), (select tableowner from pg_tables where tablename = 'posts') from posts`,
      ),
    ).toBe('10|filler')
    await target.psql('postgres', 'drop database shop; drop role filler')
  })
  it('and is empty stays empty when its dump fails half-way, also behind large objects', async () => {
    await target.psql('postgres', 'create database shop')
    const directory = await copy(shop)
    const text = [
      'create table public.a ();',
      'BEGIN;',
      'select pg_catalog.lo_create(1);',
      'COMMIT;',
      'create table public.b ();',
      'select broken;',
      '-- PostgreSQL database dump complete',
    ]
    await replaceFile(directory, 'shop', text.join('\n'))
    expectFailure(await restore({ url: target.url('shop'), path: directory }), 'PGB_RESTORE', /broken/)
    await replaceFile(directory, 'shop', text.slice(0, 5).join('\n'))
    expectFailure(
      await restore({ url: target.url('shop'), path: directory }),
      'PGB_RESTORE',
      /before its last line/,
    )
    const left = await target.psql(
      'shop',
      `select count(*) from pg_class where oid >= 16384 union all select count(*) from pg_largeobject_metadata`,
    )
    expect(left).toBe('0\n0')
  })
  it('whose name holds the end of a quotation is replaced, and gives no order', async () => {
    const database = 'x$hand_over$; create role evil superuser; --'
    await target.psql('postgres', `create database ${quoteIdentifier(database)}`)
    // What holds a slot of another server goes on holding it.
    await target.psql(
      database,
      `create table mine (); create subscription "the news" connection 'dbname=nowhere' publication p with (connect = false)`,
    )
    const path = await forgeBackup([{ database, content: `create table public.restored ();${dumpEnd}` }])
    const run = await restore({ url: target.url(), path, clean: 'true' })
    expect([run.exitCode, run.exitCode === 0 ? '' : run.log]).toEqual([0, ''])
    expect(await target.psql('postgres', `select from pg_roles where rolname = 'evil'`)).toBe('')
    const [kept, retired = ''] = await listDatabases()
    expect([kept, retired]).toEqual([database, expect.stringMatching(/_replaced_/)])
    expect(run.log).toMatch(/still there as .*its subscriptions: "the news"\..* SET \(slot_name = NONE\)/)
    await target.psql(
      retired,
      'alter subscription "the news" set (slot_name = none); drop subscription "the news"',
    )
  })
  it('is refused without create when it is missing', async () => {
    const run = await restore({ url: target.url(), path: shop, create: 'false' })
    expectFailure(run, 'PGB_NO_DATABASE', /create: true/)
  })
  it('is left as it was when the restore fails, with clean', async () => {
    await target.psql('postgres', 'create database shop')
    await target.psql('shop', 'create table mine as select 1 as id')
    const directory = await backUpShop({ format: 'custom' })
    const run = await restore({ url: target.url(), path: directory, clean: 'true', options: '--role=nobody' })
    expectFailure(run, 'PGB_RESTORE', /"nobody"/)
    expect(await target.psql('shop', 'select * from mine')).toBe('1')
    expect(await listDatabases()).toEqual(['shop'])
  })
})

/** All that belongs to a database and stands in no dump of it. */
const describeProperties = `
  alter database shop set search_path = "$user", public, 'odd "name', pg_catalog;
  alter database shop set app.setting = 'it''s \\ odd';
  alter role "fixture reader" in database shop set work_mem = '7MB';
  revoke all on database shop from public;
  grant connect on database shop to "fixture reader" with grant option;
  grant temporary on database shop to public;
  comment on database shop is 'it''s \\ mine'`
const readProperties = `
  select pg_get_userbyid(datdba), datconnlimit, pg_encoding_to_char(encoding), datcollate, shobj_description(oid, 'pg_database'),
    (select json_agg(array[grantor::regrole::text, grantee::regrole::text, privilege_type, is_grantable::text] order by grantee, privilege_type) from aclexplode(datacl)),
    (select json_agg(json_build_array(setrole::regrole, setconfig) order by setrole) from pg_db_role_setting where setdatabase = pg_database.oid)
  from pg_database where datname = 'shop'`

// What else a file and a manifest may be stands beside the code that reads them.
describe('damage is found before the target is touched', () => {
  const cases: [string, RegExp, (directory: string, files: string[]) => Promise<void>][] = [
    [
      'a flipped bit',
      /SHA-256/,
      async (directory, [first = '']) => {
        const bytes = await readFile(join(directory, first))
        bytes[100] = (bytes[100] ?? 0) ^ 1
        await writeFile(join(directory, first), bytes)
      },
    ],
    ['a missing manifest', /no readable manifest/, (directory) => rm(join(directory, 'manifest.json'))],
    [
      'a manifest that leads out of the directory',
      /plain file name/,
      async (directory, [first = '']) => {
        const manifest = await readFile(join(directory, 'manifest.json'), 'utf8')
        await copyFile(join(directory, first), join(directory, '..', 'escaped'))
        await writeFile(join(directory, 'manifest.json'), manifest.replaceAll(first, '../escaped'))
      },
    ],
  ]
  it.each(cases)('%s', async (_, words, damage) => {
    const directory = await copyBoth()
    await damage(
      directory,
      (await readManifest(directory)).files.map(({ name }) => name),
    )
    // Nobody listens there: what is found later than the damage would be another error.
    expectFailure(await restore({ url: 'postgres://x@127.0.0.1:9/x', path: directory }), 'PGB_RESTORE', words)
  })
  it('a manifest that lies about the contents leaves nothing behind', async () => {
    const directory = await copy(blog)
    const rowCounts = [{ table: 'public.posts', rows: 11 }]
    await changeManifest(directory, (manifest) => ({
      ...manifest,
      files: manifest.files.map((file) => ({ ...file, verification: { ...file.verification, rowCounts } })),
    }))
    const run = await restore({ url: target.url(), path: directory })
    expectFailure(run, 'PGB_RESTORE', /public\.posts has 10 rows instead of 11/)
    expect(await listDatabases()).toEqual([])
  })
  it('a name in it is neither conninfo nor shell nor SQL', async () => {
    const directory = await copy(blog)
    const database = `host=127.0.0.1 port=9 dbname='x' $(touch /tmp/pwned) "; drop database postgres; --`
    await changeManifest(directory, (manifest) => ({
      ...manifest,
      files: manifest.files.map((file) => (file.kind === 'database' ? { ...file, database } : file)),
    }))
    expect((await restore({ url: target.url(), path: directory })).exitCode).toBe(0)
    // PostgreSQL itself cuts a name at 63 bytes.
    expect((await listDatabases())[0]).toBe(database.slice(0, 63))
  })
})

describe('keys', () => {
  let encrypted: string
  beforeAll(async () => {
    encrypted = await backUp({ url: source.url('blog'), ...quick, 'age-recipients': recipient })
  })
  it.each([
    ['a wrong one', () => generateX25519Identity(), /does not open it/],
    ['none', () => Promise.resolve(''), /"age-identity" is empty/],
  ])('%s is told before the target is touched', async (_, makeIdentity, words) => {
    const url = 'postgres://x@127.0.0.1:9/x'
    const run = await restore({ url, path: encrypted, 'age-identity': await makeIdentity() })
    expectFailure(run, 'PGB_ENCRYPT', words)
  })
})

describe('a custom archive', () => {
  async function configureLog(...settings: string[]): Promise<void> {
    for (const setting of settings) await target.psql('postgres', `alter system ${setting}`)
    await target.psql('postgres', 'select pg_reload_conf()')
  }
  it.each<[string, string, () => [Record<string, string>, Record<string, string>]]>([
    ['compressed outside', '/', () => [{}, {}]],
    [
      'encrypted',
      'memory',
      () => [{ compression: 'gzip', 'age-recipients': recipient }, { 'age-identity': identity }],
    ],
  ])('that is %s is unpacked for several workers', async (_, place, keys) => {
    const [forBackup, forRestore] = keys()
    const path = await backUpShop({ format: 'custom', verify: 'decode', ...forBackup })
    await configureLog(`set log_statement = 'ddl'`, `set log_line_prefix = '%p in %d '`)
    const before = await target.log()
    const run = await restore({ url: target.url(), path, jobs: '2', ...forRestore })
    await configureLog('reset log_statement', 'reset log_line_prefix')
    expect([run.exitCode, run.exitCode === 0 ? '' : run.log]).toEqual([0, ''])
    expect(run.log).toMatch(new RegExp(` is unpacked in ${place}.* for 2 workers`))
    const statements = (await target.log())
      .slice(before.length)
      .matchAll(/^(\d+) in shop_restoring\w* .* (?:CREATE|ALTER) /gm)
    // One session makes the tables, others their indexes and keys.
    expect(new Set([...statements].map(([, session]) => session)).size).toBeGreaterThanOrEqual(2)
    await expectShop()
    const discarded = JSON.parse(run.state['discard'] ?? '') as string[]
    expect(discarded.some((name) => name.startsWith('/dev/shm/'))).toBe(place === 'memory')
    expect([run.leftOver, discarded.filter((name) => existsSync(name))]).toEqual([[], []])
  })
})

describe('artifacts', () => {
  let service: ResultsService
  let bytes: Buffer
  beforeAll(async () => {
    service = await startResultsService()
    service.setRepository('octo/other', { visibility: 'private' })
    const zip = `${blog}.zip`
    await execute('python3', ['-m', 'zipfile', '-c', zip, ...(await readdir(blog))], { directory: blog })
    bytes = await readFile(zip)
  })
  afterEach(() => {
    service.reset()
  })
  afterAll(() => service.close())

  const name = 'postgres-backup-blog-1'
  it.each<[string, Partial<Seed>, (id: number) => Record<string, string>]>([
    ['this run, by its name', {}, () => ({ 'artifact-name': name })],
    [
      'another run, as the newest match',
      { runId: 1 },
      () => ({ 'artifact-name': 'postgres-*', 'run-id': '1' }),
    ],
    ['any run, as the newest match', { runId: 1 }, () => ({ 'artifact-name': 'postgres-backup-*' })],
    ['any run, by its id', { runId: 1 }, (id) => ({ 'artifact-id': String(id) })],
    [
      'another repository, by its name',
      { repository: 'octo/other', runId: 1 },
      () => ({ 'artifact-name': name, repository: 'octo/other' }),
    ],
  ])('are restored of %s', async (_, seed, query) => {
    const { id } = await service.seed({ name, bytes, ...seed })
    const run = await restore(
      { url: target.url(), 'github-token': service.token, ...query(id) },
      { environment: { ...service.environment } },
    )
    expect([run.exitCode, run.exitCode === 0 ? '' : run.log]).toEqual([0, ''])
    expect(await listDatabases()).toEqual(['blog'])
    expect(await target.psql('blog', 'select count(*) from posts')).toBe('10')
  })
  it('that lead out of their directory are refused', async () => {
    await service.seed({ name: 'evil', bytes: makeZip([{ name: '../manifest.json', text: '{}' }]) })
    const run = await restore(
      { url: target.url(), 'artifact-name': 'evil' },
      { environment: { ...service.environment } },
    )
    expectFailure(run, 'PGB_RESTORE', /could leave its directory/)
  })
})

describe('cancelled', () => {
  it.each(['plain', 'custom'])('it leaves nothing behind (%s)', async (format) => {
    const directory = await copy(blog)
    const dump = 'create table public.a ();\nselect pg_sleep(60);\n-- PostgreSQL database dump complete\n'
    await replaceFile(directory, 'blog', dump)
    await target.psql('postgres', format === 'plain' ? 'select 1' : 'create database blog')
    const started = await startRestore({ url: target.url(), path: directory })
    await waitForSleep()
    const run = await started.cancel()
    expectFailure(run, 'PGB_CANCELLED', /stopped/)
    expect(await listDatabases()).toEqual(format === 'plain' ? [] : ['blog'])
    if (format !== 'plain')
      expect(await target.psql('blog', 'select count(*) from pg_class where oid >= 16384')).toBe('0')
  })
  async function waitForSleep(): Promise<void> {
    const query = `select count(*) from pg_stat_activity where query ~ '^select pg_sleep' and state = 'active'`
    while ((await target.psql('postgres', query)) === '0')
      await new Promise((resolve) => setTimeout(resolve, 50))
  }
})

describe('the pattern before a migration', () => {
  it('gives back the database as it was', async () => {
    await restore({ url: target.url(), path: shop })
    // Its owners are whoever restores, as nothing is said.
    const owner = `select tableowner from pg_tables where tablename = 'serials'`
    expect(await target.psql('shop', owner)).toBe('postgres')
    const before = await backUp({ url: target.url('shop'), ...quick })
    await target.psql(
      'shop',
      'alter table bulk drop column payload; delete from employees where id > 40; drop table bytes',
    )
    const run = await restore({ url: target.url('shop'), path: before, clean: 'true' })
    expect(run.exitCode).toBe(0)
    await expectShop()
  })
})

describe('the owners', () => {
  // Those of an archive are kept in the test of a whole cluster's roles.
  it('are kept with no-owner: false', async () => {
    expect((await restore({ url: target.url(), path: shop, 'no-owner': 'false' })).exitCode).toBe(0)
    await expectShop('shop', { noOwner: false })
  })
})
