import { cp } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { ActionRun } from '../support/runner.ts'
import { dumpEnd, forgeBackup } from '../support/forged-backup.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'
import { backUp, changeManifest, restore, startRestore } from '../support/story.ts'
import { startLookAlike } from './look-alike.ts'
import type { LookAlike } from './look-alike.ts'
import { services } from './services.ts'
import { compareSnapshots, takeSnapshot } from './snapshot.ts'
import type { Snapshot } from './snapshot.ts'

let target: LookAlike
let whole: string
beforeAll(async () => {
  target = await startLookAlike(services.rdsApplication, { hasApplication: true })
  // It counts the rows.
  whole = await backUp({ url: target.url(), verify: 'decode' })
})
afterAll(() => target.stop())

const snapshot = (): Promise<Snapshot> => takeSnapshot(target, target.database)
const listMessages = (run: ActionRun, level: string): string =>
  run.annotations
    .filter((annotation) => annotation.level === level)
    .map(({ title, message }) => `${title ?? ''}: ${message}`)
    .join('\n')

async function expectRefusal(
  inputs: Record<string, string>,
  words: RegExp,
  snapshotBefore?: Snapshot,
): Promise<void> {
  const before = snapshotBefore ?? (await snapshot())
  const run = await restore({ url: target.url(), clean: 'true', ...inputs })
  expect([run.exitCode, listMessages(run, 'error')]).toEqual([1, expect.stringMatching(words)])
  expect(compareSnapshots(before, await snapshot())).toEqual([])
}

const partRefusal =
  /PGB_TARGET_NOT_EMPTY: .*only a part.*is not in it: table public\.extra \(3 rows\)\. .*allow-loss/
const wideRefusal =
  /is not in it: 1 large object, table public\.extra \(3 rows\), function b\.f\(integer\), sequence b\.numbers, view b\.v\. .*allow-loss/

describe('a backup of a part', () => {
  let before: Snapshot
  beforeAll(async () => {
    await target.run(`create table public.extra as select generate_series(1, 3) as id;
      create schema b; create sequence b.numbers; create view b.v as select 1 as one;
      create function b.f(int) returns int language sql as 'select 1'`)
    before = await snapshot()
  })

  // Each is read by a way of its own; PGB_FULL_MATRIX asks also for the other thing left out.
  const isFull = process.env['PGB_FULL_MATRIX'] !== undefined
  it.each([
    ['custom', '--exclude-table-data=extra', 'gzip', partRefusal],
    ['custom', '--exclude-table=extra\n--exclude-schema=b\n--no-blobs', 'zstd', wideRefusal],
    ['directory', '--exclude-table=extra\n--exclude-schema=b\n--no-blobs', '', wideRefusal],
    ...(isFull
      ? ([
          ['custom', '--exclude-table=extra', 'gzip', partRefusal],
          ['plain', '--exclude-table-data=extra', '', partRefusal],
        ] as const)
      : []),
  ])('never wipes the rest (%s, %s, %s)', async (format, options, compression, words) => {
    const path = await backUp({
      url: target.url(),
      format,
      options,
      ...(compression === '' ? {} : { compression }),
    })
    await expectRefusal({ path }, words, before)
  })
  it('replaces all only where `allow-loss` says so (plain)', async () => {
    const path = await backUp({ url: target.url(), options: '--exclude-table=extra' })
    await expectRefusal({ path }, partRefusal, before)
    const run = await restore({ url: target.url(), path, clean: 'true', 'allow-loss': 'true' })
    expect([run.exitCode, listMessages(run, 'error')]).toEqual([0, ''])
    expect(await target.run(`select to_regclass('public.extra') is null`)).toBe('t')
  })
})

it('tables that were made since are named with their rows before they go, and what is left out is no loss', async () => {
  await target.run('create table public."made since" as select generate_series(1, 2) as id')
  const run = await restore({ url: target.url(), path: whole, clean: 'true', strict: 'true' })
  expect([run.exitCode, listMessages(run, 'warning')]).toEqual([
    0,
    expect.stringMatching(/Not in the backup: .*table public\.made since \(2 rows\)/),
  ])
  expect(run.summary).toMatch(/replaced in place/)
  expect(JSON.parse(run.outputs['left-out'] ?? '')).toContainEqual({
    database: 'shop',
    type: 'COMMENT',
    schema: null,
    name: 'EXTENSION pg_stat_statements',
    reason: 'extension-not-own',
    roles: [],
  })
})

it('rows that are not those of the backup leave all as it was', async () => {
  const path = join(await makeScratchDirectory('wrong'), 'files')
  await cp(whole, path, { recursive: true })
  await changeManifest(path, (manifest) => {
    const text = JSON.stringify(manifest).replace(/("table":"shop\.events_2026","rows":)\d+/, '$19')
    return JSON.parse(text) as typeof manifest
  })
  await expectRefusal({ path }, /PGB_RESTORE: .*shop\.events_2026 has 10 rows instead of 9/)
})

it('a job that is cancelled leaves all as it was', async () => {
  const before = await snapshot()
  const holder = target.run('begin; lock table shop.orders; select pg_sleep(600)').catch(() => undefined)
  const waitFor = async (sql: string): Promise<void> => {
    while ((await target.cluster.psql(target.database, sql)) === '0') await Promise.resolve()
  }
  await waitFor(`select count(*) from pg_locks where relation = 'shop.orders'::regclass and granted`)
  const started = await startRestore({ url: target.url(), path: whole, clean: 'true' })
  await waitFor(`select count(*) from pg_locks where not granted`)
  const run = await started.cancel()
  await target.cluster.psql(
    'postgres',
    `select pg_terminate_backend(pid) from pg_stat_activity where query ~ 'pg_sleep\\(600\\)' and pid <> pg_backend_pid()`,
  )
  await holder
  expect(run.exitCode).not.toBe(0)
  expect(run.orphans).toEqual([])
  expect(compareSnapshots(before, await snapshot())).toEqual([])
})

