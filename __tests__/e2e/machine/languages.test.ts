import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { ErrorCode } from '../../../src/errors.ts'
import { startCluster } from '../../support/postgres/cluster.ts'
import type { Cluster } from '../../support/postgres/cluster.ts'
import { execute } from '../../support/machine/execute.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { expectFailure, readError, runBackup } from '../../support/backup-run.ts'

/** A server that speaks German, by a locale that is made for it alone. */
let cluster: Cluster

beforeAll(async () => {
  const locales = await makeScratchDirectory('locales')
  // The server runs as another user.
  await chmod(locales, 0o755)
  await execute('localedef', ['-i', 'de_DE', '-f', 'UTF-8', join(locales, 'de_DE.UTF-8')])
  cluster = await startCluster({
    environment: { LOCPATH: locales },
    settings: { lc_messages: 'de_DE.UTF-8', max_prepared_transactions: '1' },
    hba: ['host all outsider all reject'],
  })
  await cluster.psql(
    'postgres',
    `CREATE ROLE reader LOGIN PASSWORD 'k1-pass';
     CREATE DATABASE shop; CREATE DATABASE closed; CREATE DATABASE mute; CREATE DATABASE silent ALLOW_CONNECTIONS false`,
  )
  await cluster.psql('postgres', 'REVOKE CONNECT ON DATABASE closed FROM PUBLIC')
  await cluster.psql('mute', 'REVOKE EXECUTE ON FUNCTION pg_catalog.pg_database_size(oid) FROM PUBLIC')
  await cluster.psql(
    'shop',
    `CREATE TABLE secret (n int); CREATE TABLE hidden_rows (n int); CREATE TABLE open (n int); CREATE SEQUENCE counter;
     ALTER TABLE hidden_rows ENABLE ROW LEVEL SECURITY; GRANT SELECT ON hidden_rows, open TO reader;
     CREATE SCHEMA walled; CREATE TABLE walled.garden (n int)`,
  )
})
afterAll(() => cluster.stop('immediate'))

const reader = { user: 'reader', password: 'k1-pass' }

it.each<[string, ErrorCode, RegExp, string, { user?: string; password?: string }, string[]]>([
  ['a wrong password', 'PGB_AUTH', /Passwort-Auth/, 'shop', { user: 'reader', password: 'wr0ng' }, []],
  ['a missing database', 'PGB_NO_DATABASE', /»nowhere« existiert nicht/, 'nowhere', {}, []],
  [
    'a missing one with the name of its user',
    'PGB_NO_DATABASE',
    /named as the user \(/,
    'reader',
    reader,
    [],
  ],
  [
    'a wrong password for one with that name',
    'PGB_AUTH',
    /Passwort-Auth/,
    'reader',
    { user: 'reader', password: 'wr0ng' },
    [],
  ],
  ['a database that takes nobody', 'PGB_NO_DATABASE', /akzeptiert/, 'silent', {}, []],
  ['no privilege to connect', 'PGB_PERMISSION', /»closed«/, 'closed', reader, []],
  [
    'pg_hba.conf',
    'PGB_CONNECT',
    /combination of host/,
    'shop',
    { user: 'outsider', password: 'k1-pass' },
    [],
  ],
  ['no privilege on a table', 'PGB_PERMISSION', /public\.secret \(/, 'shop', reader, ['--table=secret']],
  ['no privilege on a schema', 'PGB_PERMISSION', /walled\.garden \(/, 'shop', reader, ['--schema=walled']],
  ['no privilege on a sequence', 'PGB_PERMISSION', /public\.counter \(/, 'shop', reader, ['--table=counter']],
  ['row-level security', 'PGB_PERMISSION', /public\.hidden_rows \(/, 'shop', reader, ['--table=hidden_rows']],
  [
    'a query that is refused',
    'PGB_PERMISSION',
    /^The server did not say what it is and holds: /,
    'mute',
    reader,
    [],
  ],
])('of a server that speaks German understands %s', async (_, code, words, database, login, options) => {
  const run = await runBackup({ url: cluster.url(database, login), options: options.join('\n') })
  expectFailure(run, code)
  expect(readError(run)).toMatch(words)
})

it('understands a table that is locked for too long', async () => {
  // A prepared transaction holds its lock without a session.
  await cluster.psql('shop', "BEGIN; LOCK TABLE open; PREPARE TRANSACTION 'holder'")
  const inputs = { options: '--table=open', 'lock-wait-timeout': '200ms' }
  const run = await runBackup({ url: cluster.url('shop'), ...inputs })
  expectFailure(run, 'PGB_LOCK')
  expect(readError(run)).toContain('storniere Anfrage')
})
