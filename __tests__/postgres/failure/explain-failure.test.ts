import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { explainFailure } from '../../../src/postgres/failure/explain-failure.ts'
import { mayServerReturn } from '../../../src/postgres/failure/failure-kind.ts'
import { refuseTransactionPooler, isTransactionPooler } from '../../../src/postgres/connection/pooler.ts'
import { type Cluster, startCluster } from '../../support/postgres/cluster.ts'
import { tryExecute } from '../../support/machine/execute.ts'
import { findClient } from '../../support/postgres/server-binaries.ts'

const ACTION = 'The database "shop" was not dumped'
const explain = (
  stderr: string,
  parameters: Record<string, string> = { user: 'backup', host: 'db.example.com' },
) => explainFailure(stderr, { parameters, database: 'shop', action: ACTION })

const AT = 'connection to server at "127.0.0.1", port 5432 failed: '

/**
 * Texts in the form that PostgreSQL 15 gives them. Not all of them were provoked: the headers of
 * failure-connection.ts and failure-operation.ts say for which only sources, documentation or memory vouch. Those that can be provoked without
 * breaking the machine are provoked below, under "what PostgreSQL says today", and in e2e/network/tls.test.ts.
 */
const MESSAGES: readonly [stderr: string, code: string, expected: RegExp][] = [
  [`psql: error: ${AT}FATAL:  password authentication failed for user "x"\n`, 'PGB_AUTH', /input "password"/],
  [`psql: error: ${AT}fe_sendauth: no password supplied\n`, 'PGB_AUTH', /secret is empty/],
  [`psql: error: ${AT}FATAL:  role "x" does not exist\n`, 'PGB_AUTH', /attribute LOGIN/],
  [`psql: error: ${AT}FATAL:  role "x" is not permitted to log in\n`, 'PGB_AUTH', /attribute LOGIN/],
  // Supabase's Supavisor.
  [`psql: error: ${AT}FATAL:  Tenant or user not found\n`, 'PGB_AUTH', /postgres\.<project>/],
  [`pg_dump: error: ${AT}FATAL:  database "nowhere" does not exist\n`, 'PGB_NO_DATABASE', /"nowhere"/],
  [
    `psql: error: ${AT}FATAL:  database "c" is not currently accepting connections\n`,
    'PGB_NO_DATABASE',
    /ALLOW_CONNECTIONS/,
  ],
  [
    `psql: error: ${AT}FATAL:  permission denied for database "shop"\nDETAIL:  User does not have CONNECT privilege.\n`,
    'PGB_PERMISSION',
    /GRANT CONNECT ON DATABASE "shop" TO "backup"/,
  ],
  [
    `psql: error: ${AT}FATAL:  pg_hba.conf rejects connection for host "127.0.0.1", user "t", database "d", no encryption\n`,
    'PGB_CONNECT',
    /demands TLS.*sslmode=require/,
  ],
  [
    `psql: error: ${AT}FATAL:  no pg_hba.conf entry for host "127.0.0.1", user "t", database "d", SSL encryption\n${AT}FATAL:  no pg_hba.conf entry for host "127.0.0.1", user "t", database "d", no encryption\n`,
    'PGB_CONNECT',
    /admits no such combination/,
  ],
  [
    `psql: error: ${AT}server does not support SSL, but SSL was required\n`,
    'PGB_CONNECT',
    /does not offer it/,
  ],
  [`psql: error: ${AT}SSL error: certificate verify failed\n`, 'PGB_CONNECT', /"ssl-root-cert"/],
  [
    `psql: error: ${AT}server certificate for "localhost" does not match host name "127.0.0.1"\n`,
    'PGB_CONNECT',
    /another host name/,
  ],
  [
    `psql: error: ${AT}root certificate file "/root/.postgresql/root.crt" does not exist\nEither provide the file or change sslmode to disable server certificate verification.\n`,
    'PGB_CONNECT',
    /"ssl-root-cert"/,
  ],
  [
    `psql: error: ${AT}could not read root certificate file "/x": no certificate or crl found\n`,
    'PGB_CONNECT',
    /"ssl-root-cert"/,
  ],
  [
    `psql: error: ${AT}FATAL:  sorry, too many clients already\n`,
    'PGB_CONNECT',
    /out of connections.*"jobs"/,
  ],
  [`psql: error: ${AT}FATAL:  too many connections for role "few"\n`, 'PGB_CONNECT', /out of connections/],
  [
    `psql: error: ${AT}FATAL:  remaining connection slots are reserved for non-replication superuser connections\n`,
    'PGB_CONNECT',
    /out of connections/,
  ],
  [
    'psql: error: could not translate host name "db.invalid" to address: Name or service not known\n',
    'PGB_CONNECT',
    /"db.invalid".*service container/,
  ],
  [
    'psql: error: could not translate host name "db.abcdefghij.supabase.co" to address: No address associated with hostname\n',
    'PGB_CONNECT',
    /IPv4 only.*session pooler/,
  ],
  [
    'psql: error: connection to server at "2a05:d014::1", port 5432 failed: No route to host\n\tIs the server running on that host and accepting TCP/IP connections?\n',
    'PGB_CONNECT',
    /IPv4 only/,
  ],
  [
    'psql: error: connection to server at "db.x.dev" (2a05:d014:1c06::ab), port 5432 failed: Network is unreachable\n\tIs the server running on that host and accepting TCP/IP connections?\n',
    'PGB_CONNECT',
    /IPv4 only.*proxy or pooler/,
  ],
  [
    `psql: error: ${AT}Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?\n`,
    'PGB_CONNECT',
    /nobody listens/,
  ],
  [
    'psql: error: connection to server on socket "/nowhere/.s.PGSQL.5432" failed: No such file or directory\n\tIs the server running locally and accepting connections on that socket?\n',
    'PGB_CONNECT',
    /nobody listens/,
  ],
  [
    'psql: error: connection to server at "10.0.0.9", port 5432 failed: timeout expired\n',
    'PGB_CONNECT',
    /in time.*firewall/,
  ],
  [
    'psql: error: connection to server at "10.0.0.9", port 5432 failed: received invalid response to SSL negotiation: H\n',
    'PGB_CONNECT',
    /cannot be reached/,
  ],
  [`psql: error: ${AT}FATAL:  the database system is starting up\n`, 'PGB_CONNECT', /pg_isready/],
  [
    'pg_dump: error: Dumping the contents of table "t" failed: PQgetCopyData() failed.\npg_dump: detail: Error message from server: server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally\n\tbefore or while processing the request.\n',
    'PGB_CONNECT',
    /closed the connection.*keepalives_idle/,
  ],
  [
    'FATAL:  terminating connection due to administrator command\nSSL connection has been closed unexpectedly\nconnection to server was lost\n',
    'PGB_CONNECT',
    /closed the connection/,
  ],
  [
    'pg_dump: error: query failed: ERROR:  permission denied for table orders\npg_dump: detail: Query was: LOCK TABLE public.orders IN ACCESS SHARE MODE\n',
    'PGB_PERMISSION',
    /GRANT SELECT ON public\.orders TO "backup".*pg_read_all_data/,
  ],
  [
    'pg_dump: error: query failed: ERROR:  permission denied for table odd name\npg_dump: detail: Query was: LOCK TABLE "My Schema"."odd name", public.b IN ACCESS SHARE MODE\n',
    'PGB_PERMISSION',
    /GRANT SELECT ON "My Schema"\."odd name" TO/,
  ],
  [
    'ERROR:  permission denied for table odd name\n',
    'PGB_PERMISSION',
    /GRANT SELECT ON "odd name" TO "backup"/,
  ],
  [
    'pg_dump: error: query failed: ERROR:  permission denied for sequence s1\npg_dump: detail: Query was: SELECT last_value, is_called FROM public.s1\n',
    'PGB_PERMISSION',
    /GRANT SELECT ON SEQUENCE public\.s1 TO/,
  ],
  [
    'pg_dump: error: query failed: ERROR:  permission denied for schema app\npg_dump: detail: Query was: LOCK TABLE app.orders IN ACCESS SHARE MODE\n',
    'PGB_PERMISSION',
    /needed for app\.orders.*GRANT USAGE ON SCHEMA "app" TO "backup"/,
  ],
  ['ERROR:  permission denied for function f\n', 'PGB_PERMISSION', /GRANT EXECUTE ON FUNCTION f TO/],
  [
    'ERROR:  permission denied for large object 4711\n',
    'PGB_PERMISSION',
    /GRANT SELECT ON LARGE OBJECT 4711 TO/,
  ],
  [
    'pg_dump: error: query failed: ERROR:  query would be affected by row-level security policy for table "secured"\npg_dump: detail: Query was: COPY public.secured (id) TO stdout;\n',
    'PGB_PERMISSION',
    /"secured".*ALTER ROLE "backup" BYPASSRLS/,
  ],
  [
    "pg_dumpall: error: query failed: ERROR:  permission denied for table pg_authid\npg_dumpall: detail: Query was: SELECT oid, rolname FROM pg_authid WHERE rolname !~ '^pg_' ORDER BY 2\n",
    'PGB_PERMISSION',
    /passwords of roles/,
  ],
  [
    'pg_restore: error: could not execute query: ERROR:  permission denied for database postgres\nCommand was: CREATE SCHEMA app;\n',
    'PGB_PERMISSION',
    /GRANT CREATE ON DATABASE "postgres"/,
  ],
  ['ERROR:  permission denied to create database\n', 'PGB_PERMISSION', /CREATEDB/],
  ['ERROR:  must be owner of table orders\n', 'PGB_PERMISSION', /"no-owner"/],
  [
    'ERROR:  permission denied to set parameter "lc_messages"\n',
    'PGB_PERMISSION',
    /permission denied to set parameter "lc_messages"/,
  ],
  [
    'pg_dump: error: query failed: ERROR:  canceling statement due to statement timeout\npg_dump: detail: Query was: LOCK TABLE app.orders IN ACCESS SHARE MODE\n',
    'PGB_LOCK',
    /"lock-wait-timeout"/,
  ],
  ['ERROR:  canceling statement due to lock timeout\n', 'PGB_LOCK', /"lock-wait-timeout"/],
  [
    'pg_dump: error: could not write to output file: No space left on device\n',
    'PGB_DISK',
    /Free space on the runner/,
  ],
  ['pg_dump: error: could not write to output file: File too large\n', 'PGB_DISK', /ulimit/],
  [
    'ERROR:  could not extend file "base/1/2": No space left on device\nHINT:  Check free disk space.\n',
    'PGB_DISK',
    /server's disk/,
  ],
  [
    'pg_dump: error: server version: 18.4; pg_dump version: 15.18 (Debian 15.18-0+deb12u1)\npg_dump: error: aborting because of server version mismatch\n',
    'PGB_CLIENT',
    /18\.4.*15\.18.*postgres-version/,
  ],
  ['pg_dump: error: aborting because of server version mismatch\n', 'PGB_CLIENT', /postgres-version/],
  ['psql: error: syntax error in service file "/tmp/svc", line 2\n', 'PGB_CLIENT', /newer/],
]

