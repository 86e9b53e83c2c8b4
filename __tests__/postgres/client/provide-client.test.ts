import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { formatAptSource } from '../../../src/postgres/client/apt-plan.ts'
import type { ClientContext } from '../../../src/postgres/client/client-context.ts'
import { provideClient, provideFirstClient } from '../../../src/postgres/client/provide-client.ts'
import type { ServerVersion } from '../../../src/postgres/client/provide-client.ts'
import { installClient } from '../../../src/postgres/client/install.ts'
import { findClients } from '../../../src/postgres/client/find-clients.ts'
import type { Client } from '../../../src/postgres/client/find-clients.ts'
import { makePrivateApt, startAptRepository } from '../../support/machine/apt-repository.ts'
import type { LocalAptRepository, OfferedPackage, PrivateApt } from '../../support/machine/apt-repository.ts'
import { makeClientContext, systemPath } from '../../support/postgres/client-context.ts'
import {
  clientEnvironment,
  findFreePort,
  quoteConninfo,
  startCluster,
} from '../../support/postgres/cluster.ts'
import type { Cluster } from '../../support/postgres/cluster.ts'
import { execute, tryExecute } from '../../support/machine/execute.ts'
import { compareDatabases, createDatabase, fillDatabase } from '../../support/postgres/fixture.ts'
import { unpackClient } from '../../support/postgres/postgres-clients.ts'
import type { RecordingLog } from '../../support/recording-log.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { writeClient } from '../../support/machine/stand-ins.ts'

const debian15 = '/usr/lib/postgresql/15/bin'
const client17 = await unpackClient(17)
const client18 = await unpackClient(18)
const server15: ServerVersion = { versionNumber: 150018, version: '15.18' }
const server18: ServerVersion = { versionNumber: 180004, version: '18.4' }

async function dumpAndRestore(client: Client, cluster: Cluster, database: string): Promise<string[]> {
  const file = join(await makeScratchDirectory('dump'), 'dump.sql')
  const copy = `copy of ${database}`
  const environment = clientEnvironment(cluster)
  const place = (name: string): string[] => ['-d', quoteConninfo('dbname', name)]
  await execute(client.pgDump, ['-w', '-f', file, ...place(database)], { environment })
  expect(await readFile(file, 'utf8')).toContain(`-- Dumped by pg_dump version ${client.version}`)
  await createDatabase(cluster, copy)
  const strict = ['-v', 'ON_ERROR_STOP=1']
  await execute(client.psql, ['-X', '-q', '-w', ...strict, ...place(copy), '-f', file], { environment })
  const options = { client: dirname(client.pgDump) }
  return compareDatabases({ cluster, database }, { cluster, database: copy }, options)
}

let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster({ major: 18 })
})
afterAll(() => cluster.stop())

/** That each of them dumps what restores is tried in e2e/restore/matrix. */
describe('several clients on one machine', () => {
  const unpacked = [client17.binDirectory, client18.binDirectory]

  it.each([
    ['15, 17, 18', [debian15, ...unpacked]],
    ['18, 17, 15', [...unpacked.toReversed(), debian15]],
    ['the wrapper before all', ['/usr/bin', ...unpacked, debian15]],
  ])('finds all and chooses each server’s own, with PATH in the order %s', async (_, directories) => {
    const context = makeClientContext({ path: [...directories, systemPath].join(':') })
    const clients = await findClients(context)
    expect(clients.map(({ major }) => major)).toEqual([15, 17, 18])
    expect((await provideClient(server15, clients, context)).major).toBe(15)
    expect((await provideClient(server18, clients, context)).major).toBe(18)
  })

  // Why a client that is newer than the server must be known as such is tried in e2e/machine/newer-client.
  it('shows why the choice matters: 15 refuses server 18', async () => {
    const args = ['-w', '-d', 'postgres']
    const refused = await tryExecute(join(debian15, 'pg_dump'), args, {
      environment: clientEnvironment(cluster),
    })
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('server version mismatch') })
  })
})

const codename = 'bookworm'
const place18 = '/usr/lib/postgresql/18'

function makeAptContext(
  apt: PrivateApt,
  aptRepository: LocalAptRepository,
  overrides: Partial<ClientContext> = {},
): ClientContext & { log: RecordingLog } {
  const environment = { PATH: systemPath, APT_CONFIG: apt.configuration }
  return makeClientContext({ environment, root: apt.root, aptRepository, ...overrides })
}

/** A machine of its own kind: an apt, and of clients only Debian's 15. */
async function makeMachine(): Promise<PrivateApt> {
  const apt = await makePrivateApt(codename)
  await mkdir(join(apt.root, 'usr/lib/postgresql'), { recursive: true })
  await symlink('/usr/lib/postgresql/15', join(apt.root, 'usr/lib/postgresql/15'))
  return apt
}

