import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { serializeProperties, type DatabaseProperties } from '../../../src/archive/properties.ts'
import { startCluster } from '../../support/postgres/cluster.ts'
import type { Cluster } from '../../support/postgres/cluster.ts'
import { dumpEnd, forgeBackup } from '../../support/forged-backup.ts'
import { backUp, restore } from '../../support/story.ts'

let cluster: Cluster
const identity = await generateX25519Identity()

beforeAll(async () => {
  cluster = await startCluster()
  await cluster.psql(
    'postgres',
    `create role "own er" login; create role reader; create role maker login createdb password 'makes it';
    create database shop owner "own er" template template0 encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' connection limit 7`,
  )
  await cluster.psql('shop', 'create table public.t as select 1 as id')
  await cluster.psql(
    'postgres',
    `alter database shop set search_path = "$user", public, 'odd "name', pg_catalog;
    alter database shop set app.setting = 'it''s \\ $hand_over$ $$ odd';
    alter database shop set log_statement = 'ddl';
    alter database shop set default_transaction_read_only = on;
    alter role reader in database shop set work_mem = '7MB';
    revoke all on database shop from public;
    grant connect on database shop to reader with grant option;
    comment on database shop is 'it''s \\ mine'`,
  )
})
afterAll(() => cluster.stop())

const readProperties = `
  select pg_get_userbyid(datdba), datconnlimit, pg_encoding_to_char(encoding), datcollate, datctype,
    shobj_description(oid, 'pg_database'),
    (select json_agg(array[grantee::regrole::text, privilege_type, is_grantable::text] order by 1::text, grantee, privilege_type) from aclexplode(datacl)),
    (select json_agg(json_build_array(setrole::regrole, setconfig) order by setrole) from pg_db_role_setting where setdatabase = pg_database.oid)
  from pg_database where datname = 'shop'`

describe('a database that was dropped comes back with what belonged to it', () => {
  it('all of it, by a superuser and from an encrypted backup', async () => {
    const recipients = await identityToRecipient(identity)
    const path = await backUp({ url: cluster.url('shop'), verify: 'none', 'age-recipients': recipients })
    const before = await cluster.psql('postgres', readProperties)
    await cluster.psql('postgres', 'drop database shop')
    const inputs = { url: cluster.url(), path, 'age-identity': identity, 'no-owner': 'false' }
    const run = await restore(inputs)
    expect([run.exitCode, run.exitCode === 0 ? '' : run.log]).toEqual([0, ''])
    expect(await cluster.psql('postgres', readProperties)).toBe(before)
    expect(run.annotations.map(({ title }) => title)).not.toContain('Properties left out')
  })
  it('as far as the role may, by one that is no superuser, and the rest is told', async () => {
    const path = await backUp({ url: cluster.url('shop'), verify: 'none' })
    await cluster.psql('postgres', 'alter database shop rename to original')
    const run = await restore({ url: cluster.url('postgres', { user: 'maker', password: 'makes it' }), path })
    expect([run.exitCode, run.exitCode === 0 ? '' : run.log]).toEqual([0, ''])
    // A setting that no extension knows is the superuser's matter too.
    const names = ['"app.setting"', '"log_statement"', '"work_mem" of "reader"']
    const items = names.map((name) => `the setting ${name} (which this role may not give)`)
    const message = `3 properties of the database "shop" could not be restored: ${items.join(', ')}.`
    expect(run.annotations).toContainEqual(expect.objectContaining({ title: 'Properties left out', message }))
    const [, ...fields] = (await cluster.psql('postgres', readProperties)).split('|')
    expect(fields.slice(0, 5)).toEqual(['7', 'LATIN1', 'C', 'C', `it's \\ mine`])
    expect(fields[6]).toContain('default_transaction_read_only=on')
    expect(await cluster.psql('postgres', `select has_database_privilege('reader', 'shop', 'connect')`)).toBe(
      't',
    )
    const all = `select count(*) from pg_database, aclexplode(datacl) where datname = 'shop' and grantee = 0`
    expect(await cluster.psql('postgres', all)).toBe('0')
  })
})

describe('properties that were forged', () => {
  const forged: DatabaseProperties = {
    name: 'forged',
    owner: 'nobody"; drop database original; --',
    encoding: `UTF8' TEMPLATE original --`,
    locale: { provider: 'icu', collate: `C' --`, ctype: null, locale: 'xx', icuRules: null },
    tablespace: 'none"; --',
    connectionLimit: 1e15,
    allowsConnections: false,
    isTemplate: true,
    comment: `'; drop database original; --`,
    privileges: [
      { grantee: null, privilege: 'CONNECT ON DATABASE original TO PUBLIC; --', grantable: false },
    ],
    settings: [
      { role: null, name: 'session_preload_libraries', value: '$libdir/evil' },
      { role: null, name: 'plperl.on_init', value: 'evil' },
      { role: null, name: 'work_mem TO 1; drop database original; --', value: '1' },
      { role: `postgres" SUPERUSER; --`, name: 'work_mem', value: '1MB' },
      { role: null, name: 'search_path', value: `public'; drop database original; --` },
    ],
  }
  it('give no order, load no code, and never make the restore fail', async () => {
    const path = await forgeBackup([
      { database: 'forged', content: `create table public.t ();${dumpEnd}` },
      {
        kind: 'properties',
        database: null,
        name: 'properties.json',
        content: serializeProperties({ schema: 1, databases: [forged] }),
      },
    ])
    const run = await restore({ url: cluster.url(), path, 'no-owner': 'false' })
    expect([run.exitCode, run.exitCode === 0 ? '' : run.log]).toEqual([0, ''])
    const warnings = run.annotations.filter(({ title }) => title === 'Properties left out')
    expect(warnings.at(-1)?.message).toMatch(
      /^7 properties .*session_preload_libraries" \(which is never restored\)/,
    )
    const left = await cluster.psql(
      'postgres',
      `select datname, datistemplate, datallowconn, datconnlimit, shobj_description(d.oid, 'pg_database'),
        (select count(*) from pg_db_role_setting where setdatabase = d.oid)
      from pg_database d where datname in ('forged', 'original') order by 1`,
    )
    expect(left).toBe(`forged|f|t|-1|'; drop database original; --|0\noriginal|f|t|7|it's \\ mine|2`)
  })
})