describe('explainFailure', () => {
  it.each(MESSAGES)('recognises %j as %s', (stderr, code, expected) => {
    const error = explain(stderr)
    expect(error?.code).toBe(code)
    expect(error?.message).toMatch(expected)
    expect(error?.explanation.what).toBe(ACTION)
    expect(`${error?.explanation.why ?? ''}|${error?.explanation.whatToDo ?? ''}`).not.toMatch(/\.(\||$)/)
  })

  it.each([
    '',
    'pg_restore: error: could not read from input file: end of file\n',
    'ERROR:  syntax error at or near "x"\n',
  ])('leaves %j to the caller', (stderr) => {
    expect(explain(stderr)).toBeUndefined()
  })

  it.each([
    [`${AT}Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?`, true],
    [`${AT}FATAL:  the database system is starting up`, true],
    [`${AT}FATAL:  sorry, too many clients already`, true],
    [`${AT}server closed the connection unexpectedly`, true],
    [`${AT}Connection reset by peer\n\tIs the server running on that host and accepting?`, true],
    [`${AT}FATAL:  password authentication failed for user "x"`, false],
    [`could not translate host name "h" to address: Name or service not known`, false],
  ])('knows what may pass: %j', (stderr, expected) => {
    const error = explain(stderr)
    expect([error?.code.slice(0, 4), mayServerReturn(error)]).toEqual(['PGB_', expected])
  })

  const refusals = [
    'permission denied for schema hidden\npg_dump: detail: Query was: LOCK TABLE hidden.t IN ACCESS SHARE MODE',
    'query would be affected by row-level security policy for table "t"',
  ]
  it.each(refusals)('knows that what is refused to a superuser is refused to another role: %j', (words) => {
    const stderr = `pg_dump: error: query failed: ERROR:  ${words}\n`
    const context = { parameters: { user: 'postgres' }, action: ACTION, isSuperuser: true }
    const one = explainFailure(stderr, { ...context, database: 'shop' })
    expect([one?.code, one?.message]).toEqual([
      'PGB_PERMISSION',
      expect.stringMatching(/Run: ALTER DATABASE "shop" RESET role/),
    ])
    const all = `${stderr}pg_dumpall: error: pg_dump failed on database "blog", exiting\n`
    expect(explainFailure(all, { ...context, database: undefined })?.message).toMatch(
      /ALTER DATABASE "blog" RESET role/,
    )
    expect(explain(stderr)?.message).not.toContain('RESET role')
  })

  it('blames the transaction pooler for a lost connection', () => {
    const error = explain('server closed the connection unexpectedly', { host: 'h', port: '6543' })
    expect(error?.explanation.whatToDo).toMatch(/session pooler on port 5432/)
  })
})

