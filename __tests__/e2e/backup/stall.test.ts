import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startCluster } from '../../support/postgres/cluster.ts'
import type { Cluster } from '../../support/postgres/cluster.ts'
import { startProxy } from '../../support/network/proxy.ts'
import type { Proxy } from '../../support/network/proxy.ts'
import { startAction } from '../../support/runner.ts'
import type { StartedAction } from '../../support/runner.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { describeBackup, expectFailure, readError } from '../../support/backup-run.ts'

let cluster: Cluster
const proxies: Proxy[] = []

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(async () => {
  await Promise.all(proxies.map((proxy) => proxy.close()))
  await cluster.stop('immediate')
})

/** A dump that waits for the lock of a table, on a way that can be lost. */
interface HeldDump {
  action: StartedAction
  proxy: Proxy
  release(): Promise<void>
}

async function holdDump(database: string, inputs: Record<string, string> = {}): Promise<HeldDump> {
  await cluster.psql('postgres', `create database ${database}`)
  await cluster.psql(database, 'create table wares as select generate_series(1, 1000) as id')
  const sleeper = `select pg_sleep(3600), '${database}'`
  const locked = cluster.psql(database, `begin; lock table wares; ${sleeper}`).catch(() => undefined)
  await waitFor(`query like '${sleeper.replaceAll("'", "''")}%' and wait_event = 'PgSleep'`)
  const proxy = await startProxy(cluster.port)
  proxies.push(proxy)
  const url = cluster.url(database, { port: proxy.port })
  const given = { url, 'stall-timeout': '2s', 'lock-wait-timeout': '1h', ...inputs }
  const action = await startAction(describeBackup(given))
  await waitFor(`datname = '${database}' and wait_event_type = 'Lock'`)
  return {
    action,
    proxy,
    release: async () => {
      await cluster.psql(
        'postgres',
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}' and wait_event = 'PgSleep'`,
      )
      await locked
    },
  }
}

/** Waits until a session of the server is as the condition says. */
async function waitFor(condition: string): Promise<void> {
  const sql = `select count(*) from pg_stat_activity where pid <> pg_backend_pid() and ${condition}`
  const deadline = Date.now() + 30_000
  while ((await cluster.psql('postgres', sql)) === '0') {
    if (Date.now() > deadline) throw new Error(`No session: ${condition}`)
    await sleep(50)
  }
}

async function expectGivenUp({ action }: HeldDump, words: RegExp): Promise<void> {
  const run = await action.done
  expectFailure(run, 'PGB_DUMP')
  expect(readError(run)).toMatch(words)
  expect(run.leftOver.filter((path) => /private|partial/.test(path))).toEqual([])
}

/** What becomes of a dump that brings no byte. They wait for most of their time, so all are tried at once. */
const trials: Readonly<Record<string, () => Promise<void>>> = {
  'is waited for while it waits for a lock (plain)': () => waitForLock('plain'),
  'is waited for while it waits for a lock (directory)': () => waitForLock('directory'),

  'is waited for while the server works': async () => {
    const directory = await makeScratchDirectory('gate')
    // The server, which runs as another user, looks whether the file is there.
    await chmod(directory, 0o755)
    const gate = join(directory, 'open')
    await cluster.psql('postgres', 'create database slow')
    await cluster.psql(
      'slow',
      `create extension file_fdw; create server files foreign data wrapper file_fdw;
       create foreign table far (id int) server files options (program 'while [ ! -e ${gate} ]; do sleep 0.1; done; echo 1')`,
    )
    const options = '--include-foreign-data=files'
    const inputs = { url: cluster.url('slow'), 'stall-timeout': '2s', options }
    const action = await startAction(describeBackup(inputs))
    await action.waitForLog(/::warning title=Slow dump::.*no byte has come for 2s.*is active/)
    await writeFile(gate, '')
    const run = await action.done
    expect([run.exitCode, run.outputs['status']]).toEqual([0, 'complete'])
  },

  'is given up when the server no longer has its session': async () => {
    const held = await holdDump('ended')
    // By then the session has been seen.
    await held.action.waitForLog(/waits for a lock/)
    held.proxy.loseConnections()
    await cluster.psql(
      'postgres',
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'ended' and wait_event_type = 'Lock'",
    )
    await expectGivenUp(held, /no byte has come for 2s, and the server no longer has its session/)
    await held.release()
  },

  'is given up when its session has waited for it all the while': async () => {
    const held = await holdDump('deaf')
    held.proxy.loseConnections()
    await held.release()
    await expectGivenUp(held, /no byte has come for 2s, and its session .* has waited for it all the while/)
  },

  'is given up when the server does not answer': async () => {
    const held = await holdDump('silent')
    held.proxy.loseNewOnes()
    held.proxy.loseConnections()
    await expectGivenUp(held, /no byte has come for 2s, and the server does not answer/)
    await held.release()
  },
}

async function waitForLock(format: string): Promise<void> {
  const held = await holdDump(`locked_${format}`, { format })
  await held.action.waitForLog(/::warning title=Slow dump::.*no byte has come for 2s.*waits for a lock/)
  await held.release()
  const run = await held.action.done
  expect([run.exitCode, run.outputs['status']]).toEqual([0, 'complete'])
}

describe('A dump that brings no byte', () => {
  const running = new Map<string, Promise<void>>()

  beforeAll(() => {
    for (const [name, start] of Object.entries(trials)) {
      const trial = start()
      // Each fails in its own test.
      trial.catch(() => undefined)
      running.set(name, trial)
    }
  })

  it.each(Object.keys(trials))('%s', async (name) => {
    await running.get(name)
  })
})