it('a connection that is lost with the answer to COMMIT is no failure', async () => {
  const cutter = await startCutter(Number(new URL(target.cluster.url('shop')).port))
  const url = new URL(target.url())
  url.port = String((cutter.address() as AddressInfo).port)
  await target.run('create table public.made_since (id int)')
  const run = await restore({ url: url.href, path: whole, clean: 'true' })
  cutter.close()
  expect([run.exitCode, listMessages(run, 'error')]).toEqual([0, ''])
  expect(await target.run(`select to_regclass('public.made_since') is null`)).toBe('t')
})

it('`replace: database` says why it cannot be', async () => {
  await expectRefusal(
    { path: whole, replace: 'database' },
    /PGB_PERMISSION: .*"shop_app" may not create databases.*"replace" to auto.*the master user/,
  )
})

it('`strict` refuses what is left out where it is a loss', async () => {
  await target.cluster.psql('shop', 'create role gone; grant select on shop.orders to gone')
  const withGrant = await backUp({ url: target.url() })
  await target.cluster.psql('shop', 'drop owned by gone; drop role gone')
  await expectRefusal({ path: withGrant, strict: 'true' }, /PGB_PERMISSION: .*strict.*"gone"/)
})

it('tables of another role in the way are refused, not passed over', async () => {
  await target.cluster.psql(
    'postgres',
    `create role stranger login password 'st r'; create database theirs; grant create on database theirs to stranger`,
  )
  await target.cluster.psql(
    'theirs',
    'create table public.customers (id int); grant create on schema public to stranger',
  )
  const url = target.cluster.url('theirs', { user: 'stranger', password: 'st r' })
  const run = await restore({ url, path: whole, 'target-database': 'theirs' })
  expect([run.exitCode, listMessages(run, 'error')]).toEqual([
    1,
    expect.stringMatching(
      /PGB_PERMISSION: .*belong to other roles, such as public\.customers.*Connect as the role/,
    ),
  ])
  expect(
    await target.cluster.psql('theirs', `select count(*) from pg_namespace where nspname = 'shop'`),
  ).toBe('0')
})

it('what a stranger has put in the way is no stand-in for what the backup holds', async () => {
  await target.cluster.psql(
    'postgres',
    `create role planter; create role victim login password 'v'; create database shared; grant create on database shared to victim`,
  )
  await target.cluster.psql(
    'shared',
    `grant create on schema public to victim, planter; set role planter;
    create function public.longest(text, text) returns text language sql as 'select null::text'`,
  )
  const url = target.cluster.url('shared', { user: 'victim', password: 'v' })
  const run = await restore({ url, path: whole, 'target-database': 'shared' })
  expect([run.exitCode, listMessages(run, 'error')]).toEqual([
    1,
    expect.stringMatching(
      /PGB_RESTORE: .*function "longest" already exists.*Connect as the role that owns it/,
    ),
  ])
  expect(
    await target.cluster.psql('shared', `select count(*) from pg_namespace where nspname = 'shop'`),
  ).toBe('0')
})

it('what a role may not be given is named, and `strict` refuses it', async () => {
  await target.cluster.psql(
    'postgres',
    `create role "the keeper"; create role mover login password 'm'; grant "the keeper" to mover; create database moved`,
  )
  await target.cluster.psql('moved', 'grant create on schema public to mover')
  const heading = '-- Name: kept; Type: TABLE; Schema: public; Owner: the keeper'
  const content = `${heading}\n\nCREATE TABLE public.kept (id int);\nALTER TABLE public.kept OWNER TO "the keeper";\n${dumpEnd}`
  const path = await forgeBackup([{ database: 'moved', content }])
  const inputs = {
    url: target.cluster.url('moved', { user: 'mover', password: 'm' }),
    path,
    'no-owner': 'false',
  }
  const refused = await restore({ ...inputs, strict: 'true' })
  const owner = `select tableowner from pg_tables where tablename = 'kept'`
  expect([
    refused.exitCode,
    listMessages(refused, 'error'),
    await target.cluster.psql('moved', owner),
  ]).toEqual([1, expect.stringMatching(/PGB_PERMISSION: .*"the keeper" cannot be given.*GRANT CREATE/), ''])
  const run = await restore(inputs)
  expect([run.exitCode, listMessages(run, 'warning'), await target.cluster.psql('moved', owner)]).toEqual([
    0,
    expect.stringMatching(/What belonged to "the keeper" belongs to "mover" now/),
    'mover',
  ])
})

/** A way to the server that is cut when the first client has sent `commit;`, once the server has answered. */
function startCutter(serverPort: number): Promise<Server> {
  let wasCut = false
  const server = createServer((client) => {
    const upstream = connect(serverPort, '127.0.0.1')
    let isCommitting = false
    client.on('data', (chunk) => {
      if (!wasCut && chunk.includes('commit;\0')) wasCut = isCommitting = true
      upstream.write(chunk)
    })
    upstream.on('data', (chunk) => {
      if (isCommitting) client.destroy()
      else client.write(chunk)
    })
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => undefined)
      one.on('close', () => other.destroy())
    }
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve(server)
    })
  })
}
