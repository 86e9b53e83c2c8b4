import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openS3Store } from '../../../src/stores/s3/s3-store.ts'
import { defaultSettings, type S3Settings } from '../../../src/stores/s3/s3-connection.ts'
import type { Store } from '../../../src/stores/store.ts'
import { createRecordingLog, type RecordingLog } from '../../support/recording-log.ts'
import { startFaultyProxy, type FaultyProxy } from '../../support/network/faulty-proxy.ts'
import { describeEnvironment, startMoto, type S3Server } from '../../support/stores/s3-server.ts'
import { findNode } from '../../support/runner.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { startSeaweed } from '../../support/stores/seaweed.ts'
import { makeNewBackup, oldName, putBackup, type NamedBackup } from '../new-backup.ts'

/** PGB_FULL_MATRIX asks for a real server of S3 beside the one that stands for it. */
const isFull = process.env['PGB_FULL_MATRIX'] !== undefined
const megabyte = 1_000_000
/** Amazon's smallest part. */
const partSize = 5 * 1024 * 1024

let moto: S3Server
let proxy: FaultyProxy
let backup: NamedBackup
/** For faults of a file that is sent as a whole. */
let small: NamedBackup
let tries = 0
const inherited = { ...process.env }
const { signal } = new AbortController()

beforeAll(async () => {
  moto = await startMoto()
  proxy = await startFaultyProxy(moto.port)
  Object.assign(process.env, describeEnvironment(proxy.port))
  backup = await makeNewBackup({ files: { 'shop.sql': randomBytes(12 * megabyte), 'blog.sql': 'small' } })
  small = await makeNewBackup({ files: { 'shop.sql': 'the rows', 'blog.sql': 'small' } })
})
afterEach(() => {
  proxy.reset()
})
afterAll(async () => {
  process.env = inherited
  await proxy.close()
  await moto.stop()
})

interface Place {
  store: Store
  log: RecordingLog
  prefix: string
}

function openPlace(settings: Partial<S3Settings> = {}): Place {
  tries += 1
  const prefix = `faults-${tries}/`
  return { ...reopen(prefix, settings), prefix }
}

/** The store as the next run has it. */
function reopen(prefix: string, settings: Partial<S3Settings> = {}): Omit<Place, 'prefix'> {
  const log = createRecordingLog()
  const short = { attempts: 3, pause: () => 1, idle: 2_000, smallestPart: partSize, partsAtOnce: 2 }
  const address = { bucket: moto.bucket, prefix }
  return { store: openS3Store(address, log, { ...defaultSettings, ...short, ...settings }), log }
}

async function keysBelow(prefix: string): Promise<string[]> {
  return (await moto.keys()).filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length))
}

/** What no fault may leave: a manifest, or an upload that has not ended. */
async function expectNoBackup({ prefix }: Place): Promise<void> {
  expect((await keysBelow(prefix)).filter((key) => key.endsWith('manifest.json'))).toEqual([])
  expect(await moto.uploads()).toEqual([])
}

async function expectBackup({ store }: Place): Promise<void> {
  const [listed] = await store.list({ name: oldName }, signal)
  if (listed === undefined) throw new Error('there is no backup')
  const target = await makeScratchDirectory('target')
  await store.fetch(listed, ['shop.sql'], target, signal)
  const [file] = backup.files
  expect((await readFile(join(target, 'shop.sql'))).equals(await readFile(file?.path ?? ''))).toBe(true)
  expect(await moto.uploads()).toEqual([])
}

const isPart = /^PUT .*partNumber=2/

it.each([
  ['a reset in the middle of a part', { request: isPart, kind: 'reset' as const }],
  [
    'a reset before the answer to the last request of an upload',
    { request: /^POST .*uploadId=/, kind: 'lost' as const },
  ],
  ['a reset before the answer to a small file', { request: /^PUT .*blog\.sql/, kind: 'lost' as const }],
  ['a service that asks to slow down', { request: isPart, kind: { status: 503, code: 'SlowDown' } }],
  ['a connection that is open at one end only', { request: isPart, kind: 'hang' as const }],
])('gets over %s', async (_, fault) => {
  const place = openPlace()
  proxy.fail({ ...fault, times: 1 })
  await putBackup(place.store, backup, signal)
  expect(proxy.failed()).toBe(1)
  await expectBackup(place)
})

