import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:https'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import { addPath } from '../../../src/step/heartbeat.ts'
import { makeCertificates } from '../../support/network/certificates.ts'
import { startCluster, type Cluster } from '../../support/postgres/cluster.ts'
import { runAction, startAction, type ActionRun } from '../../support/runner.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { describeBackup, expectFailure, runBackup } from '../../support/backup-run.ts'

let cluster: Cluster
let service: Server
let environment: Record<string, string>
let address: string
let status = 200
/** The paths that the service was asked for. */
const signs: string[] = []

const secret = '5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278'

beforeAll(async () => {
  cluster = await startCluster()
  await cluster.psql('postgres', 'create database shop')
  const directory = await makeScratchDirectory('heartbeat')
  const { certificateFile, keyFile } = await makeCertificates(directory, 'IP:127.0.0.1')
  const options = { cert: await readFile(certificateFile), key: await readFile(keyFile) }
  service = createServer(options, (request, response) => {
    signs.push(request.url ?? '')
    response.writeHead(status).end('OK')
  })
  await new Promise<void>((resolve) => {
    service.listen(0, '127.0.0.1', resolve)
  })
  const place = service.address()
  address = `https://127.0.0.1:${typeof place === 'object' ? (place?.port ?? 0) : 0}/ping/${secret}`
  environment = { NODE_EXTRA_CA_CERTS: join(directory, 'ca.crt') }
})

afterEach(() => {
  signs.length = 0
  status = 200
})

afterAll(async () => {
  service.closeAllConnections()
  service.close()
  await cluster.stop('immediate')
})

function backUp(inputs: Record<string, string> = {}): Promise<ActionRun> {
  return runBackup({ url: cluster.url('shop'), 'heartbeat-url': address, ...inputs }, { environment })
}

it('is told that the backup begins, and that it ended well, and is never shown', async () => {
  const run = await backUp({ 'heartbeat-url': `${address}?rid=1` })
  expect(run.exitCode).toBe(0)
  expect(signs).toEqual([`/ping/${secret}/start?rid=1`, `/ping/${secret}?rid=1`])
  expect(run.shown).not.toContain(secret)
})

it('is told of a backup that is partial', async () => {
  expectFailure(await backUp({ databases: 'shop, nobody' }), 'PGB_NO_DATABASE')
  expect(signs).toEqual([`/ping/${secret}/start`, `/ping/${secret}/fail`])
})

it('is told of inputs that cannot be used, and of a check that is red', async () => {
  expectFailure(await backUp({ keep: 'x' }), 'PGB_INPUT')
  const inputs = { path: '/nowhere', 'heartbeat-url': address }
  expect((await runAction({ bundle: 'check', inputs, environment })).exitCode).toBe(1)
  expect(signs.map((path) => path.slice(-5))).toEqual(['start', '/fail', 'start', '/fail'])
})

it('is told of a cancellation', async () => {
  await cluster.psql('shop', 'create table item ()')
  const lock = cluster.psql('shop', 'begin; lock table item; select pg_sleep(20)').catch(() => undefined)
  const options = describeBackup({ url: cluster.url('shop'), 'heartbeat-url': address }, { environment })
  const action = await startAction(options)
  await action.waitForLog(/Dumping/)
  expectFailure(await action.cancel(), 'PGB_CANCELLED')
  expect(signs).toEqual([`/ping/${secret}/start`, `/ping/${secret}/fail`])
  await cluster.psql(
    'postgres',
    "select pg_terminate_backend(pid) from pg_stat_activity where query ~ 'pg_sleep' and pid <> pg_backend_pid()",
  )
  await lock
})

it('hears nothing of a dry run', async () => {
  expect((await backUp({ 'dry-run': 'true' })).exitCode).toBe(0)
  expect(signs).toEqual([])
})

it('is no reason to fail, and warned of without its address', async () => {
  status = 500
  const run = await backUp()
  expect(run.exitCode).toBe(0)
  expect(signs).toHaveLength(6)
  const warnings = run.annotations.filter(({ title }) => title === 'Heartbeat')
  expect(warnings.map(({ message }) => message)).toEqual([
    'The heartbeat /start was not sent: the service answered with status 500.',
    'The heartbeat was not sent: the service answered with status 500.',
  ])
})

it.each(['http://127.0.0.1/ping', 'hc-ping.com/x', 'file:///etc/passwd'])('cannot be %s', async (url) => {
  expectFailure(await backUp({ 'heartbeat-url': url }), 'PGB_INPUT')
})

it.each([
  ['https://hc.example/abc', 'https://hc.example/abc/fail'],
  ['https://hc.example/abc/?a=b#c', 'https://hc.example/abc/fail?a=b#c'],
  ['https://hc.example', 'https://hc.example/fail'],
])('%s becomes %s', (url, failed) => {
  expect(addPath(new URL(url), '/fail').href).toBe(failed)
})
