import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { appendFile, chmod, chown, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeCertificates } from '../network/certificates.ts'
import { execute, tryExecute } from '../machine/execute.ts'
import { makeScratchDirectory, nameSharedDirectory } from '../machine/scratch.ts'
import { findClient, findServer } from './server-binaries.ts'
import type { Major } from './server-binaries.ts'

/** What a test asks of its cluster. */
export interface ClusterOptions {
  /** Default: 15. */
  major?: Major
  /** Use npm's server even where Debian has this version. */
  embedded?: boolean
  /** Accept TLS only, with a certificate for `names` (a subjectAltName; default: 127.0.0.1 and localhost). */
  tls?: { names?: string }
  /** Lines of pg_hba.conf that come before the usual ones. */
  hba?: string[]
  settings?: Record<string, string>
  /** Variables of the server's process beside those of the tests. */
  environment?: Record<string, string>
  superuser?: string
  password?: string
  /** Where postgres lies; default: that of this version on this machine. */
  binDirectory?: string
  /** SQL that the server runs before it becomes a standby, with nobody to follow. */
  standbyAfter?: string
}

/** Parts of a URL that differ from the cluster's own. */
export interface UrlOptions {
  user?: string
  password?: string
  host?: string
  port?: number
  parameters?: Record<string, string>
}