if (isFull) {
  it('a real service refuses what changed on the way, and gets it once more', async () => {
    const seaweed = await startSeaweed()
    const way = await startFaultyProxy(seaweed.port)
    Object.assign(process.env, describeEnvironment(way.port))
    try {
      // The first write makes its volumes, which takes some seconds.
      const place = openPlace({ idle: 60_000 })
      way.fail({ request: isPart, kind: 'corrupt', times: 1 })
      way.fail({ request: /^PUT .*blog\.sql/, kind: 'corrupt', times: 1 })
      await putBackup(place.store, backup, signal)
      expect(way.failed()).toBe(2)
      const sent = way.requests().filter((line) => isPart.test(line) || /^PUT .*blog\.sql/.test(line))
      expect(sent).toHaveLength(4)
      expect(
        place.log.lines.filter((line) => line.includes('what arrived is not what was sent')),
      ).toHaveLength(2)
      await expectBackup(place)
    } finally {
      Object.assign(process.env, describeEnvironment(proxy.port))
      await way.close()
      await seaweed.stop()
    }
  })
}

it.each([
  ['resets', { request: isPart, kind: 'reset' as const }, /the connection broke/],
  [
    'slowing down',
    { request: isPart, kind: { status: 503, code: 'SlowDown' } },
    /asks to slow down \(SlowDown/,
  ],
  [
    'an expired token',
    { request: isPart, kind: { status: 400, code: 'ExpiredToken' } },
    /credentials have expired/,
  ],
  ['dead connections', { request: isPart, kind: 'hang' as const }, /stopped answering/],
  ['bytes that change', { request: isPart, kind: 'corrupt' as const }, /gives another SHA-256 for it/],
  [
    'a full disk',
    { request: isPart, kind: { status: 507, code: 'XMinioStorageFull' } },
    /the service has no room left/,
  ],
  [
    'a refusal',
    { request: /^PUT .*blog/, kind: { status: 403, code: 'AccessDenied' } },
    /may not do s3:PutObject/,
  ],
  ['a lack of any sense', { request: /^PUT .*blog/, kind: { status: 418, code: 'Teapot' } }, /Teapot.*418/],
  [
    'a clock that is off',
    { request: /^PUT .*blog/, kind: { status: 403, code: 'RequestTimeTooSkewed' } },
    /clock of this machine/,
  ],
])('ends by the right words after %s without end, and leaves no upload', async (_, fault, words) => {
  const place = openPlace({ idle: fault.kind === 'hang' ? 500 : 5_000 })
  proxy.fail(fault)
  const given = fault.request === isPart ? backup : small
  const error: unknown = await putBackup(place.store, given, signal).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'PGB_STORE' })
  expect(String(error)).toMatch(words)
  await expectNoBackup(place)
  expect(place.log.lines.join('\n')).toMatch(/Left without a manifest below .*: SHA256SUMS/)
})

it('takes back what a cancelled copy began, at once', async () => {
  const place = openPlace()
  proxy.fail({ request: isPart, kind: 'hang' })
  const cancellation = new AbortController()
  const put = putBackup(place.store, backup, cancellation.signal)
  const ended = expect(put).rejects.toThrow('stop it')
  await proxy.waitForFault()
  cancellation.abort(new Error('stop it'))
  await ended
  await expectNoBackup(place)
})

