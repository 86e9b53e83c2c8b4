import { execFileSync, spawnSync } from 'node:child_process'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  type Connection,
  openConnection,
  resolveConnectionParameters,
} from '../../../src/postgres/connection/open-connection.ts'
import { formatDatabaseArgument } from '../../../src/postgres/connection/connection-string.ts'
import type { ConnectionParameters } from '../../../src/postgres/connection/connection-keywords.ts'
import { escapePassfileField, formatPassfile } from '../../../src/postgres/connection/passfile.ts'
import { type Cluster, startCluster } from '../../support/postgres/cluster.ts'
import { tryExecute } from '../../support/machine/execute.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { findClient } from '../../support/postgres/server-binaries.ts'

const open = async (parameters: ConnectionParameters, environment = {}, sslRootCert?: string) =>
  openConnection(parameters, {
    directory: await makeScratchDirectory('connection'),
    environment: { PATH: process.env['PATH'], ...environment },
    ...(sslRootCert === undefined ? {} : { sslRootCert }),
  })

const query = ({ environment, database }: Connection, sql: string, name = database ?? '') =>
  tryExecute(join(findClient(), 'psql'), ['-X', '-w', '-At', formatDatabaseArgument(name), '-c', sql], {
    environment: { ...environment },
  })

async function readFiles({ environment }: Connection) {
  const directory = dirname(environment['PGSERVICEFILE'] ?? '')
  const names = await readdir(directory)
  const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')))
  return { directory, files: Object.fromEntries(names.map((name, index) => [name, texts[index] ?? ''])) }
}

describe('formatPassfile', () => {
  it.each([
    [{}, ['localhost:5432']],
    [{ host: '::1', port: '1' }, ['\\:\\:1:1']],
    [{ host: 'a,b,a', port: '1,2,1' }, ['a:1', 'b:2']],
    [{ host: 'a', hostaddr: '::1' }, ['a:5432']],
    [{ hostaddr: '10.0.0.1' }, ['10.0.0.1:5432']],
    [{ host: '/tmp' }, ['/tmp:5432', 'localhost:5432']],
    [{ host: '/srv/pg' }, ['/srv/pg:5432']],
    [{ host: '*' }, ['\\*:5432']],
  ])('names the hosts and ports of %j', (parameters, places) => {
    expect(formatPassfile(parameters, 'u:\\', '#p:')).toBe(
      places.map((place) => `${place}:*:u\\:\\\\:\\#p\\:\n`).join(''),
    )
  })

  it('refuses line breaks', () => {
    expect(() => escapePassfileField('s3\ncret')).toThrow(/PGB_URL/)
    expect(() => escapePassfileField('s3cret\r')).not.toThrow(/s3cret/)
  })
})

describe('openConnection', () => {
  it('writes private files and an environment of its own', async () => {
    const connection = await open(
      {
        host: 'h',
        user: 'u',
        password: 'p:w',
        dbname: 'd',
        sslpassword: 'kp',
        fallback_application_name: 'app',
      },
      {
        INPUT_URL: 'x',
        ACTIONS_RUNTIME_TOKEN: 'x',
        PGHOSTADDR: '6.6.6.6',
        PGPASSWORD: 'x',
        PGOPTIONS: 'x',
        LC_ALL: 'de_DE.UTF-8',
        LANGUAGE: 'de',
        HOME: '/h',
        RUNNER_TRACKING_ID: 'r',
        PGREQUIREAUTH: 'md5',
        EMPTY: '',
      },
    )
    const { directory, files } = await readFiles(connection)
    expect((await stat(directory)).mode & 0o777).toBe(0o700)
    for (const name of Object.keys(files))
      expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600)
    expect(files['passfile']).toBe('h:5432:*:u:p\\:w\n')
    expect(files['pg_service.conf']?.split('\n')).toEqual([
      '[postgres-backup]',
      'connect_timeout=15',
      'keepalives_idle=30',
      'keepalives_interval=15',
      'keepalives_count=38',
      'tcp_user_timeout=600000',
      'host=h',
      'user=u',
      'sslpassword=kp',
      `passfile=${join(directory, 'passfile')}`,
      '',
    ])
    expect(connection.environment).toEqual({
      PATH: process.env['PATH'],
      HOME: '/h',
      RUNNER_TRACKING_ID: 'r',
      PGREQUIREAUTH: 'md5',
      LC_CTYPE: 'de_DE.UTF-8',
      LC_MESSAGES: 'C',
      PGAPPNAME: 'app',
      PGSERVICE: 'postgres-backup',
      PGSERVICEFILE: join(directory, 'pg_service.conf'),
    })
    expect(connection.database).toBe('d')
    expect(connection.secrets).toEqual(expect.arrayContaining(['p:w', 'p\\:w', 'kp']))
  })

  it('hands over by environment what a service file would change, and refuses the rest', async () => {
    const { environment } = await open({ host: 'h', options: '-c a=b\n', user: 'u ', connect_timeout: '3' })
    expect(environment).toMatchObject({ PGOPTIONS: '-c a=b\n', PGUSER: 'u ' })
    await expect(open({ sslpassword: 's3cret ' })).rejects.toThrow(/"sslpassword".*PGB_URL/)
    await expect(open({ password: 's3\ncret' })).rejects.toThrow(/line break.*PGB_URL/)
    await expect(open({ password: 's3\ncret' })).rejects.not.toThrow(/s3/)
  })

  it('leaves the limits of TCP as the url sets them, and to clients that do not know them', async () => {
    const read = async (parameters: ConnectionParameters, oldestClient?: number): Promise<string> => {
      const directory = await makeScratchDirectory('connection')
      const options = { directory, environment: {}, oldestClient }
      const { files } = await readFiles(await openConnection(parameters, options))
      return files['pg_service.conf'] ?? ''
    }
    const own = await read({ keepalives: '0', keepalives_idle: '7', tcp_user_timeout: '0' })
    for (const line of ['keepalives=0', 'keepalives_idle=7', 'tcp_user_timeout=0'])
      expect(own.split('\n')).toContain(line)
    expect(own).not.toMatch(/600000|keepalives_idle=30/)
    expect(await read({}, 11)).not.toContain('tcp_user_timeout')
    expect(await read({}, 12)).toContain('tcp_user_timeout=600000')
  })

  it('knows the database that libpq would open', async () => {
    expect((await open({ user: 'u' })).database).toBe('u')
    expect((await open({ user: 'u', dbname: '' })).database).toBe('u')
    expect((await open({})).database).toBe(userInfo().username)
  })

  it('refuses a CA that is none', async () => {
    await expect(open({ host: 'h' }, {}, '-----BEGIN CERTIFICATE----- oops')).rejects.toThrow(
      /ssl-root-cert.*PGB_INPUT/,
    )
  })
})