describe('a client that must be installed', () => {
  it('is installed by apt-get from a signed repository, and its dump restores into an equal database', async () => {
    const folder = client18.folder
    const offered = { name: 'postgresql-client-18', version: '18.6-1', folder, target: place18 }
    const repository = await startAptRepository(codename, [offered])
    try {
      await fillDatabase(cluster, 'shop', { scale: 0 })
      const apt = await makeMachine()
      const context = makeAptContext(apt, repository)
      const clients = await findClients(context)
      expect(clients.map(({ major }) => major)).toEqual([15])
      const versionNumber = Number(await cluster.psql('postgres', 'SHOW server_version_num'))
      const server = { versionNumber, version: await cluster.psql('postgres', 'SHOW server_version') }
      const client = await provideClient(server, clients, context)
      expect(client.pgDump).toBe(join(apt.root, place18, 'bin/pg_dump'))
      expect(await dumpAndRestore(client, cluster, 'shop')).toEqual([])
    } finally {
      await repository.close()
    }
  })
})

function listTemporary(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('postgres-backup-apt-'))
}

/** Neither a source nor its key. */
function expectNothingAdded({ root }: PrivateApt): void {
  expect(existsSync(join(root, 'etc/apt/keyrings/apt.postgresql.org.asc'))).toBe(false)
  expect(readdirSync(join(root, 'etc/apt/sources.list.d'))).toEqual([])
}