it('leaves no manifest when it is killed, and the next run takes back what it began', async () => {
  const directory = await makeScratchDirectory('killed')
  const path = join(directory, 'large')
  await writeFile(path, randomBytes(70 * megabyte))
  await writeFile(join(directory, 'small'), 'small')
  proxy.fail({ request: isPart, kind: 'hang' })
  const program = join(import.meta.dirname, 'put-large.ts')
  const child = spawn(findNode(), [program, path, moto.bucket], {
    env: { PATH: process.env['PATH'], ...describeEnvironment(proxy.port) },
    stdio: 'ignore',
  })
  await proxy.waitForFault()
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
  expect(await moto.uploads()).toEqual(['large/large-20200101T000000Z/large'])
  expect(await keysBelow('large/')).toEqual(['large-20200101T000000Z/SHA256SUMS'])
  proxy.reset()
  const next = reopen('large/', { abandoned: 1, forgotten: -60_000 })
  expect(await next.store.list({ name: '*' }, signal)).toEqual([])
  await putBackup(next.store, await makeNewBackup({ name: 'next' }), signal)
  expect(await moto.uploads()).toEqual([])
  const folder = `s3://${moto.bucket}/large/large-20200101T000000Z`
  expect(next.log.lines.join('\n')).toMatch(
    new RegExp(`^warning: .*1 folder with 5 B.*: ${folder}\\. .*aws s3 rm --recursive "${folder}/"`, 'm'),
  )
})

it('takes back in the next run what a killed copy began, and leaves one alone that goes on', async () => {
  const place = openPlace({ partsAtOnce: 1 })
  // As after a kill, nothing can be taken back.
  proxy.fail({ request: /^PUT .*partNumber=3/, kind: 'reset' })
  proxy.fail({ request: /^DELETE .*uploadId=/, kind: 'reset' })
  await expect(putBackup(place.store, backup, signal)).rejects.toMatchObject({ code: 'PGB_STORE' })
  expect(await moto.uploads()).toHaveLength(1)
  expect(place.log.lines.join('\n')).toContain('An upload was not taken back')
  proxy.reset()
  // moto says that every upload began in 2010, so it is the time of its parts that counts.
  const beside = reopen(place.prefix)
  await putBackup(beside.store, await makeNewBackup({ name: 'beside' }), signal)
  expect(await moto.uploads()).toHaveLength(1)
  await sleep(1_100)
  const next = reopen(place.prefix, { abandoned: 1 })
  await putBackup(next.store, await makeNewBackup({ name: 'next' }), signal)
  expect(next.log.lines.join('\n')).toContain('Took back an upload that an earlier run had not ended')
  expect(await moto.uploads()).toEqual([])
})

it('names what lies there without a manifest, but nothing young, busy, whole or of others', async () => {
  // moto says that every upload began in 2010.
  const place = openPlace({ forgotten: -60_000, abandoned: Infinity })
  await putBackup(place.store, await makeNewBackup({ name: 'whole-20200101T020000Z' }), signal)
  await moto.put(`${place.prefix}busy-20200101T020000Z/shop.sql`, 'the rows')
  const upload = await moto.beginUpload(`${place.prefix}busy-20200101T020000Z/blog.sql`)
  await moto.put(`${place.prefix}of another tool/20200101T020000Z`, 'the rows')
  await putBackup(reopen(place.prefix, { abandoned: Infinity }).store, await makeNewBackup(), signal)
  await putBackup(place.store, await makeNewBackup(), signal)
  expect(place.log.lines.filter((line) => line.startsWith('warning'))).toEqual([])
  await moto.abortUpload(`${place.prefix}busy-20200101T020000Z/blog.sql`, upload)
  for (let day = 1; day <= 6; day += 1) {
    await moto.put(`${place.prefix}old-2020010${day}T020000Z/shop.sql`, 'the rows')
  }
  const young = reopen(place.prefix)
  await putBackup(young.store, await makeNewBackup(), signal)
  expect(young.log.lines.filter((line) => line.startsWith('warning'))).toEqual([])
  await putBackup(place.store, await makeNewBackup(), signal)
  const [line, ...others] = place.log.lines.filter((text) => text.startsWith('warning'))
  expect(others).toEqual([])
  expect(line).toMatch(/7 folders with 56 B,.*busy-20200101.*old-20200104T020000Z, and 2 more\./)
  expect(line).not.toMatch(/old-20200105|whole|another/)
})