describe('a connection to a server that demands TLS and SCRAM', () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster({ tls: {} })
    await cluster.psql('postgres', `CREATE ROLE "o:d\\d user" LOGIN PASSWORD ' p:\\''w#@/% '`)
  })
  afterAll(() => cluster.stop('immediate'))

  const connect = (inputs: { password?: string; url?: string; ca?: string }, environment = {}) => {
    const sslRootCert = inputs.ca ?? cluster.authority ?? ''
    const { url = cluster.url('postgres'), password } = inputs
    const parameters = resolveConnectionParameters(
      { url, user: undefined, password, sslRootCert },
      environment,
    )
    return open(parameters, environment, sslRootCert)
  }

  it('is verified in full and needs no password beside the passfile', async () => {
    const connection = await connect({})
    const { stdout, stderr } = await query(
      connection,
      "select ssl, current_setting('application_name') from pg_stat_ssl where pid = pg_backend_pid()",
    )
    expect({ stdout, stderr }).toEqual({ stdout: 't|postgres-backup\n', stderr: '' })
    expect(connection.parameters['sslmode']).toBe('verify-full')
    expect(JSON.stringify(connection.environment)).not.toContain(cluster.password)
  })

  it('serves odd users and passwords through the escaped passfile', async () => {
    const url = `postgres://o%3Ad%5Cd%20user@127.0.0.1:${cluster.port}/postgres`
    const { stdout, stderr } = await query(
      await connect({ url, password: " p:\\'w#@/% " }),
      'select current_user',
    )
    expect({ stdout, stderr }).toEqual({ stdout: 'o:d\\d user\n', stderr: '' })
  })

  it("goes on using the user's own passfile", async () => {
    const home = await makeScratchDirectory('home')
    const url = `postgres://postgres@127.0.0.1:${cluster.port}/postgres`
    const line = `127.0.0.1:${cluster.port}:*:postgres:${escapePassfileField(cluster.password)}\n`
    await writeFile(join(home, '.pgpass'), line, { mode: 0o600 })
    await writeFile(join(home, 'other'), line, { mode: 0o600 })
    expect(await query(await connect({ url }, { HOME: home }), 'select 1')).toMatchObject({ stdout: '1\n' })
    const chosen = await connect({ url }, { HOME: '/', PGPASSFILE: join(home, 'other') })
    expect(await query(chosen, 'select 1')).toMatchObject({ stdout: '1\n' })
    expect(await query(await connect({ url }, { HOME: '/' }), 'select 1')).toMatchObject({ exitCode: 2 })
  })

  it('sends the password to no stranger that a database name points at', async () => {
    let calls = 0
    const stranger = createServer((socket) => {
      calls++
      socket.destroy()
    })
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
    const address = stranger.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const name = `host=127.0.0.1 port=${port ?? 0} user=x dbname=y`
    await cluster.psql('postgres', `CREATE DATABASE "${name}"`)
    const connection = await connect({})
    const { stdout } = await query(connection, 'select current_database()', name)
    stranger.close()
    expect({ stdout, calls }).toEqual({ stdout: `${name}\n`, calls: 0 })
  })

  it('dumps all databases through pg_dumpall with nothing but a database on the command line', async () => {
    const { environment } = await connect({})
    const done = spawnSync(join(findClient(), 'pg_dumpall'), ['-w', formatDatabaseArgument('postgres')], {
      env: { ...environment },
      encoding: 'utf8',
    })
    expect(done.stderr).toBe('')
    expect(done.stdout).toContain('PostgreSQL database cluster dump complete')
  })

  it('fails with another CA', async () => {
    const directory = await makeScratchDirectory('ca')
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        '/dev/null',
        '-out',
        join(directory, 'ca'),
        '-days',
        '1',
        '-subj',
        '/CN=other',
      ],
      { stdio: 'ignore' },
    )
    const connection = await connect({ ca: await readFile(join(directory, 'ca'), 'utf8') })
    expect((await query(connection, 'select 1')).stderr).toContain('certificate verify failed')
  })
})
