import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { findFreePort, startCluster } from '../../support/postgres/cluster.ts'
import type { Cluster } from '../../support/postgres/cluster.ts'
import { execute } from '../../support/machine/execute.ts'
import { createDatabase } from '../../support/postgres/fixture.ts'
import { runAction } from '../../support/runner.ts'
import type { ActionRun } from '../../support/runner.ts'

let secure: Cluster
let plain: Cluster
let elsewhere: Cluster

beforeAll(async () => {
  ;[secure, plain, elsewhere] = await Promise.all([
    startCluster({ tls: {} }),
    startCluster({
      settings: { max_connections: '5', superuser_reserved_connections: '0', max_wal_senders: '0' },
    }),
    startCluster({ tls: { names: 'DNS:db.example.com' } }),
  ])
  await createDatabase(plain, 'shop')
  await plain.psql(
    'postgres',
    `CREATE ROLE few LOGIN PASSWORD 'few' CONNECTION LIMIT 0; CREATE ROLE mute NOLOGIN PASSWORD 'mute';
     CREATE ROLE poor LOGIN PASSWORD 'poor'`,
  )
})
afterAll(() => Promise.all([secure, plain, elsewhere].map((cluster) => cluster.stop('immediate'))))

/** Connects, and no more: that is where these errors arise. */
async function connect(
  inputs: Record<string, string>,
  environment: Record<string, string> = {},
): Promise<ActionRun> {
  return runAction({ bundle: 'backup', inputs: { 'dry-run': 'true', ...inputs }, environment })
}

function showErrors({ annotations }: ActionRun): string {
  const errors = annotations.filter(({ level }) => level === 'error')
  return errors.map(({ title, message }) => `${title ?? ''}: ${message}`).join('\n')
}

describe('A connection that succeeds', () => {
  it.each<[string, () => Record<string, string>]>([
    [
      'checks the server with the CA that is given',
      () => ({ url: secure.url(), 'ssl-root-cert': secure.authority ?? '' }),
    ],
    ['encrypts without a CA, as libpq does by default', () => ({ url: secure.url() })],
    ['does without TLS where neither side asks for it', () => ({ url: plain.url() })],
    [
      'takes user and password from their own inputs',
      () => ({
        url: `host=127.0.0.1 port=${plain.port} dbname=postgres`,
        user: plain.user,
        password: plain.password,
      }),
    ],
  ])('%s', async (_, inputs) => {
    const run = await connect(inputs())
    expect(showErrors(run)).toBe('')
    expect(run.outputs['status']).toBe('planned')
  })
})

describe('What users meet has a hint', () => {
  const noTls = { parameters: { sslmode: 'disable' } }
  const withTls = { parameters: { sslmode: 'require' } }
  const strict = { parameters: { sslmode: 'verify-full' } }

  it.each<[string, () => Record<string, string> | Promise<Record<string, string>>, RegExp]>([
    [
      'TLS is required and switched off',
      () => ({ url: secure.url('postgres', noTls) }),
      /^PGB_CONNECT: .*the server demands TLS\. Write sslmode=require.*"ssl-root-cert"/,
    ],
    [
      'TLS is demanded and not offered',
      () => ({ url: plain.url('postgres', withTls) }),
      /^PGB_CONNECT: .*demands TLS and the server does not offer it/,
    ],
    [
      'TLS is implied by a CA and not offered',
      () => ({ url: plain.url(), 'ssl-root-cert': secure.authority ?? '' }),
      /^PGB_CONNECT: .*demands TLS and the server does not offer it/,
    ],
    [
      'the server is to be checked without a CA',
      () => ({ url: secure.url('postgres', strict) }),
      /^PGB_CONNECT: .*no CA certificate.*"ssl-root-cert"/,
    ],
    [
      'the CA is another one',
      () => ({ url: secure.url(), 'ssl-root-cert': elsewhere.authority ?? '' }),
      /^PGB_CONNECT: .*not signed by a CA that is trusted here.*"ssl-root-cert"/,
    ],
    [
      'the certificate is for another name',
      () => ({ url: elsewhere.url(), 'ssl-root-cert': elsewhere.authority ?? '' }),
      /^PGB_CONNECT: .*certificate is for another host name/,
    ],
    [
      'the CA is no certificate',
      () => ({ url: secure.url(), 'ssl-root-cert': 'BEGIN CERTIFICATE' }),
      /^PGB_INPUT: .*"ssl-root-cert".*PEM/,
    ],
    [
      'the role has no connection left',
      () => ({ url: plain.url('shop', { user: 'few', password: 'few' }) }),
      /^PGB_CONNECT: .*out of connections.*"jobs"/,
    ],
    [
      'the role may not log in',
      () => ({ url: plain.url('shop', { user: 'mute', password: 'mute' }) }),
      /^PGB_AUTH: .*does not let this user log in.*LOGIN/,
    ],
    [
      'the password is wrong',
      () => ({ url: plain.url('shop', { password: 'wrong' }) }),
      /^PGB_AUTH: .*refused the user name or password/,
    ],
    [
      'the password is missing',
      () => ({ url: `postgres://postgres@127.0.0.1:${plain.port}/shop` }),
      /^PGB_AUTH: .*asks for a password and none was given.*secret is empty/,
    ],
    ['the database is missing', () => ({ url: plain.url('nowhere') }), /^PGB_NO_DATABASE: .*"nowhere"/],
    [
      'the name of the host is unknown',
      () => ({ url: 'postgres://u:secret@db.invalid/shop' }),
      /^PGB_CONNECT: .*no address is known for the host "db\.invalid".*service container/,
    ],
    [
      'nobody listens',
      async () => ({ url: `postgres://u:secret@127.0.0.1:${await findFreePort()}/shop` }),
      /^PGB_CONNECT: .*nobody listens.*service container/,
    ],
    ['the secret is empty', () => ({ url: '' }), /^PGB_EMPTY_SECRET: .*fork/],
    [
      'all parts of the url are empty secrets',
      () => ({ url: 'postgres://:@:/' }),
      /^PGB_EMPTY_SECRET: .*fork/,
    ],
  ])('%s', async (_, inputs, expected) => {
    const run = await connect(await inputs())
    expect(run.exitCode).toBe(1)
    expect(showErrors(run)).toMatch(expected)
    // One annotation for each error.
    expect(showErrors(run).split('\n')).toHaveLength(1)
    expect(run.outputs['status']).toBe('failed')
  })

  it('the server is out of connections', async () => {
    const sleepers = Array.from({ length: 5 }, () => plain.psql('shop', 'SELECT pg_sleep(4)'))
    await waitForSleepers(5)
    const run = await connect({ url: plain.url('shop', { user: 'poor', password: 'poor' }) })
    expect(showErrors(run)).toMatch(/^PGB_CONNECT: .*out of connections.*"jobs"/)
    await Promise.all(sleepers)
  })
})

/** The server has no connection left to be asked with, but each of its backends shows what it does. */
async function waitForSleepers(count: number): Promise<void> {
  for (let waited = 0; waited < 3000; waited += 50) {
    const processes = await execute('ps', ['--ppid', String(plain.pid), '-o', 'args='])
    if ((processes.match(/ shop .*SELECT/g) ?? []).length >= count) return
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error('The sleepers did not connect')
}