it('leaves the uploads of others alone', async () => {
  const place = openPlace({ abandoned: 1 })
  const id = await moto.beginUpload(`${place.prefix}of another tool.zip`)
  await putBackup(place.store, await makeNewBackup(), signal)
  expect(await moto.uploads()).toEqual([`${place.prefix}of another tool.zip`])
  await moto.abortUpload(`${place.prefix}of another tool.zip`, id)
})

it('says what of an abandoned copy stays, where nothing may be removed', async () => {
  const place = openPlace()
  proxy.fail({ request: /^DELETE /, kind: { status: 403, code: 'AccessDenied' } })
  const copy = place.store.begin(oldName)
  for (const file of backup.files) await copy.put(file, signal)
  await copy.abandon(signal)
  await expectNoBackup(place)
  expect(place.log.lines.join('\n')).toMatch(
    /Left without a manifest below s3:.*T020000Z, and so no backup: shop\.sql, blog\.sql/,
  )
})

it('ends no copy of which something that went ahead is gone', async () => {
  const place = openPlace()
  const copy = place.store.begin(oldName)
  for (const file of backup.files) await copy.put(file, signal)
  await moto.remove(`${place.prefix}${oldName}/shop.sql`)
  await expect(copy.complete(backup, signal)).rejects.toThrow('shop.sql was there and is not any more')
  await expectNoBackup(place)
})

it('of two runs that want one name and cannot see each other, each gets a whole backup of its own', async () => {
  const place = openPlace()
  proxy.fail({ request: /^GET .*list-type=2/, kind: { status: 403, code: 'AccessDenied' } })
  const [one, other] = [place.store.begin(oldName), reopen(place.prefix).store.begin(oldName)]
  // The second file is the same in both; it belongs to whoever wrote it all the same, who may take it back.
  const [shop, blog] = backup.files
  if (shop === undefined || blog === undefined) throw new Error('a file is missing')
  const second = await makeNewBackup({ files: { 'staff.sql': 'other rows', 'blog.sql': 'small' } })
  const [staff, sameBlog] = second.files
  if (staff === undefined || sameBlog === undefined) throw new Error('a file is missing')
  await one.put(blog, signal)
  await other.put(staff, signal)
  await other.put(sameBlog, signal)
  await one.abandon(signal)
  await other.complete(second, signal)
  await place.store.begin(oldName).complete(backup, signal)
  proxy.reset()
  const { store } = reopen(place.prefix)
  const listed = await store.list({ name: '*' }, signal)
  expect(listed.map(({ name }) => name).sort()).toEqual([oldName, `${oldName}-2`])
  for (const backup of listed) {
    const { manifest, files } = await store.examine(backup, signal)
    for (const { name, size } of manifest.files) expect(files.get(name)).toBe(size)
  }
})

it('goes on with a download where its connection broke', async () => {
  const place = openPlace()
  await putBackup(place.store, backup, signal)
  proxy.fail({ request: /^GET .*shop\.sql/, kind: 'cut', times: 2 })
  await expectBackup(place)
  expect(proxy.failed()).toBe(2)
  expect(proxy.requests().filter((line) => /^GET .*shop\.sql/.test(line))).toHaveLength(3)
  expect(place.log.lines.join('\n')).toMatch(/the connection broke.* after \d{6,} of 12000000 bytes/)
})

it.each([
  ['conditions', /if-none-match/i, 'knows no conditional writes'],
  ['checksums', /x-amz-checksum-sha256|x-amz-checksum-algorithm/i, 'knows no SHA-256 checksums'],
])('does without %s where the service refuses them, and says so', async (_, header, words) => {
  const place = openPlace()
  proxy.fail({ header, request: /./, kind: { status: 501, code: 'NotImplemented', message: String(header) } })
  await putBackup(place.store, backup, signal)
  expect(place.log.lines.join('\n')).toContain(words)
  await expectBackup(place)
  const other = await makeNewBackup({ files: { 'shop.sql': 'another one' } })
  const second = await putBackup(reopen(place.prefix).store, other, signal)
  expect(second.name).toBe(`${oldName}-2`)
})
