import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { startCluster } from '../support/postgres/cluster.ts'
import type { Cluster } from '../support/postgres/cluster.ts'
import { runAction } from '../support/runner.ts'
import type { ActionRun } from '../support/runner.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'

/*
 * A user who owns a database, and is no superuser, puts functions and operators into it that fit our queries better
 * than PostgreSQL's own: whoever calls them makes the user a superuser, and does not see the database "hidden".
 */

let source: Cluster
let target: Cluster

beforeAll(async () => {
  ;[source, target] = await Promise.all([startCluster(), startCluster()])
  for (const cluster of [source, target]) await prepare(cluster)
})
beforeEach(async () => {
  for (const cluster of [source, target]) await cluster.psql('postgres', 'alter role mallory nosuperuser')
})
afterAll(async () => {
  await Promise.all([source.stop('immediate'), target.stop('immediate')])
})

/** Argument types with which our queries call json_build_object, which takes any. */
const signatures = [
  'text, name, text, boolean, text, boolean, text, bigint',
  'text, integer, text, text, text, name, text, json',
  'text, integer, text, text, text, text, text, json',
  'text, boolean, text, boolean, text, bigint',
  'text, name, text, boolean, text, boolean, text, bigint',
  'text, name, text, boolean, text, json, text, json, text, json',
  'text, name, text, text, text, text, text, json',
  'text, json, text, json',
  'text, name, text, json, text, json',
  'text, bigint, text, json',
  'text, text, text, text, text, text',
  'text, text, text, text, text, text, text, bigint',
]

const overloads = [...new Set(signatures)].map((signature) => {
  const types = signature.split(', ')
  const values = types.map((type, index) =>
    types[1] === 'name' && type === 'boolean' ? `$2 = 'hidden' or $${index + 1}` : `$${index + 1}`,
  )
  return `create function public.json_build_object(${signature}) returns json language plpgsql as $$ begin
    perform public.rise(); return pg_catalog.json_build_object(${values.join(', ')}); end $$;`
})

const attack = `set role mallory;
create function public.rise() returns void language plpgsql as $$ begin
  execute 'alter role mallory superuser'; exception when others then null; end $$;
${overloads.join('\n')}
create function public.differs(name, name) returns boolean language plpgsql as $$ begin
  perform public.rise(); return $1 operator(pg_catalog.<>) $2; end $$;
create operator public.!~ (leftarg = name, rightarg = name, function = public.differs);
create operator public.<> (leftarg = name, rightarg = name, function = public.differs);
create function public.format(text, name, name) returns text language plpgsql as $$ begin
  perform public.rise(); return pg_catalog.format($1, $2, $3); end $$;
create function public.join(text, oid) returns text language plpgsql as $$ begin
  perform public.rise(); return $1 operator(pg_catalog.||) $2::text; end $$;
create operator public.|| (leftarg = text, rightarg = oid, function = public.join);
create table public.wares as select 1 as id;`

/** The same functions as the catalog's, for a path in which public comes first. */
const shadows = `set role mallory;
create function public.current_setting(text) returns text language plpgsql as $$ begin
  perform public.rise(); return pg_catalog.current_setting($1); end $$;
create function public.set_config(text, text, boolean) returns text language plpgsql as $$ begin
  perform public.rise(); return pg_catalog.set_config($1, $2, $3); end $$;
create view public.pg_database as select * from pg_catalog.pg_database where datname <> 'hidden';
alter database shop set search_path = public, pg_catalog;`

async function prepare(cluster: Cluster): Promise<void> {
  await cluster.psql('postgres', "create role mallory login password 'm'; create database hidden;")
  await cluster.psql('postgres', 'create database shop owner mallory')
  await cluster.psql('shop', attack)
}

async function hasRisen(cluster: Cluster): Promise<boolean> {
  return (await cluster.psql('postgres', "select rolsuper from pg_roles where rolname = 'mallory'")) === 't'
}

function listErrors({ annotations }: ActionRun): string[] {
  return annotations.filter(({ level }) => level === 'error').map(({ message }) => message)
}

async function backUp(inputs: Record<string, string>): Promise<ActionRun> {
  const output = join(await makeScratchDirectory('attack'), 'files')
  const all = {
    url: source.url('shop'),
    upload: 'false',
    'output-dir': output,
    compression: 'none',
    ...inputs,
  }
  return runAction({ bundle: 'backup', inputs: all })
}

describe.each([
  ['that fit better', ''],
  ['first in the path of the database', shadows],
])('functions and operators %s', (_, more) => {
  beforeAll(async () => {
    if (more !== '') await source.psql('shop', more)
  })

  it('give their owner no rights, and hide nothing', async () => {
    const run = await backUp({ databases: '*', globals: String(more === ''), verify: 'restore' })
    expect([await hasRisen(source), listErrors(run)]).toEqual([false, []])
    expect(JSON.parse(run.outputs['databases'] ?? '')).toEqual(expect.arrayContaining(['hidden', 'shop']))
  })

  it('give their owner no rights where a superuser restores', async () => {
    if (more !== '') await target.psql('shop', more)
    const run = await backUp({ databases: '*', verify: 'none', format: 'custom' })
    expect([await hasRisen(source), listErrors(run)]).toEqual([false, []])
    expect(JSON.parse(run.outputs['databases'] ?? '')).toEqual(expect.arrayContaining(['hidden', 'shop']))
    const path = join(run.outputs['manifest'] ?? '', '..')
    const restored = await runAction({
      bundle: 'restore',
      inputs: { url: target.url(), path, database: 'shop', clean: 'true', 'no-owner': 'false' },
    })
    expect([await hasRisen(target), listErrors(restored)]).toEqual([false, []])
    expect(await target.psql('shop', 'select id from public.wares')).toBe('1')
  })
})
