import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startCluster } from './cluster.ts'
import type { Cluster } from './cluster.ts'
import { tryExecute } from '../machine/execute.ts'
import { findClient } from './server-binaries.ts'

const clusters: Cluster[] = []
let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster()
  clusters.push(cluster)
})
afterAll(() => Promise.all(clusters.map((cluster) => cluster.stop('immediate'))))

function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}`)
}

function connect(
  url: string,
  environment: Record<string, string> = {},
): Promise<{ exitCode: number | null; stderr: string }> {
  return tryExecute(join(findClient(), 'psql'), ['-X', '-w', '-d', url, '-c', 'SELECT 1'], { environment })
}

describe('startCluster', () => {
  it.each([{}, { major: 15, embedded: true }, { major: 18 }] as const)('starts %j', async (options) => {
    const cluster = await startCluster(options)
    clusters.push(cluster)
    expect(await cluster.psql('postgres', 'SHOW server_version')).toMatch(
      new RegExp(`^${'major' in options ? options.major : 15}\\.`),
    )
    expect(await cluster.psql('postgres', 'SHOW server_encoding')).toBe('UTF8')
    expect(await connect(cluster.url())).toMatchObject({ exitCode: 0 })
  })

  it('refuses a wrong password', async () => {
    expect(await connect(cluster.url('postgres', { password: 'wrong' }))).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('password authentication failed'),
    })
  })

  it('listens on a socket in a directory of its own', async () => {
    const url = `postgresql:///postgres?host=${encodeURIComponent(cluster.socketDirectory)}&port=${cluster.port}`
    const environment = { PGUSER: cluster.user, PGPASSWORD: cluster.password }
    expect(await connect(url, environment)).toMatchObject({ exitCode: 0 })
  })

  it('runs a psql script with variables, and throws what psql says', async () => {
    expect(await cluster.psql('postgres', 'SELECT :n + 1', { n: '41' })).toBe('42')
    await expect(cluster.psql('postgres', 'SELECT 1/0')).rejects.toThrow('division by zero')
  })

  it('takes TLS only, with a certificate that its authority vouches for', async () => {
    const cluster = await startCluster({
      tls: { names: 'DNS:localhost' },
      superuser: 'Ädmin x',
      settings: { work_mem: '5MB' },
    })
    clusters.push(cluster)
    expect(await cluster.psql('postgres', 'SHOW work_mem')).toBe('5MB')
    const plain = await connect(cluster.url('postgres', { parameters: { sslmode: 'disable' } }))
    expect(plain).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('no encryption') })
    expect(cluster.authority).toMatch(/^-----BEGIN CERTIFICATE-----/)
    const authorityFile = join(cluster.dataDirectory, '..', 'tls', 'ca.crt')
    const parameters = { sslmode: 'verify-full', sslrootcert: authorityFile }
    expect(await connect(cluster.url('postgres', { host: 'localhost', parameters }))).toMatchObject({
      exitCode: 0,
    })
    expect(await connect(cluster.url('postgres', { parameters }))).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('does not match host name'),
    })
  })

  it.each(['fast', 'immediate'] as const)('leaves no process and no file after a stop (%s)', async (mode) => {
    const cluster = await startCluster()
    expect(isRunning(cluster.pid)).toBe(true)
    await cluster.stop(mode)
    await cluster.stop(mode)
    expect(isRunning(cluster.pid)).toBe(false)
    expect(existsSync(join(cluster.dataDirectory, '..'))).toBe(false)
  })

  it('leaves no server when the process that started it is killed', async () => {
    const source = `
      import { startCluster } from ${JSON.stringify(join(import.meta.dirname, 'cluster.ts'))}
      const cluster = await startCluster()
      console.log(cluster.pid)
      setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const pid = Number(await new Promise<Buffer>((resolve) => child.stdout.once('data', resolve)))
    expect(isRunning(pid)).toBe(true)
    child.kill('SIGKILL')
    for (const deadline = Date.now() + 10_000; isRunning(pid) && Date.now() < deadline;) await sleep(50)
    expect(isRunning(pid)).toBe(false)
  })

  it('says why a server does not start', async () => {
    await expect(startCluster({ settings: { shared_buffers: 'much' } })).rejects.toThrow('shared_buffers')
  })
})
