import { readdir, symlink, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { serializeManifest, type Manifest } from '../../../src/archive/manifest.ts'
import { previewRetention, retain } from '../../../src/backup/storing/retain.ts'
import { parseKeep } from '../../../src/inputs/keep.ts'
import type { Log } from '../../../src/github/log.ts'
import { openStore } from '../../../src/stores/open-store.ts'
import type { Store } from '../../../src/stores/store.ts'
import { makeBackup, series, type Told } from '../../catalogue/samples.ts'
import { makeNewBackup, putBackup } from '../../stores/new-backup.ts'
import { createRecordingLog } from '../../support/recording-log.ts'
import { startMoto, type S3Server } from '../../support/stores/s3-server.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'

const { signal } = new AbortController()
const policy = parseKeep('last=1') ?? { counts: new Map(), within: undefined }

/** PGB_FULL_MATRIX asks for S3 too, where keep.test.ts sees the action remove. */
const isFull = process.env['PGB_FULL_MATRIX'] !== undefined
let moto: S3Server | undefined
let places = 0
const inherited = { ...process.env }

beforeAll(async () => {
  if (!isFull) return
  moto = await startMoto()
  Object.assign(process.env, moto.environment)
})
afterAll(async () => {
  process.env = inherited
  await moto?.stop()
})

async function openDirectory(log: Log): Promise<Store> {
  return openStore({ kind: 'directory', path: await makeScratchDirectory('retain') }, log)
}

function openPrefix(log: Log): Promise<Store> {
  places += 1
  return Promise.resolve(openStore({ kind: 's3', bucket: 'backups', prefix: `retain-${places}/` }, log))
}

/** Puts a backup of 2020 into the store, with a file of the size that its manifest tells. */
async function put(store: Store, told: Told): Promise<{ address: string; manifest: Manifest }> {
  const content = 'the rows'
  const { manifest } = makeBackup({ ...told, file: { size: content.length, ...told.file } })
  const files = Object.fromEntries(manifest.files.map(({ name }) => [name, content]))
  const name = `backup-${told.at.replace(/\W/g, '')}`
  const { address } = await putBackup(
    store,
    await makeNewBackup({ name, files, manifest: serializeManifest(manifest) }),
    signal,
  )
  return { address, manifest }
}

async function listNames(store: Store): Promise<string[]> {
  return (await store.list({ name: '*' }, signal)).map(({ name }) => name).sort()
}

const days = ['2020-01-01T03:00:00Z', '2020-01-02T03:00:00Z', '2020-01-03T03:00:00Z']
const [first = '', second = '', third = ''] = days

const kinds: [string, (log: Log) => Promise<Store>][] = [
  ['a directory', openDirectory],
  ...(isFull ? [['S3', openPrefix] satisfies [string, typeof openPrefix]] : []),
]
describe.each(kinds)('in %s', (_, open) => {
  it('removes what nothing keeps, keeps the rest, and says why', async () => {
    const log = createRecordingLog()
    const store = await open(log)
    const { address: old } = await put(store, { at: first })
    const { address: other } = await put(store, { at: second, from: { server: 'b'.repeat(32) } })
    const { address: odd } = await putBackup(
      store,
      await makeNewBackup({ name: 'odd', manifest: '{"schema": 99}' }),
      signal,
    )
    const { address, manifest } = await put(store, { at: third })
    await previewRetention([{ store, pattern: '*' }], series, policy, { log, signal })
    expect(await listNames(store)).toHaveLength(4)
    expect(log.lines).toContain(`info: ${old}: would be removed (nothing keeps it)`)
    await retain([{ store, pattern: '*', address }], manifest, policy, { log, signal })
    expect(await listNames(store)).toEqual(['backup-20200102T030000Z', 'backup-20200103T030000Z', 'odd'])
    expect(log.lines.slice(-5)).toEqual([
      `info: ${address}: kept (last)`,
      `info: ${other}: kept (it is of another workflow, job, server or choice of options)`,
      `info: ${old}: removed (nothing keeps it)`,
      `info: ${odd}: kept (it could not be read: it was made by a newer version of the action (schema 99))`,
      `info: Keep, in ${store.address}: 1 backup of 4 removed`,
    ])
  })
})

describe('removes nothing', () => {
  it.each<[string, Partial<Told>, RegExp]>([
    ['after an incomplete backup', { failed: ['blog'] }, /the new backup is not complete/],
    ['after one that alarms', { alarm: ['shop'] }, /"max-shrink"/],
    ['after one of no series', { from: null }, /does not tell repository/],
  ])('%s', async (_, change, words) => {
    const log = createRecordingLog()
    const store = await openDirectory(log)
    await put(store, { at: first })
    await put(store, { at: second })
    const { address, manifest } = await put(store, { at: third, ...change })
    await retain([{ store, pattern: '*', address }], manifest, policy, { log, signal })
    expect(await listNames(store)).toHaveLength(3)
    expect(log.lines.at(-1)).toMatch(words)
  })

  it('where the store does not show the new backup', async () => {
    const log = createRecordingLog()
    const store = await openDirectory(log)
    await put(store, { at: first })
    await put(store, { at: second })
    const { manifest } = await put(await openDirectory(log), { at: third })
    await retain([{ store, pattern: '*', address: 'elsewhere' }], manifest, policy, { log, signal })
    expect(await listNames(store)).toHaveLength(2)
    expect(log.lines.at(-1)).toMatch(/does not show the new backup yet/)
  })

  it('that a link stands for, nor counts that', async () => {
    const log = createRecordingLog()
    const [store, elsewhere] = [await openDirectory(log), await openDirectory(log)]
    const { address: linked } = await put(elsewhere, { at: second })
    await symlink(linked, join(store.address, 'link'))
    const { address: old } = await put(store, { at: first })
    const { address, manifest } = await put(store, { at: third })
    const two = parseKeep('last=2') ?? policy
    await retain([{ store, pattern: '*', address }], manifest, two, { log, signal })
    expect(log.lines).toContain(`info: ${old}: kept (last)`)
    expect(log.lines).toContain(
      `info: ${join(store.address, 'link')}: kept (it is a link, which neither counts nor goes)`,
    )
    expect(await readdir(linked)).toContain('manifest.json')
  })

  it('for a manifest that is dated later than the store has it', async () => {
    const log = createRecordingLog()
    const store = await openDirectory(log)
    const { address: old } = await put(store, { at: first })
    const { address, manifest } = await put(store, { at: third })
    await utimes(join(address, 'manifest.json'), new Date(second), new Date(second))
    await retain([{ store, pattern: '*', address }], manifest, policy, { log, signal })
    expect(log.lines).toContain(`info: ${old}: kept (last)`)
  })
})
