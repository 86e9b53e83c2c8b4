import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { clientEnvironment } from '../support/postgres/cluster.ts'
import { execute } from '../support/machine/execute.ts'
import { findClient } from '../support/postgres/server-binaries.ts'
import { breakDatabase, startLookAlike } from './look-alike.ts'
import type { LookAlike } from './look-alike.ts'
import { makeObjectsQuery } from '../../src/restore/target/target.ts'
import { makeBeginScript } from '../../src/restoring/in-place/begin-script.ts'
import { makeEndScript } from '../../src/restoring/in-place/end-script.ts'
import { makeFillBegin, makeFillEnd } from '../../src/restoring/in-place/fill-script.ts'
import { replaceInPlace } from './restore-by-judge.ts'
import { services } from './services.ts'
import { compareSnapshots, takeSnapshot } from './snapshot.ts'
import type { Snapshot } from './snapshot.ts'

const snapshot = (of: LookAlike): Promise<Snapshot> => takeSnapshot(of, of.database, { args: ['--create'] })

function dump({ cluster, url }: LookAlike): Promise<string> {
  return execute(join(findClient(), 'pg_dump'), ['--dbname', url()], {
    environment: clientEnvironment(cluster),
  })
}

/** PGB_FULL_MATRIX asks for the one with the most things of others too; without it only the action replaces its contents. */
const tried =
  process.env['PGB_FULL_MATRIX'] === undefined ? [services.heroku] : [services.heroku, services.supabase]

/** A foreign server of the superuser's, which the role uses. */
async function layForeignServer({ cluster, database, user, run }: LookAlike): Promise<void> {
  await cluster.psql(
    database,
    `create foreign data wrapper far; create server "their server" foreign data wrapper far;
    grant usage on foreign server "their server" to "${user}"; create user mapping for public server "their server"`,
  )
  await run(`create user mapping for current_user server "their server" options ("user" 'far');
    create foreign table public.far (id int) server "their server"`)
}

/** The default privileges of a role, in an order of their own. */
const defaultsOf = (
  role: string,
): string => `select json_agg(concat(defaclobjtype, defaclnamespace::regnamespace, (
    select string_agg(item::text, ' ' order by item::text) from unnest(defaclacl) item)) order by 1)
  from pg_default_acl where defaclrole = '${role}'::regrole`