/** A running PostgreSQL server of our own. */
export interface Cluster {
  major: Major
  host: string
  port: number
  socketDirectory: string
  /** The superuser, with its password. */
  user: string
  password: string
  dataDirectory: string
  /** Where the server's programs lie; psql and pg_dump may lie elsewhere. */
  binDirectory: string
  /** The process id of the postmaster. */
  pid: number
  /** PEM text of the certificate authority, with the option `tls` only. */
  authority?: string
  /** A libpq URI; the database is `postgres` unless named. */
  url(database?: string, options?: UrlOptions): string
  /** Runs SQL (or a psql script) as superuser and returns unaligned rows, without the last newline. */
  psql(database: string, sql: string, variables?: Record<string, string>): Promise<string>
  /** The server's log up to now. */
  log(): Promise<string>
  /** Stops the server and removes its files. Safe to call twice. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>
}

interface Account {
  uid?: number
  gid?: number
}

/**
 * Starts the server, and kills it when a line or the end of input arrives. The end comes whenever our
 * process ends, even by SIGKILL, where no exit handler of ours would run; jest's workers run none at all.
 */
const guardScript = `
folder=$1; shift
"$@" >"$folder/log" 2>&1 </dev/null & server=$!
read -r signal
kill -"\${signal:-QUIT}" $server 2>/dev/null
wait $server
rm -rf "$folder"/*
`

/** An odd password, so that every test shows that quoting works. */
const defaultPassword = 'p@ss:w0rd/100%'

/** PostgreSQL refuses to run as root. */
function findAccount(): Account {
  if (process.getuid?.() !== 0) return {}
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  const line = ['postgres', 'nobody'].map((name) => lines.find((entry) => entry.startsWith(`${name}:`)))
  const [, , uid, gid] = (line.find((entry) => entry !== undefined) ?? '').split(':')
  if (uid === undefined || gid === undefined) throw new Error('No unprivileged account in /etc/passwd')
  return { uid: Number(uid), gid: Number(gid) }
}

/** A port of 127.0.0.1 that nobody listens on. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('No port'))
        else resolve(address.port)
      })
    })
  })
}

/** One keyword/value for libpq; names are quoted because libpq would expand `a=b` and `postgres://x`. */
export function quoteConninfo(keyword: string, value: string): string {
  return `${keyword}='${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

/** An SQL identifier. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** The variables by which libpq's tools log in as this cluster's superuser; the developer's are left out. */
export function clientEnvironment(
  cluster: Pick<Cluster, 'host' | 'port' | 'user' | 'password'>,
): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    LC_ALL: 'C.UTF-8',
    PGCLIENTENCODING: 'UTF8',
    PGHOST: cluster.host,
    PGPORT: String(cluster.port),
    PGUSER: cluster.user,
    PGPASSWORD: cluster.password,
  }
}

/** Starts a cluster of its own on a free port of 127.0.0.1. Stop it in `afterAll`. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const major = options.major ?? 15
  const programs = await findServer(major, options.embedded ?? false)
  const binDirectory = options.binDirectory ?? programs
  const folder = await makeScratchDirectory(`pg${major}`)
  const account = findAccount()
  const { user, password } = {
    user: options.superuser ?? 'postgres',
    password: options.password ?? defaultPassword,
  }
  await mkdir(join(folder, 'socket'))
  const authority = options.tls && (await prepareTls(folder, options.tls.names))
  await giveTo(folder, account)
  const dataDirectory = join(folder, 'data')
  const template = await makeTemplate({ programs, user, password, account })
  await execute('cp', ['-pR', template, dataDirectory], { ...account, directory: folder })
  await configure(folder, options)
  if (options.standbyAfter !== undefined) {
    const single = ['--single', '-D', dataDirectory, 'postgres']
    const run = { ...account, directory: folder, input: `${options.standbyAfter}\n` }
    await execute(join(binDirectory, 'postgres'), single, run)
    await writeFile(join(dataDirectory, 'standby.signal'), '')
  }
  const launched = await launch(binDirectory, folder, account, options.environment)
  const place = {
    major,
    host: '127.0.0.1',
    socketDirectory: join(folder, 'socket'),
    dataDirectory,
    binDirectory,
  }
  const values = { ...place, user, password, port: launched.port, pid: launched.pid }
  return addMethods(authority === undefined ? values : { ...values, authority }, folder, launched.guard)
}

interface TemplateOptions {
  programs: string
  user: string
  password: string
  account: Account
}

/**
 * What initdb makes, once for all workers of a jest run, since to copy it takes a third of the time. The copies have
 * one system identifier.
 */
async function makeTemplate({ programs, user, password, account }: TemplateOptions): Promise<string> {
  const key = createHash('sha256')
    .update(JSON.stringify([programs, user, password]))
    .digest('hex')
  const template = nameSharedDirectory(`template-${key.slice(0, 16)}`)
  if (template !== undefined && existsSync(template)) return join(template, 'data')
  const folder = await makeScratchDirectory('template')
  const passwordFile = join(folder, 'password')
  await writeFile(passwordFile, `${password}\n`)
  await giveTo(folder, account)
  const place = ['-D', join(folder, 'data'), '-U', user, '-A', 'scram-sha-256', '--pwfile', passwordFile]
  const locale = ['--no-sync', '-E', 'UTF8', '--locale=C.UTF-8']
  await execute(join(programs, 'initdb'), [...place, ...locale], { ...account, directory: folder })
  // Its log is one file of 16 MB that holds little: most of it need not be written again.
  const logs = (await readdir(join(folder, 'data', 'pg_wal'))).filter((name) => /^[0-9A-F]{24}$/.test(name))
  for (const log of logs) await tryExecute('fallocate', ['--dig-holes', join(folder, 'data', 'pg_wal', log)])
  if (template === undefined) return join(folder, 'data')
  // Another worker may have been faster; its template is as good.
  await rename(folder, template).catch(() => undefined)
  return join(template, 'data')
}

type ClusterValues = Omit<Cluster, 'url' | 'psql' | 'log' | 'stop'>

function addMethods(values: ClusterValues, folder: string, guard: ChildProcess): Cluster {
  const cluster: Cluster = {
    ...values,
    url: (database, options) => makeUrl(values, database, options),
    psql: (database, sql, variables) => runPsql(cluster, database, sql, variables),
    log: () => readFile(join(folder, 'log'), 'utf8'),
    stop: async (mode = 'fast') => {
      await endGuard(guard, mode === 'fast' ? 'INT' : 'QUIT')
      await rm(folder, { recursive: true, force: true })
    },
  }
  return cluster
}

/** Returns the authority's PEM text. */
async function prepareTls(folder: string, names = 'IP:127.0.0.1,DNS:localhost'): Promise<string> {
  await mkdir(join(folder, 'tls'))
  const { authority, keyFile } = await makeCertificates(join(folder, 'tls'), names)
  await chmod(keyFile, 0o600)
  return authority
}

async function giveTo(folder: string, { uid, gid }: Account): Promise<void> {
  if (uid === undefined || gid === undefined) return
  for (const entry of await readdir(folder, { recursive: true })) await chown(join(folder, entry), uid, gid)
  await chown(folder, uid, gid)
}

/** Writes the configuration, all but the port. */
async function configure(folder: string, options: ClusterOptions): Promise<void> {
  const tls = {
    ssl: 'on',
    ssl_cert_file: join(folder, 'tls', 'server.crt'),
    ssl_key_file: join(folder, 'tls', 'server.key'),
  }
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: join(folder, 'socket'),
    fsync: 'off',
    full_page_writes: 'off',
    synchronous_commit: 'off',
    ...(options.tls && tls),
    ...options.settings,
  }
  const lines = Object.entries(settings).map(
    ([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`,
  )
  await appendFile(join(folder, 'data', 'postgresql.conf'), lines.join(''))
  const hba = [
    ...(options.hba ?? []),
    'local all all scram-sha-256',
    `${options.tls ? 'hostssl' : 'host'} all all 127.0.0.1/32 scram-sha-256`,
  ]
  await writeFile(join(folder, 'data', 'pg_hba.conf'), `${hba.join('\n')}\n`)
}