it.each([
  'password authentication failed for user "x"',
  'PAM authentication failed for user "x"',
  'Passwort-Authentifizierung für Benutzer »x« fehlgeschlagen',
])('"%s" after the server took the login means that it has expired', (words) => {
  const stderr = `pg_dump: error: ${AT}FATAL:  ${words}\n`
  const context = { parameters: { user: 'x' }, database: 'shop', action: ACTION }
  const at = performance.now() - 16 * 60_000
  const expired = (purpose: 'backup' | 'restore') =>
    explainFailure(stderr, { ...context, accepted: { at, purpose } })?.message
  expect(expired('backup')).toMatch(
    /took this login 16 min 0 s before, and refuses it now, .* expired .*Let all dumps begin .*PGB_AUTH/,
  )
  expect(expired('restore')).toMatch(/refuses it now, .*Restore as a role with a password.*PGB_AUTH/)
  expect(explainFailure(stderr, context)?.message).toMatch(/the server refused the user name or password/)
})

describe('isTransactionPooler', () => {
  it.each([
    [{ host: 'aws-0.pooler.supabase.com', port: '6543' }, true],
    [{ host: 'a,b', port: '5432,6543' }, true],
    [{ host: 'ep-x-pooler.eu-central-1.aws.neon.tech' }, true],
    [{ host: 'aws-0.pooler.supabase.com', port: '5432' }, false],
    [{ host: 'ep-x.eu-central-1.aws.neon.tech' }, false],
    [{ host: '/srv/x-pooler.y', port: '6543' }, false],
    [{}, false],
  ])('%j: %s', (parameters, expected) => {
    expect(isTransactionPooler(parameters)).toBe(expected)
  })

  it('says what to do', () => {
    expect(refuseTransactionPooler({ host: 'ep-x-pooler.neon.tech' }).message).toMatch(
      /Remove "-pooler".*allow-transaction-pooler.*\[PGB_CONNECT\]/,
    )
    expect(refuseTransactionPooler({ host: 'h', port: '6543' }).message).toMatch(
      /port 5432.*allow-transaction-pooler/,
    )
  })
})