describe.each(tried)('the contents of a database at $name', (service) => {
  let target: LookAlike
  let before: Snapshot
  let backup: string
  beforeAll(async () => {
    target = await startLookAlike(service, { hasApplication: true })
    // Of the name of the application's own, whose privileges are nobody else's.
    await target.cluster.psql(
      target.database,
      `create function public.longest(integer) returns text language sql as 'select null::text'`,
    )
    await layForeignServer(target)
    await target.run(
      `create procedure public.twice(a int, b int) language sql as ''; create procedure public.twice(a int, out b int) language sql as 'select 1'`,
    )
    before = await snapshot(target)
    backup = await dump(target)
    await breakDatabase(target)
  })
  afterAll(() => target.stop())

  const rowCounts = [
    { table: 'public.customers', rows: 40 },
    { table: 'shop.orders', rows: 300 },
  ]
  it('stay as they are when something of others would go, and it is named', async () => {
    const { cluster, database } = target
    await cluster.psql(
      database,
      'create schema reports; create view reports.all as select id from public.customers',
    )
    const broken = await snapshot(target)
    await expect(replaceInPlace(target, backup)).rejects.toThrow(/lost: view reports\."all"/)
    expect(compareSnapshots(broken, await snapshot(target))).toEqual([])
    await cluster.psql(database, 'drop schema reports cascade')
  })
  it('stay as they are when another session holds a lock', async () => {
    const holder = target.run('begin; select from shop.orders; select pg_sleep(600)').catch(() => undefined)
    const isHeld = `select count(*) from pg_locks where relation = 'shop.orders'::regclass and granted`
    while ((await target.cluster.psql(target.database, isHeld)) === '0') await Promise.resolve()
    await expect(replaceInPlace(target, backup, { lockTimeout: '100ms' })).rejects.toThrow(/lock timeout/)
    await target.cluster.psql(
      'postgres',
      `select pg_terminate_backend(pid) from pg_stat_activity where query ~ 'pg_sleep\\(600\\)' and pid <> pg_backend_pid()`,
    )
    await holder
  })
  it('get the default privileges back, of an empty database that is filled, those that were taken too', async () => {
    const { cluster } = target
    await cluster.psql('postgres', 'create role filler; create database filled owner filler')
    await cluster.psql(
      'filled',
      `set role filler;
      alter default privileges revoke execute on functions from public;
      alter default privileges revoke usage on types from public;
      alter default privileges revoke delete on tables from filler;
      alter default privileges grant select on tables to public;
      alter default privileges in schema public grant usage on sequences to public`,
    )
    const defaults = await cluster.psql('filled', defaultsOf('filler'))
    const fill = `set role filler;\n${makeFillBegin('10s', false)}
      create function public.made() returns int language sql as 'select 1';
      create table public.made ();${makeFillEnd([])}`
    await cluster.psql('filled', fill)
    expect(await cluster.psql('filled', defaultsOf('filler'))).toBe(defaults)
    expect(JSON.parse(defaults)).toHaveLength(4)
    const given = `select (select proacl from pg_proc where proname = 'made') is null
      and (select relacl from pg_class where relname = 'made') is null`
    expect(await cluster.psql('filled', given)).toBe('t')
  })
  it('are nothing that a new database could have, where a subscription of others is among them', async () => {
    const { cluster } = target
    await cluster.psql('postgres', 'create role reader; create database fed owner reader')
    const news = `create subscription news connection 'dbname=nowhere' publication p with (connect = false, slot_name = none)`
    await cluster.psql('fed', `${news}; set role reader; create table public.received ()`)
    const answer = await cluster.psql('fed', `set role reader; ${makeObjectsQuery(undefined)}`)
    expect(JSON.parse(answer)).toEqual({
      ...{ objects: 1, examples: ['received'], isPrepared: false },
      ...{ others: 1, otherExamples: ['news'] },
    })
  })
  it('leave a schema where its owner could not make it again, which is no content by itself', async () => {
    const { cluster } = target
    await cluster.psql('postgres', 'create role tenant; create database house')
    await cluster.psql('house', 'create schema flat authorization tenant')
    const as = (sql: string): Promise<string> => cluster.psql('house', `set role tenant;\n${sql}`)
    const readAnswer = async (): Promise<unknown> => JSON.parse(await as(makeObjectsQuery(undefined)))
    expect(await readAnswer()).toMatchObject({ objects: 0, isPrepared: true })
    await as('create table flat.old (); create sequence flat.numbers')
    expect(await readAnswer()).toMatchObject({ objects: 2, examples: ['numbers', 'old'] })
    const begin = makeBeginScript({ serviceSchemas: [], lockTimeout: '10s' })
    await as(`${begin}\ncreate table flat.made ();\n${makeEndScript([], [])}`)
    const tables = `select string_agg(relname, ' ') from pg_class where relnamespace = 'flat'::regnamespace`
    expect(await as(tables)).toBe('made')
  })
  it('are refused where they hold what is not handled', async () => {
    const { cluster, database, user } = target
    await cluster.psql(
      database,
      `create operator family public.odd using btree; alter operator family public.odd using btree owner to "${user}"`,
    )
    await expect(replaceInPlace(target, backup)).rejects.toThrow(/not handled: operator family/)
    await cluster.psql(database, 'drop operator family public.odd using btree')
  })
  it('become those of the backup, and nothing else changes', async () => {
    await replaceInPlace(target, backup, { rowCounts })
    expect(compareSnapshots(before, await snapshot(target))).toEqual([])
  })
})
