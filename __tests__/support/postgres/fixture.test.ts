import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { clientEnvironment, quoteConninfo, quoteIdentifier, startCluster } from './cluster.ts'
import type { Cluster } from './cluster.ts'
import { compareDatabases } from './compare.ts'
import { execute } from '../machine/execute.ts'
import { createDatabase, fillDatabase } from './fixture.ts'
import { findClient } from './server-binaries.ts'

let cluster: Cluster
const original = `shop "x" 'y' $(z) 🐘`

async function copyByDump(target: string): Promise<void> {
  await createDatabase(cluster, target)
  const environment = clientEnvironment(cluster)
  const dump = ['-w', '-d', quoteConninfo('dbname', original)]
  await cluster.psql(target, await execute(join(findClient(), 'pg_dump'), dump, { environment }))
}

beforeAll(async () => {
  cluster = await startCluster()
  await fillDatabase(cluster, original)
  await copyByDump('copy')
})
afterAll(() => cluster.stop('immediate'))

function compareWith(database: string): Promise<string[]> {
  return compareDatabases({ cluster, database: original }, { cluster, database })
}

describe('fillDatabase', () => {
  it('fills two databases alike', async () => {
    const { extensions } = await fillDatabase(cluster, 'again')
    expect(extensions).toEqual(['btree_gist', 'hstore', 'pg_trgm', 'pgcrypto', 'plpgsql'])
    expect(await compareWith('again')).toEqual([])
  })

  it('follows its scale', async () => {
    expect(await cluster.psql(original, 'SELECT count(*) FROM bulk')).toBe('10000')
    await fillDatabase(cluster, 'smaller', { scale: 0 })
    expect(await cluster.psql('smaller', 'SELECT count(*) FROM bulk')).toBe('0')
  })
})

describe('compareDatabases', () => {
  it('finds no difference in a restored dump', async () => {
    expect(await compareWith('copy')).toEqual([])
  })

  it('finds all sorts of damage, and leaves out the owner when told', async () => {
    const damage: [sql: string, difference: string][] = [
      [
        `UPDATE bytes SET content = '\\x01' WHERE id = 0`,
        'content, only in the second: ["public.bytes", 257,',
      ],
      [`DELETE FROM measurements_2023 WHERE at = '2023-05-05'`, '["public.measurements_2023", 364,'],
      ['DELETE FROM zero_columns', 'content, only in the second: ["public.zero_columns", 0, null]'],
      ['CREATE TABLE new_table ()', 'content, only in the second: ["public.new_table", 0, null]'],
      ['DROP INDEX hash_index', 'dump, only in the first: CREATE INDEX hash_index'],
      [
        'REVOKE USAGE ON TYPE mood FROM "fixture reader"',
        'dump, only in the first: GRANT ALL ON TYPE public.mood',
      ],
      [`SELECT nextval('untouched_sequence')`, `setval('public.untouched_sequence', 1, true)`],
      [`SELECT lo_put(50003, 100, 'x')`, 'content, only in the second: ["large object 50003", 256, '],
      [
        `ALTER TABLE bytes OWNER TO ${quoteIdentifier('fixture reader')}`,
        'dump, only in the second: ALTER TABLE public.bytes OWNER TO "fixture reader"',
      ],
      ['SELECT lo_unlink(50001)', 'content, only in the first: ["large object 50001", 0, '],
    ]
    await cluster.psql('postgres', 'CREATE DATABASE damaged TEMPLATE copy')
    await cluster.psql('damaged', damage.map(([sql]) => `${sql};`).join('\n'))
    const found = await compareWith('damaged')
    for (const [, difference] of damage) expect(found).toContainEqual(expect.stringContaining(difference))
    const places = [
      { cluster, database: original },
      { cluster, database: 'damaged' },
    ] as const
    const ownerless = (await compareDatabases(...places, { noOwner: true })).join('\n')
    expect(ownerless).toContain('hash_index')
    expect(ownerless).not.toContain('OWNER')
  })
})
