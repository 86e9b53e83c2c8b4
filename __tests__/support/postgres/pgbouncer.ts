import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { chmod, chown, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { findFreePort } from './cluster.ts'
import type { Cluster } from './cluster.ts'
import { makeScratchDirectory } from '../machine/scratch.ts'

/** A running pgbouncer in front of a cluster. */
export interface Pooler {
  port: number
  /** Its log up to now. */
  log(): Promise<string>
  stop(): Promise<void>
}

/** Starts Debian's pgbouncer on a free port of 127.0.0.1; it refuses to run as root, as PostgreSQL does. */
export async function startPgbouncer(
  cluster: Cluster,
  mode: 'transaction' | 'session',
  port?: number,
): Promise<Pooler> {
  const folder = await makeScratchDirectory('pgbouncer')
  const listenPort = port ?? (await findFreePort())
  const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`
  await writeFile(join(folder, 'users'), `${quote(cluster.user)} ${quote(cluster.password)}\n`)
  await writeFile(
    join(folder, 'pgbouncer.ini'),
    `[databases]
* = host=${cluster.host} port=${cluster.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listenPort}
unix_socket_dir =
auth_type = plain
auth_file = ${join(folder, 'users')}
pool_mode = ${mode}
logfile = ${join(folder, 'log')}
ignore_startup_parameters = extra_float_digits
`,
  )
  const account = await giveAway(folder)
  const child = spawn('/usr/sbin/pgbouncer', ['-q', join(folder, 'pgbouncer.ini')], {
    ...account,
    stdio: 'ignore',
  })
  await waitUntilOpen(listenPort)
  return {
    port: listenPort,
    log: () => readFile(join(folder, 'log'), 'utf8'),
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      if (child.exitCode !== null || !child.kill('SIGQUIT')) return
      await ended
    },
  }
}

async function giveAway(folder: string): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {}
  const entry = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((line) => line.startsWith('nobody:'))
  const [uid, gid] = (entry ?? '').split(':').slice(2, 4).map(Number)
  if (uid === undefined || gid === undefined) throw new Error('There is no account "nobody"')
  for (const name of ['.', 'users', 'pgbouncer.ini']) await chown(join(folder, name), uid, gid)
  await chmod(folder, 0o755)
  return { uid, gid }
}

async function waitUntilOpen(port: number): Promise<void> {
  for (let waited = 0; waited < 5000; waited += 50) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => {
        resolve(false)
      })
    })
    if (isOpen) return
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error('pgbouncer did not start')
}
