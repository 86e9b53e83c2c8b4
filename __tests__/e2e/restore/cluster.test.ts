import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { execute } from '../../support/machine/execute.ts'
import { clientEnvironment, startCluster } from '../../support/postgres/cluster.ts'
import type { Cluster } from '../../support/postgres/cluster.ts'
import { compareDatabases, fillDatabase } from '../../support/postgres/fixture.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { backUp, restore } from '../../support/story.ts'

const identity = await generateX25519Identity()
const recipient = await identityToRecipient(identity)
const odd = 'odd "name" = 1'
let source: Cluster
const clusters: Cluster[] = []
/** The whole source, in a file that can be read; never changed. */
let whole: string

/** A server with another password of its superuser than the source's, which the dump would set. */
async function openTarget(): Promise<Cluster> {
  const cluster = await startCluster({ password: 'another one' })
  clusters.push(cluster)
  return cluster
}

beforeAll(async () => {
  source = await startCluster()
  clusters.push(source)
  await fillDatabase(source, 'shop', { scale: 0 })
  await fillDatabase(source, odd, { scale: 0 })
  await source.psql(
    'postgres',
    `alter role "fixture reader" login password 'kept'; alter database shop set work_mem = '7MB'`,
  )
  whole = await backUp({ url: source.url(), all: 'true', verify: 'none', compression: 'none' })
})
afterAll(async () => {
  await Promise.all(clusters.map((cluster) => cluster.stop()))
})

/** A policy lists its roles in the order of their oids, which differ between clusters. */
async function compare(target: Cluster, database: string): Promise<string[]> {
  const differences = await compareDatabases({ cluster: source, database }, { cluster: target, database })
  return differences.filter((line) => !line.includes('CREATE POLICY "own rows"'))
}

const roles = `select rolname, rolcanlogin, rolpassword from pg_authid where oid >= 16384 order by 1`

describe('a file of the whole cluster', () => {
  it('restores roles and databases, and leaves the connecting role alone', async () => {
    const target = await openTarget()
    const directory = await backUp({ url: source.url(), all: 'true', 'age-recipients': recipient })
    const run = await restore({ url: target.url(), path: directory, 'age-identity': identity })
    expect([run.exitCode, run.exitCode === 0 ? '' : run.log]).toEqual([0, ''])
    expect(JSON.parse(run.outputs['databases'] ?? '')).toEqual([odd, 'shop'])
    expect(run.annotations).toContainEqual(expect.objectContaining({ title: 'Cannot be undone' }))
    for (const database of ['shop', odd]) {
      expect(await compare(target, database)).toEqual([])
    }
    expect(await target.psql('postgres', roles)).toBe(await source.psql('postgres', roles))
    const again = await restore({ url: target.url(), path: directory, 'age-identity': identity })
    expect(again.annotations).toContainEqual(expect.objectContaining({ title: 'PGB_TARGET_NOT_EMPTY' }))
  })
  it('gives one of its databases, also under another name, to a server that holds others', async () => {
    const target = await openTarget()
    await target.psql('postgres', 'create table kept ()')
    const inputs = { url: target.url(), path: whole, database: odd }
    const run = await restore({ ...inputs, 'target-database': 'shop copy', 'no-owner': 'true' })
    expect([run.exitCode, run.exitCode === 0 ? '' : run.log]).toEqual([0, ''])
    const strict = await restore({
      ...inputs,
      database: 'shop',
      ...{ globals: 'true', strict: 'true', 'no-owner': 'false' },
    })
    expect([strict.exitCode, strict.exitCode === 0 ? '' : strict.log]).toEqual([0, ''])
    expect(await compare(target, 'shop')).toEqual([])
    expect(await target.psql('postgres', `select setconfig from pg_db_role_setting`)).toBe('{work_mem=7MB}')
    expect(await target.psql('postgres', 'select datname from pg_database order by 1')).toBe(
      'postgres\nshop\nshop copy\ntemplate0\ntemplate1',
    )
    const rows = 'select count(*) from pg_class where relkind = $$r$$ and oid >= 16384'
    expect(await target.psql('shop copy', rows)).toBe(await source.psql(odd, rows))
    const none = await restore({ ...inputs, database: 'gone' })
    expect(none.annotations).toContainEqual(
      expect.objectContaining({
        title: 'PGB_NO_DATABASE',
        message: expect.stringMatching(/it holds ".*"shop"/),
      }),
    )
  })
  it('leaves no database behind when it fails, and then replaces those of its databases that stand there', async () => {
    const target = await openTarget()
    const broken = join(await makeScratchDirectory('broken'), 'files')
    await cp(whole, broken, { recursive: true })
    await breakLastDatabase(broken)
    const failed = await restore({ url: target.url(), path: broken })
    expect(failed.annotations).toContainEqual(expect.objectContaining({ title: 'PGB_RESTORE' }))
    expect(failed.exitCode).toBe(1)
    expect(await target.psql('postgres', 'select datname from pg_database where oid >= 16384')).toBe('')
    await target.psql('postgres', 'create database shop')
    await target.psql('shop', 'create table old ()')
    const run = await restore({ url: target.url(), path: whole, clean: 'true' })
    expect([run.exitCode, run.exitCode === 0 ? '' : run.log]).toEqual([0, ''])
    for (const database of ['shop', odd]) expect(await compare(target, database)).toEqual([])
    expect(await target.psql('postgres', roles)).toBe(await source.psql('postgres', roles))
  })
})

/** Lets the dump of the last database fail, its sum in the manifest put right. */
async function breakLastDatabase(directory: string): Promise<void> {
  const script = `
import hashlib, json, sys
folder = sys.argv[1]
manifest = json.load(open(folder + '/manifest.json'))
entry = manifest['files'][0]
path = folder + '/' + entry['name']
text = open(path, 'rb').read()
mark = b'-- PostgreSQL database dump complete'
at = text.rindex(mark)
text = text[:at] + b'select broken;\\n' + text[at:]
open(path, 'wb').write(text)
entry['size'] = len(text)
entry['sha256'] = hashlib.sha256(text).hexdigest()
json.dump(manifest, open(folder + '/manifest.json', 'w'))`
  await execute('python3', ['-c', script, directory])
}

describe('globals', () => {
  it('come first, so that owners and privileges find their roles', async () => {
    const target = await openTarget()
    const directory = await backUp({ url: source.url('shop'), globals: 'true', format: 'directory' })
    const inputs = { url: target.url(), path: directory, 'no-owner': 'false' }
    const without = await restore({ ...inputs, strict: 'true' })
    expect(without.annotations).toContainEqual(
      expect.objectContaining({ title: 'PGB_PERMISSION', message: expect.stringMatching(/globals: true/) }),
    )
    expect(await target.psql('postgres', 'select datname from pg_database order by 1')).toBe(
      'postgres\ntemplate0\ntemplate1',
    )
    const run = await restore({ ...inputs, globals: 'true' })
    expect([run.exitCode, run.exitCode === 0 ? '' : run.log]).toEqual([0, ''])
    expect(run.summary).toContain('Roles and tablespaces were restored')
    expect(await compare(target, 'shop')).toEqual([])
    expect(await target.psql('postgres', roles)).toBe(await source.psql('postgres', roles))
    const reader = {
      ...clientEnvironment(target),
      PGUSER: 'fixture reader',
      PGPASSWORD: 'kept',
      PGDATABASE: 'shop',
    }
    expect(await execute('psql', ['-Atc', 'select 1'], { environment: reader })).toBe('1\n')
  })
})
