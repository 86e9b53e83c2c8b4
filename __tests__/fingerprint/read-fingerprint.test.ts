import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { join } from 'node:path'
import { readFingerprint } from '../../src/fingerprint/read-fingerprint.ts'
import { holdSnapshot } from '../../src/fingerprint/snapshot.ts'
import type { Session } from '../../src/postgres/psql.ts'
import { clientEnvironment, startCluster, type Cluster } from '../support/postgres/cluster.ts'
import { findClient } from '../support/postgres/server-binaries.ts'

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(async () => {
  await cluster.stop('immediate')
})

function openSession(): Session {
  const program = (name: string): string => join(findClient(), name)
  return {
    connection: {
      parameters: {},
      environment: clientEnvironment(cluster),
      database: 'postgres',
      secrets: [],
    },
    client: {
      psql: program('psql'),
      pgDump: program('pg_dump'),
      pgDumpAll: program('pg_dumpall'),
      pgRestore: program('pg_restore'),
      major: 15,
      version: '15',
    },
    signal: new AbortController().signal,
  }
}

it('reads what stood in the snapshot, and gives no value to a table that was emptied or rewritten since', async () => {
  await cluster.psql('postgres', 'create database shop')
  const kinds = ['quiet', 'written', 'emptied', 'rewritten', "it's odd"].map((name) => `"${name}"`)
  for (const name of kinds) await cluster.psql('shop', `create table ${name} as select 1 as id`)
  await cluster.psql('shop', 'create sequence numbers')
  const [session, database] = [openSession(), 'shop']
  const snapshot = await holdSnapshot(session, database)
  await cluster.psql('shop', 'insert into written values (2); truncate emptied')
  await cluster.psql('shop', 'alter table rewritten alter id type bigint')
  const request = { snapshot: snapshot.id, lockWaitTimeout: '5s' }
  const { table, sequence } = await readFingerprint(
    { session, database },
    { ...request, kinds: ['table', 'sequence'], hash: 'extended' },
  )
  await snapshot.release()
  const one = table.get('public.quiet')
  expect(one).toEqual({ value: expect.stringMatching(/^-?\d+$/), rows: 1 })
  expect(table.get('public.written')).toEqual(one)
  expect(table.get(`public."it's odd"`)).toEqual(one)
  expect(table.get('public.emptied')?.value).toBeNull()
  expect(table.get('public.rewritten')?.value).toBeNull()
  expect(sequence.get('public.numbers')?.value).toBe('1 false')
})
