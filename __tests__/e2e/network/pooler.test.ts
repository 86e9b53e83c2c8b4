import { createServer } from 'node:net'
import type { Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startCluster } from '../../support/postgres/cluster.ts'
import type { Cluster } from '../../support/postgres/cluster.ts'
import { compareDatabases, fillDatabase } from '../../support/postgres/fixture.ts'
import { startPgbouncer } from '../../support/postgres/pgbouncer.ts'
import type { Pooler } from '../../support/postgres/pgbouncer.ts'
import { restoreByHand } from '../../support/postgres/restore-by-hand.ts'
import { runAction } from '../../support/runner.ts'
import type { ActionRun } from '../../support/runner.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'

let cluster: Cluster
let target: Cluster
const poolers: Pooler[] = []
const transactionPort = 6543

beforeAll(async () => {
  ;[cluster, target] = await Promise.all([startCluster(), startCluster()])
  await fillDatabase(cluster, 'shop', { scale: 0 })
})
afterAll(async () => {
  await Promise.all(poolers.map((pooler) => pooler.stop()))
  await Promise.all([cluster.stop('immediate'), target.stop('immediate')])
})

async function startPooler(mode: 'transaction' | 'session'): Promise<Pooler> {
  const pooler = await startPgbouncer(cluster, mode)
  poolers.push(pooler)
  return pooler
}

async function backUp(inputs: Record<string, string>): Promise<ActionRun> {
  const output = join(await makeScratchDirectory('pooler'), 'output')
  return runAction({
    bundle: 'backup',
    inputs: { upload: 'false', globals: 'true', 'output-dir': output, ...inputs },
  })
}

function showErrors({ annotations }: ActionRun): string {
  const errors = annotations.filter(({ level }) => level === 'error')
  return errors.map(({ title, message }) => `${title ?? ''}: ${message}`).join('\n')
}

describe('A transaction pooler', () => {
  it('on port 6543 is refused without connecting', async () => {
    const calls: number[] = []
    const listener = await listen(transactionPort, calls)
    const run = await backUp({ url: cluster.url('shop', { port: transactionPort }) })
    listener?.close()
    expect(showErrors(run)).toMatch(
      /^PGB_CONNECT: .*transaction pooler.*port 5432.*"allow-transaction-pooler"/,
    )
    expect(calls).toEqual([])
  })

  it('behind a host with -pooler. is refused without connecting', async () => {
    const calls: number[] = []
    const listener = await listen(0, calls)
    const address = listener?.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    // By hostaddr the name leads to our listener, so a connection would be noticed.
    const parameters = { hostaddr: '127.0.0.1' }
    const run = await backUp({
      url: cluster.url('shop', { host: 'ep-x-pooler.example.com', port, parameters }),
    })
    expect(showErrors(run)).toMatch(/^PGB_CONNECT: .*Remove "-pooler".*"allow-transaction-pooler"/)
    expect(calls).toEqual([])
    const allowed = await backUp({
      url: cluster.url('shop', { host: 'ep-x-pooler.example.com', port, parameters }),
      'allow-transaction-pooler': 'true',
    })
    listener?.close()
    // The listener is no server; that it was called shows that it was there to be called.
    expect(allowed.exitCode).toBe(1)
    expect(calls.length).toBeGreaterThan(0)
  })

  // PGB_FULL_MATRIX asks for an archive too, for which pg_dump asks the same.
  const formats = process.env['PGB_FULL_MATRIX'] === undefined ? ['plain'] : ['plain', 'custom']
  it.each(formats)('gives a whole dump when it is allowed, in the format %s', async (format) => {
    const pooler = await startPooler('transaction')
    const run = await backUp({
      url: cluster.url('shop', { host: '127.0.0.1', port: pooler.port }),
      'allow-transaction-pooler': 'true',
      format,
    })
    expect(showErrors(run)).toBe('')
    await restoreByHand(run, target)
    expect(
      await compareDatabases({ cluster, database: 'shop' }, { cluster: target, database: 'shop' }),
    ).toEqual([])
    await target.psql('postgres', 'DROP DATABASE shop')
  })
})

describe('A session pooler', () => {
  it('gives a whole dump, with several workers too', async () => {
    const pooler = await startPooler('session')
    const run = await backUp({
      url: cluster.url('shop', { port: pooler.port }),
      format: 'directory',
      jobs: '2',
    })
    expect(showErrors(run)).toBe('')
    await restoreByHand(run, target)
    expect(
      await compareDatabases({ cluster, database: 'shop' }, { cluster: target, database: 'shop' }),
    ).toEqual([])
    expect(await pooler.log()).toMatch(/login attempt: db=shop/)
  })
})

/** A listener that notes who connects; undefined where someone has the port, who then must not be disturbed. */
async function listen(port: number, calls: number[]): Promise<Server | undefined> {
  const server = createServer((socket) => {
    calls.push(Date.now())
    socket.on('error', () => undefined)
    socket.end()
  })
  return new Promise((resolve) => {
    server.once('error', () => {
      resolve(undefined)
    })
    // A test that fails before it closes the listener must not hold up jest.
    server.unref().listen(port, '127.0.0.1', () => {
      resolve(server)
    })
  })
}