describe('what PostgreSQL says today', () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster({
      hba: ['host closed all all reject', 'host all absent all trust'],
      settings: { max_connections: '12' },
    })
    await cluster.psql(
      'postgres',
      `CREATE ROLE poor LOGIN PASSWORD 'poor'; CREATE ROLE few LOGIN PASSWORD 'few' CONNECTION LIMIT 0; CREATE ROLE mute NOLOGIN PASSWORD 'mute';
       CREATE SCHEMA app; CREATE TABLE app.orders (id int); CREATE TABLE "My Table" (id int); CREATE SEQUENCE s;
       CREATE TABLE secured (id int); ALTER TABLE secured ENABLE ROW LEVEL SECURITY; GRANT SELECT ON secured TO poor`,
    )
    await cluster.psql('postgres', 'CREATE DATABASE shut ALLOW_CONNECTIONS false')
  })
  afterAll(() => cluster.stop('immediate'))

  const run = async (
    tool: string,
    database: string,
    args: string[],
    options: Parameters<Cluster['url']>[1],
  ) => {
    const { stderr } = await tryExecute(
      join(findClient(), tool),
      ['-w', '-d', cluster.url(database, options), ...args],
      {
        environment: { LC_MESSAGES: 'C', PATH: process.env['PATH'] ?? '', HOME: '/' },
      },
    )
    const error = explainFailure(stderr, { parameters: { user: 'poor' }, database, action: ACTION })
    return `${error?.message ?? 'not recognised'}\n${stderr}`
  }
  const poor = { user: 'poor', password: 'poor' }

  it.each([
    ['psql', 'postgres', [], { password: 'wrong' }, /PGB_AUTH/],
    ['psql', 'postgres', [], { user: 'absent' }, /PGB_AUTH[^]*role "absent" does not exist/],
    ['psql', 'postgres', [], { user: 'mute', password: 'mute' }, /attribute LOGIN.*PGB_AUTH/],
    ['psql', 'nowhere', [], {}, /"nowhere".*PGB_NO_DATABASE/],
    ['psql', 'shut', [], {}, /does not accept connections.*PGB_NO_DATABASE/],
    ['psql', 'closed', [], { parameters: { sslmode: 'disable' } }, /demands TLS|admits no such/],
    ['psql', 'postgres', [], { parameters: { sslmode: 'require' } }, /does not offer it.*PGB_CONNECT/],
    ['psql', 'postgres', [], { port: 1 }, /nobody listens.*PGB_CONNECT/],
    ['psql', 'postgres', [], { host: 'db.invalid' }, /no address is known.*PGB_CONNECT/],
    ['psql', 'postgres', [], { user: 'few', password: 'few' }, /out of connections.*PGB_CONNECT/],
    [
      'psql',
      'postgres',
      ['-c', 'SELECT pg_terminate_backend(pg_backend_pid())'],
      {},
      /closed the connection.*PGB_CONNECT/,
    ],
    [
      'pg_dump',
      'postgres',
      ['-t', 'app.orders'],
      poor,
      /GRANT USAGE ON SCHEMA "app" TO "poor".*PGB_PERMISSION/,
    ],
    [
      'pg_dump',
      'postgres',
      ['-t', '"My Table"'],
      poor,
      /GRANT SELECT ON public\."My Table" TO "poor".*PGB_PERMISSION/,
    ],
    [
      'pg_dump',
      'postgres',
      ['-t', 's'],
      poor,
      /GRANT SELECT ON SEQUENCE public\.s TO "poor".*PGB_PERMISSION/,
    ],
    ['pg_dump', 'postgres', ['-t', 'secured'], poor, /ALTER ROLE "poor" BYPASSRLS.*PGB_PERMISSION/],
    ['pg_dump', 'postgres', ['-f', '/dev/full'], {}, /PGB_DISK/],
  ])('%s to %s with %j %j', async (tool, database, args, options, expected) => {
    expect(await run(tool, database, args, options)).toMatch(expected)
  })
})