interface Launched {
  guard: ChildProcess
  port: number
  pid: number
}

/** Another process may take the port between our look and the server's start, hence several attempts. */
async function launch(
  binDirectory: string,
  folder: string,
  account: Account,
  environment: Record<string, string> = {},
  attempts = 3,
): Promise<Launched> {
  const port = await findFreePort()
  const server = [join(binDirectory, 'postgres'), '-D', join(folder, 'data'), '-p', String(port)]
  const guard = spawn('sh', ['-c', guardScript, 'guard', folder, ...server], {
    ...account,
    cwd: folder,
    detached: true,
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  guard.unref()
  const pid = await waitUntilReady(folder)
  if (pid !== undefined) return { guard, port, pid }
  const log = await readFile(join(folder, 'log'), 'utf8')
  if (attempts > 1 && log.includes('could not bind'))
    return launch(binDirectory, folder, account, environment, attempts - 1)
  await endGuard(guard, 'QUIT')
  throw new Error(`PostgreSQL did not start: ${log}`)
}

/** The server's process id as soon as it takes connections; undefined when it gives up. */
async function waitUntilReady(folder: string): Promise<number | undefined> {
  const pidFile = join(folder, 'data', 'postmaster.pid')
  const deadline = Date.now() + 30_000
  while (Date.now() < deadline) {
    const lines = existsSync(pidFile) ? readFileSync(pidFile, 'utf8').split('\n') : []
    if (lines[7]?.trim() === 'ready') return Number(lines[0])
    const log = existsSync(join(folder, 'log')) ? readFileSync(join(folder, 'log'), 'utf8') : ''
    if (log.includes('FATAL:') && !existsSync(pidFile)) return undefined
    await sleep(20)
  }
  return undefined
}

/** Tells the guard how to end the server, and waits until both are gone. */
async function endGuard(guard: ChildProcess, signal: string): Promise<void> {
  if (guard.exitCode !== null || guard.signalCode !== null) return
  guard.ref()
  await new Promise<void>((resolve) => {
    guard.once('exit', () => {
      resolve()
    })
    guard.stdin?.end(`${signal}\n`)
  })
}

function makeUrl(cluster: ClusterValues, database = 'postgres', options: UrlOptions = {}): string {
  const user = encodeURIComponent(options.user ?? cluster.user)
  const password = encodeURIComponent(options.password ?? cluster.password)
  const place = `${options.host ?? cluster.host}:${options.port ?? cluster.port}`
  const parameters = new URLSearchParams(options.parameters).toString().replaceAll('+', '%20')
  const query = parameters === '' ? '' : `?${parameters}`
  return `postgresql://${user}:${password}@${place}/${encodeURIComponent(database)}${query}`
}

/** Runs SQL (or a psql script) as the user that is named, and returns unaligned rows, without the last newline. */
export async function runPsql(
  cluster: Pick<Cluster, 'host' | 'port' | 'user' | 'password'>,
  database: string,
  sql: string,
  variables: Record<string, string> = {},
): Promise<string> {
  const flags = [
    '-X',
    '-q',
    '-A',
    '-t',
    '-w',
    '-v',
    'ON_ERROR_STOP=1',
    '-d',
    quoteConninfo('dbname', database),
  ]
  const assignments = Object.entries(variables).flatMap(([name, value]) => ['-v', `${name}=${value}`])
  const stdout = await execute(join(findClient(), 'psql'), [...flags, ...assignments, '-f', '-'], {
    input: sql,
    environment: { ...clientEnvironment(cluster), PGOPTIONS: '-c client_min_messages=error' },
  })
  return stdout.replace(/\n$/, '')
}