describe('apt-get with a local repository', () => {
  let repository: LocalAptRepository
  let stranger: LocalAptRepository

  beforeAll(async () => {
    const folder = await makeScratchDirectory('client-18')
    await writeClient(join(folder, 'bin'), '18.6')
    const names = ['postgresql-client-18', 'postgresql-client']
    const offered = names.map((name): OfferedPackage => {
      return {
        name,
        version: '18.6-1',
        folder,
        target: name.endsWith('18') ? place18 : '/usr/local/pgsql',
      }
    })
    repository = await startAptRepository(codename, offered)
    stranger = await startAptRepository(codename, offered)
  })
  afterAll(() => Promise.all([repository.close(), stranger.close()]))

  async function install(apt: PrivateApt, at: LocalAptRepository, log?: RecordingLog): Promise<Client> {
    const context = makeAptContext(apt, at)
    return provideClient(
      server18,
      await findClients(context),
      log === undefined ? context : { ...context, log },
    )
  }

  /** Configures a repository as a system's own source, under a host name that our own entry does not have. */
  async function configure(apt: PrivateApt, system: LocalAptRepository): Promise<void> {
    const key = join(apt.root, 'key.asc')
    await writeFile(key, system.key)
    const url = system.url.replace('127.0.0.1', 'localhost')
    await writeFile(
      join(apt.root, 'etc/apt/sources.list.d/system.sources'),
      formatAptSource(url, codename, key),
    )
  }

  it('adds a source that trusts the key for itself only, and installs nothing but the client', async () => {
    const apt = await makeMachine()
    await writeFile(join(apt.root, 'etc/apt/sources.list.d/off.list'), `# deb ${repository.url} x main\n`)
    const { log } = makeAptContext(apt, repository)
    const before = listTemporary()
    expect((await install(apt, repository, log)).version).toBe('18.6')
    expect(listTemporary()).toEqual(before)
    const keyFile = join(apt.root, 'etc/apt/keyrings/apt.postgresql.org.asc')
    const sourceFile = join(apt.root, 'etc/apt/sources.list.d/pgdg.sources')
    expect(await readFile(sourceFile, 'utf8')).toBe(formatAptSource(repository.url, codename, keyFile))
    expect((await stat(sourceFile)).mode & 0o777).toBe(0o644)
    expect((await stat(keyFile)).mode & 0o777).toBe(0o644)
    const status = await readFile(join(apt.root, 'var/lib/dpkg/status'), 'utf8')
    expect(status.match(/^Package: .*/gm)).toEqual(['Package: postgresql-client-18'])
    expect(log.lines).toContain('group: Installing PostgreSQL client 18')
    expect(log.lines.join('\n')).toContain('Setting up postgresql-client-18')
  })

  it('prefers what the configured sources offer', async () => {
    const apt = await makeMachine()
    await configure(apt, repository)
    expect((await install(apt, repository)).version).toBe('18.6')
    expect(existsSync(join(apt.root, 'etc/apt/sources.list.d/pgdg.sources'))).toBe(false)
  })

  it('uses a source of the PostgreSQL project that is configured and not yet read', async () => {
    const apt = await makeMachine()
    const folder = await makeScratchDirectory('client-any')
    await writeClient(join(folder, 'bin'), '15.18')
    const offered = { name: 'postgresql-client', version: '15-1', folder, target: '/usr/local/pgsql' }
    const system = await startAptRepository(codename, [offered])
    try {
      await configure(apt, system)
      await execute('apt-get', ['-qq', 'update'], { environment: makeAptContext(apt, system).environment })
      const own = join(apt.root, 'own.asc')
      await writeFile(own, repository.key)
      const entry = `deb [signed-by=${own}] ${repository.url} ${codename}-pgdg main\n`
      await writeFile(join(apt.root, 'etc/apt/sources.list.d/mine.list'), entry)
      expect((await install(apt, repository)).version).toBe('18.6')
      expect(existsSync(join(apt.root, 'etc/apt/sources.list.d/pgdg.sources'))).toBe(false)
    } finally {
      await system.close()
    }
  })

  it('installs the system’s own client where there is none to ask the server with', async () => {
    const apt = await makePrivateApt(codename)
    await configure(apt, repository)
    expect(await provideFirstClient(makeAptContext(apt, repository))).toMatchObject([{ version: '18.6' }])
  })

  it('installs nothing from a repository that another key has signed', async () => {
    const apt = await makeMachine()
    const failure = install(apt, { ...repository, url: stranger.url })
    await expect(failure).rejects.toThrow(
      /No PostgreSQL client 18 for the server, which is PostgreSQL 18\.4: .*15\./,
    )
    expect(existsSync(join(apt.root, place18))).toBe(false)
    expectNothingAdded(apt)
  })

  it.each(['/InRelease', '.deb'])('tries once more when %s fails', async (ending) => {
    const apt = await makeMachine()
    repository.failNext(1, ending)
    expect((await install(apt, repository)).version).toBe('18.6')
  })

  it('ends in PGB_CLIENT when the repository is out of reach, with both versions and a command', async () => {
    const apt = await makeMachine()
    const closed = `http://127.0.0.1:${await findFreePort()}`
    const failure = install(apt, { ...repository, url: closed })
    await expect(failure).rejects.toMatchObject({ code: 'PGB_CLIENT' })
    await expect(failure).rejects.toThrow(
      /PostgreSQL 18\.4: this machine has 15\.\d+, .*Unable to locate package postgresql-client-18; before that: Failed to fetch .*Could not connect to 127\.0\.0\.1.* \(tried twice\)\. .*apt-get install -y postgresql-client-18\. \[PGB_CLIENT\]$/,
    )
  })

  it('leaves nothing behind when it is cancelled, or takes too long', async () => {
    let asked = (): void => undefined
    const silent = createServer(() => {
      asked()
    })
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
    try {
      for (const who of ['user', 'limit']) {
        const apt = await makeMachine()
        const ending = new AbortController()
        asked = () => {
          // The source is there by now, or apt would not ask.
          expect(readdirSync(join(apt.root, 'etc/apt/sources.list.d'))).toEqual(['pgdg.sources'])
          ending.abort(new Error('enough'))
        }
        const context = makeAptContext(apt, { ...repository, url })
        const installation =
          who === 'limit'
            ? installClient(18, context, ending.signal)
            : installClient(18, { ...context, signal: ending.signal })
        if (who === 'user') await expect(installation).rejects.toThrow('enough')
        else expect(await installation).toMatchObject({ why: 'it took longer than 15 minutes' })
        expectNothingAdded(apt)
      }
    } finally {
      silent.closeAllConnections()
      silent.close()
    }
  })

  it('does not take the place of a source that somebody else has put there', async () => {
    const apt = await makeMachine()
    const sourceFile = join(apt.root, 'etc/apt/sources.list.d/pgdg.sources')
    await writeFile(sourceFile, '# mine\n')
    await expect(install(apt, repository)).rejects.toThrow('pgdg.sources is there, and does not name')
    expect(await readFile(sourceFile, 'utf8')).toBe('# mine\n')
  })

  it('waits for another apt', async () => {
    const apt = await makeMachine()
    const { log } = makeAptContext(apt, repository)
    const lock = join(apt.root, 'var/lib/apt/lists/lock')
    const hold = `import fcntl, sys
with open(sys.argv[1], 'w') as file:
    fcntl.lockf(file, fcntl.LOCK_EX)
    print('held', flush=True)
    sys.stdin.read()`
    const other = spawn('python3', ['-c', hold, lock], { stdio: ['pipe', 'pipe', 'inherit'] })
    await new Promise((resolve) => other.stdout.once('data', resolve))
    const installation = install(apt, repository, {
      ...log,
      info: (text) => {
        if (text === 'Another package manager is at work, which is waited for.') other.stdin.end()
        log.info(text)
      },
    })
    expect((await installation).version).toBe('18.6')
    expect(log.lines).toContain('info: Another package manager is at work, which is waited for.')
    expect(log.lines.join('\n')).not.toContain('tried once more')
  })
})
