import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { ErrorCode } from '../../../src/errors.ts'
import { findFreePort, startCluster } from '../../support/postgres/cluster.ts'
import type { Cluster } from '../../support/postgres/cluster.ts'
import { execute } from '../../support/machine/execute.ts'
import { createDatabase } from '../../support/postgres/fixture.ts'
import { runAction, startAction } from '../../support/runner.ts'
import type { ActionRun, StartedAction } from '../../support/runner.ts'
import { startResultsService } from '../../support/github/results-service.ts'
import type { ResultsService } from '../../support/github/results-service.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import {
  describeBackup,
  expectFailure,
  makePathWithout,
  readError,
  readManifest,
  runBackup,
  whileLocked,
} from '../../support/backup-run.ts'

let cluster: Cluster
let service: ResultsService

beforeAll(async () => {
  ;[cluster, service] = await Promise.all([startCluster(), startResultsService()])
  for (const database of ['shop', 'blog', 'broken']) {
    await createDatabase(cluster, database)
    await cluster.psql(database, 'CREATE TABLE t AS SELECT n FROM generate_series(1, 100) n')
  }
})
afterAll(async () => {
  await Promise.all([cluster.stop(), service.close()])
})

describe('an argument that pg_dump does not know', () => {
  it.each<[Record<string, string>, RegExp]>([
    [{ options: '--no-such-thing' }, /pg_dump [\d.]+ says: unrecognized option.*no-such-thing/],
    [{ options: '--exclude-table' }, /pg_dump [\d.]+ says: option.*requires an argument/],
    [{ options: '--data-only=yes' }, /pg_dump [\d.]+ says: option.*doesn't allow an argument/],
    [
      { options: '--db-name=postgres://u:word-of-mine@h/d' },
      /says: unrecognized option '--db-name'\. Correct/,
    ],
    [{ all: 'true', options: '--no-such-thing' }, /pg_dumpall [\d.]+ says: unrecognized option/],
  ])('is refused before anything is dumped: %j', async (inputs, words) => {
    const run = await runBackup({ url: cluster.url('shop'), ...inputs })
    expectFailure(run, 'PGB_INPUT')
    expect(readError(run)).toMatch(words)
    expect(run.log).not.toMatch(/::group::Dumping/)
  })
  it('is none of these: a pattern of pg_dumpall', async () => {
    const options = '--no-comments\n--exclude-database=broken'
    expect((await runBackup({ url: cluster.url('shop'), all: 'true', options })).exitCode).toBe(0)
  })
})

describe('a server that cannot be reached', () => {
  it.each<[string, ErrorCode, RegExp, (port: number) => Record<string, string>]>([
    [
      'with a wrong password',
      'PGB_AUTH',
      /refused the user name or password/,
      () => ({ url: cluster.url('shop', { password: 'wrong' }) }),
    ],
    [
      'without a password',
      'PGB_AUTH',
      /none was given/,
      () => ({ url: `postgres://${cluster.user}@${cluster.host}:${cluster.port}/shop` }),
    ],
    [
      'for a database that is not there',
      'PGB_NO_DATABASE',
      /no database "no such\.one"/,
      () => ({ url: cluster.url('no such.one') }),
    ],
    [
      'at a port where nobody listens',
      'PGB_CONNECT',
      /nobody listens/,
      (port) => ({ url: cluster.url('shop', { port }) }),
    ],
    [
      'under a name that nobody knows',
      'PGB_CONNECT',
      /"db\.invalid"/,
      () => ({ url: cluster.url('shop', { host: 'db.invalid' }) }),
    ],
    [
      'by TLS that it does not offer',
      'PGB_CONNECT',
      /TLS/,
      () => ({ url: cluster.url('shop', { parameters: { sslmode: 'require' } }) }),
    ],
  ])('%s is %s', async (_, code, words, makeInputs) => {
    const run = await runBackup(
      { ...makeInputs(await findFreePort()), upload: 'true' },
      { environment: service.environment },
    )
    expectFailure(run, code)
    expect(readError(run)).toMatch(words)
    expect(run.outputs).toEqual({ status: 'failed' })
    expect(run.summary).toContain('### PostgreSQL backup: failed\n\n')
    expect(run.summary).toContain(readError(run))
    expect(run.leftOver).toEqual([])
    expect(service.artifacts()).toEqual([])
  })
})

describe('a backup that waits for a lock', () => {
  const expectNothing = (run: ActionRun): void => {
    expect([run.leftOver, run.orphans]).toEqual([[], []])
  }
  const startLocked = async (): Promise<StartedAction> => {
    const action = await startAction(describeBackup({ url: cluster.url('shop') }))
    await action.waitForLog(/^::group::Dumping/m)
    return action
  }

  it('leaves nothing when it is cancelled, and says so in the summary', async () => {
    const run = await whileLocked(cluster, 'shop', async () => (await startLocked()).cancel())
    expectFailure(run, 'PGB_CANCELLED')
    expectNothing(run)
    expect(run.summary).toContain('### PostgreSQL backup: failed\n\n')
    expect(run.summary).toContain(readError(run))
  })

  it('leaves nothing behind the post step when it is killed', async () => {
    const cleanup = await whileLocked(cluster, 'shop', async () => {
      const action = await startLocked()
      action.child.kill('SIGKILL')
      const { state, temp } = await action.done
      return runAction({ bundle: 'cleanup', state, temp })
    })
    expectNothing(cleanup)
  })
})

describe('what is wrong before anything is touched', () => {
  let listener: Server
  let connections = 0

  beforeAll(async () => {
    listener = createServer((socket) => {
      connections += 1
      socket.destroy()
    }).listen(0, '127.0.0.1')
    await once(listener, 'listening')
  })
  afterAll(() => {
    listener.close()
  })

  /** Runs on a server that counts its callers, with a directory that must not come to be. */
  async function runUntouched(inputs: Record<string, string>): Promise<ActionRun> {
    const { port } = listener.address() as AddressInfo
    const directory = join(await makeScratchDirectory('untouched'), 'output')
    connections = 0
    const url = `postgres://u:p4ssw0rd@127.0.0.1:${port}/shop`
    const run = await runBackup({ url, 'output-dir': directory, ...inputs })
    expect(connections).toBe(0)
    expect(existsSync(directory)).toBe(false)
    expect(run.leftOver).toEqual([])
    expect(run.outputs).toEqual({ status: 'failed' })
    expect(run.log.replace(/^::add-mask::.*$/gm, '')).not.toContain('p4ssw0rd')
    return run
  }

  it('would otherwise be seen by the listener', async () => {
    await expect(runUntouched({})).rejects.toThrow(/Expected: 0/)
  })

  // One for each reader of inputs; backup/inputs, backup/options and postgres/connection test what they refuse.
  it.each<[ErrorCode, Record<string, string>]>([
    ['PGB_INPUT', { compression: 'rar' }],
    ['PGB_INPUT', { options: '--file=/tmp/x' }],
    ['PGB_INPUT', { 'ssl-root-cert': 'no certificate' }],
    ['PGB_URL', { url: 'postgres://u:p4ssw0rd@h:port/d' }],
    ['PGB_EMPTY_SECRET', { url: 'postgres://:@/' }],
  ])('is %s: %j', async (code, inputs) => {
    expectFailure(await runUntouched(inputs), code)
  })
})

it('the PG* variables say where to connect, without url', async () => {
  const { host, port, user, password } = cluster
  const environment = { PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password }
  const inputs = { options: '--exclude-table=none\n--no-comments' }
  const run = await runBackup(inputs, { environment: { ...environment, PGDATABASE: 'shop' } })
  expect(run.exitCode).toBe(0)
  expect(run.outputs['databases']).toBe('["shop"]')
})

describe('some of several databases', () => {
  it('that do not exist or are locked leave a partial backup of the others and a red step', async () => {
    const inputs = { url: cluster.url('postgres'), upload: 'true', 'artifact-name': 'partial' }
    const run = await whileLocked(cluster, 'broken', () =>
      runBackup(
        { ...inputs, databases: 'shop, blog, one, two, broken', 'lock-wait-timeout': '500ms', jobs: '3' },
        { environment: service.environment },
      ),
    )
    expectFailure(run, 'PGB_LOCK', 'PGB_NO_DATABASE', 'PGB_NO_DATABASE')
    expect(run.outputs).toMatchObject({ status: 'partial', databases: '["blog","shop"]' })
    expect(Object.keys(run.outputs).sort()).toEqual(
      [
        ...['artifact-digest', 'artifact-id', 'artifact-name', 'artifact-url', 'client-version', 'databases'],
        ...['checksums', 'files', 'manifest', 'server-version', 'size', 'status', 'stored-at'],
      ].sort(),
    )
    const manifest = await readManifest(run)
    expect(manifest.status).toBe('partial')
    const failures = [
      { database: 'broken', code: 'PGB_LOCK' },
      { database: 'one', code: 'PGB_NO_DATABASE' },
      { database: 'two', code: 'PGB_NO_DATABASE' },
    ]
    expect(manifest.failures).toMatchObject(failures)
    expect(manifest.files.map(({ database }) => database)).toEqual(['blog', 'shop', null])
    expect(run.summary).toMatch(/^### PostgreSQL backup: partial\n/)
    expect(run.summary).toContain(`| Failed | Code | Reason |`)
    for (const { database, code } of failures)
      expect(run.summary).toMatch(new RegExp(`^\\| ${database} \\| \`${code}\` \\| .+ \\|$`, 'm'))
    const directory = dirname(run.outputs['manifest'] ?? '')
    const names = manifest.files.map(({ name }) => name)
    expect((await readdir(directory)).sort()).toEqual([...names, 'manifest.json', 'SHA256SUMS'].sort())
    const [artifact] = service.artifacts().filter(({ name }) => name === 'partial')
    const listing = await execute('unzip', ['-Z1', artifact?.path ?? ''])
    expect(listing.trim().split('\n').sort()).toEqual([...names, 'manifest.json', 'SHA256SUMS'].sort())
  })

  it('and no others leave nothing to upload', async () => {
    service.reset()
    const user = 'may_connect_only'
    await cluster.psql('broken', `CREATE ROLE ${user} LOGIN PASSWORD 'password of it'`)
    const url = cluster.url('broken', { user, password: 'password of it' })
    const run = await runBackup({ url, upload: 'true' }, { environment: service.environment })
    expectFailure(run, 'PGB_PERMISSION')
    expect(readError(run)).toContain(`GRANT SELECT ON public.t TO "${user}"`)
    expect(run.outputs).toMatchObject({ status: 'failed', databases: '[]', files: '[]', size: '0' })
    expect(run.outputs['server-version']).toMatch(/^15\./)
    expect((await readManifest(run)).status).toBe('failed')
    expect(await readdir(dirname(run.outputs['manifest'] ?? ''))).not.toContainEqual(
      expect.stringMatching(/partial|\.sql/),
    )
    expect(service.calls().filter((call) => !call.startsWith('api'))).toEqual([])
  })

  it('are refused as a whole when none exists', async () => {
    const run = await runBackup({ url: cluster.url('postgres'), databases: 'one, two*' })
    expectFailure(run, 'PGB_NO_DATABASE')
    expect(run.outputs['status']).toBe('failed')
  })
})

describe('missing programs', () => {
  it('a client that cannot be installed is PGB_CLIENT', async () => {
    const PATH = await makePathWithout()
    const run = await runBackup(
      { url: cluster.url('shop'), 'postgres-version': '99' },
      { environment: { PATH } },
    )
    expectFailure(run, 'PGB_CLIENT')
    expect(readError(run)).toMatch(/No PostgreSQL client 99 .*Install it in a step before this one/s)
    expect(run.outputs).toEqual({ status: 'failed' })
  })

  it('a client that is older than the server is PGB_CLIENT', async () => {
    const run = await runBackup({ url: cluster.url('shop'), 'postgres-version': '10' })
    expectFailure(run, 'PGB_CLIENT')
  })

  // Which tools and packages there are for each compression stands in archive/compression.
  it('a compressor that is missing is PGB_INPUT', async () => {
    const programs = ['lbzip2', 'pbzip2', 'bzip2']
    const PATH = await makePathWithout(...programs)
    const inputs = { url: cluster.url('shop'), compression: 'bzip2' }
    const run = await runBackup(inputs, { environment: { PATH } })
    expectFailure(run, 'PGB_INPUT')
    for (const program of programs) expect(readError(run)).toContain(program)
    expect(readError(run)).toContain('apt-get install -y bzip2"')
    expect(run.leftOver).toEqual([])
  })

  it('gzip does without those that are faster', async () => {
    const PATH = await makePathWithout('igzip', 'pigz')
    const inputs = { url: cluster.url('shop'), compression: 'gzip' }
    expect((await runBackup(inputs, { environment: { PATH } })).exitCode).toBe(0)
  })
})

describe('a dry run', () => {
  it('connects and plans, and dumps nothing', async () => {
    service.reset()
    const directory = join(await makeScratchDirectory('dry'), 'output')
    const run = await runBackup(
      {
        url: cluster.url('postgres'),
        databases: 's*, blog',
        globals: 'true',
        'dry-run': 'true',
        upload: 'true',
        'output-dir': directory,
      },
      { environment: service.environment },
    )
    expect(run.exitCode).toBe(0)
    expect(run.outputs).toEqual({
      status: 'planned',
      databases: '["blog","shop"]',
      'server-version': expect.stringMatching(/^15\./),
      'client-version': expect.stringMatching(/^15\./),
    })
    expect(existsSync(directory)).toBe(false)
    expect(run.leftOver).toEqual([])
    expect(service.calls().filter((call) => !call.startsWith('api'))).toEqual([])
    for (const name of ['globals', 'blog', 'shop']) {
      expect(run.shown).toMatch(new RegExp(`^${name}: .*${name}_\\d{8}T\\d{6}Z\\.sql\\.gz`, 'm'))
      expect(run.summary).toContain(`| ${name} |`)
    }
    expect(run.shown).toMatch(/postgres-backup-2-databases-\d{8}T\d{6}Z/)
    expect(run.summary).toMatch(/^### PostgreSQL backup: plan\n/)
  })

  it('lists the databases of a whole cluster, and is no matter of who can see the repository', async () => {
    const inputs = { url: cluster.url('postgres'), 'dry-run': 'true', all: 'true', upload: 'true' }
    const event = { repository: { full_name: 'octo/shop', private: false, visibility: 'public' } }
    const run = await runBackup(inputs, { event })
    expect(run.exitCode).toBe(0)
    const names = JSON.parse(run.outputs['databases'] ?? '') as string[]
    expect(names).toEqual(expect.arrayContaining(['blog', 'postgres', 'shop']))
    expect(names).not.toContain('template1')
    expect(run.shown).not.toMatch(/download|public/)
  })

  it('fails as the backup would', async () => {
    const inputs = { 'dry-run': 'true', databases: 'shop, missing' }
    expectFailure(await runBackup({ url: cluster.url('postgres'), ...inputs }), 'PGB_NO_DATABASE')
  })
})
