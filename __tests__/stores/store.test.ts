import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Log } from '../../src/github/log.ts'
import { openArtifactStore } from '../../src/stores/artifact/artifact-store.ts'
import { examineNewestFirst } from '../../src/stores/newest-first.ts'
import { openStore } from '../../src/stores/open-store.ts'
import type { ListedBackup, Store } from '../../src/stores/store.ts'
import { createRecordingLog } from '../support/recording-log.ts'
import { startMoto, type S3Server } from '../support/stores/s3-server.ts'
import { startSeaweed } from '../support/stores/seaweed.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'
import { openSurroundings, withoutPauses, type Surroundings } from './artifact/surroundings.ts'
import { makeNewBackup, oldName, putBackup } from './new-backup.ts'

/** PGB_FULL_MATRIX asks for a real server of S3 beside the one that stands for it. */
const isFull = process.env['PGB_FULL_MATRIX'] !== undefined
const { signal } = new AbortController()
const all = { name: '*' }

/** A store that holds nothing yet. */
interface Place {
  open: (log: Log) => Store
}

/** One into which something else can be put than a backup. */
interface OpenPlace extends Place {
  write: (path: string, content: string) => Promise<void>
}

let moto: S3Server
let seaweed: S3Server | undefined
let github: Surroundings
let places = 0
const inherited = { ...process.env }

beforeAll(async () => {
  github = await openSurroundings()
  moto = await startMoto()
  if (isFull) seaweed = await startSeaweed()
})
afterAll(async () => {
  await Promise.all([moto.stop(), seaweed?.stop(), github.close()])
  process.env = inherited
})

async function makeDirectory(): Promise<OpenPlace> {
  const path = await makeScratchDirectory('store')
  return {
    open: (log) => openStore({ kind: 'directory', path }, log),
    write: async (file, content) => {
      await mkdir(dirname(join(path, file)), { recursive: true })
      await writeFile(join(path, file), content)
    },
  }
}

function makePrefix(server: S3Server | undefined = moto): Promise<OpenPlace> {
  // The client reads it when the store is first used.
  Object.assign(process.env, server.environment)
  places += 1
  const prefix = `store ${places}/nightly/`
  return Promise.resolve({
    open: (log) => openStore({ kind: 's3', bucket: server.bucket, prefix }, log),
    write: (file, content) => server.put(prefix + file, content),
  })
}

/** The artifacts of the run, on the tests' GitHub. */
function makeRun(): Promise<Place> {
  const { service } = github
  service.reset()
  return Promise.resolve({
    open: (log) => openArtifactStore({ token: service.token, log }, withoutPauses),
  })
}

function makeSeaweedCase(): [string, () => Promise<OpenPlace>] {
  return ['SeaweedFS', () => makePrefix(seaweed)]
}

async function listNames(store: Store, name = '*'): Promise<string[]> {
  return (await store.list({ name }, signal)).map((backup) => backup.name).sort()
}

async function findOne(store: Store, name: string): Promise<ListedBackup> {
  const [backup] = await store.list({ name }, signal)
  if (backup === undefined) throw new Error(`${name} is not there`)
  return backup
}

async function readOrder(store: Store, log: Log): Promise<string[]> {
  const names: string[] = []
  for await (const { name } of examineNewestFirst(store, all, { log, signal })) names.push(name)
  return names
}

describe.each<[string, () => Promise<Place>]>([
  ['a directory', makeDirectory],
  ['S3', () => makePrefix()],
  ...(isFull ? [makeSeaweedCase()] : []),
  ['artifacts', makeRun],
])('%s', (_, makePlace) => {
  it('gives back what was put into it, file by file', async () => {
    const store = (await makePlace()).open(createRecordingLog())
    await store.check(signal)
    const backup = await makeNewBackup()
    const { name, address } = await putBackup(store, backup, signal)
    expect(name).toBe(oldName)
    const listed = await store.list(all, signal)
    expect(listed).toMatchObject([{ name, address }])
    expect(Math.abs(Date.now() - (listed[0]?.storedAt.getTime() ?? 0))).toBeLessThan(60_000)
    const examined = await store.examine(await findOne(store, name), signal)
    expect(examined.manifest.startedAt).toBe('2020-01-01T02:00:00.000Z')
    expect([...examined.files].sort()).toEqual([
      ['SHA256SUMS', backup.checksums.size],
      ['globals.sql', 9],
      ['manifest.json', backup.manifest.size],
      ['shop.sql', 20],
    ])
    const target = await makeScratchDirectory('target')
    await store.fetch(examined, ['shop.sql'], target, signal)
    expect(await readdir(target)).toEqual(['shop.sql'])
    expect(await readFile(join(target, 'shop.sql'), 'utf8')).toBe('the rows of the shop')
  })

  it('never puts one backup over another', async () => {
    const store = (await makePlace()).open(createRecordingLog())
    await putBackup(store, await makeNewBackup({ files: { 'shop.sql': 'the first' } }), signal)
    const second = await putBackup(
      store,
      await makeNewBackup({ files: { 'shop.sql': 'the second' } }),
      signal,
    )
    expect(second.name).toBe(`${oldName}-2`)
    const target = await makeScratchDirectory('target')
    await store.fetch(await findOne(store, oldName), ['shop.sql'], target, signal)
    expect(await readFile(join(target, 'shop.sql'), 'utf8')).toBe('the first')
  })

  it('lists what fits the pattern', async () => {
    const store = (await makePlace()).open(createRecordingLog())
    for (const name of ['shop-20200101T020000Z', 'shop-20200102T020000Z', 'staff-20200101T020000Z']) {
      await putBackup(store, await makeNewBackup({ name }), signal)
    }
    expect(await listNames(store, 'shop-*')).toEqual(['shop-20200101T020000Z', 'shop-20200102T020000Z'])
    expect(await listNames(store, '*-20200101T*')).toEqual([
      'shop-20200101T020000Z',
      'staff-20200101T020000Z',
    ])
    expect(await listNames(store, 'shop')).toEqual([])
  })

  it('orders by the time in the manifests, and believes none that is later than its own', async () => {
    const store = (await makePlace()).open(createRecordingLog())
    const make = async (name: string, startedAt: string): Promise<void> => {
      await putBackup(store, await makeNewBackup({ name, startedAt }), signal)
    }
    await make('a-newest', '2020-01-03T00:00:00.000Z')
    await make('z-oldest', '2020-01-01T00:00:00.000Z')
    await make('m-middle', '2020-01-02T00:00:00.000Z')
    await make('forged', '2999-01-01T00:00:00.000Z')
    await putBackup(store, await makeNewBackup({ name: 'damaged', manifest: 'not JSON' }), signal)
    const log = createRecordingLog()
    expect(await readOrder(store, log)).toEqual(['a-newest', 'm-middle', 'z-oldest'])
    const forged = /^warning: Backup dated wrong: Passed over .*: its manifest says 2999-01-01T/
    const damaged = /^warning: Backup not readable: Passed over .*: it is not JSON\.$/
    expect(log.lines.sort()).toEqual([expect.stringMatching(forged), expect.stringMatching(damaged)])
  })

  it('says what is wrong where not one backup can be read', async () => {
    const store = (await makePlace()).open(createRecordingLog())
    expect(await readOrder(store, createRecordingLog())).toEqual([])
    await putBackup(store, await makeNewBackup({ manifest: 'not JSON' }), signal)
    await expect(readOrder(store, createRecordingLog())).rejects.toMatchObject({ code: 'PGB_RESTORE' })
  })

  it('removes a backup whole, and does not mind one that is gone', async () => {
    const { open } = await makePlace()
    const store = open(createRecordingLog())
    await putBackup(store, await makeNewBackup({ name: 'stays' }), signal)
    await putBackup(store, await makeNewBackup(), signal)
    const backup = await findOne(store, oldName)
    await store.remove(backup, signal)
    await store.remove(backup, signal)
    expect(await listNames(store)).toEqual(['stays'])
    // Not one of its files is left, so that the name is free.
    expect((await putBackup(store, await makeNewBackup(), signal)).name).toBe(oldName)
  })

  it('takes files ahead of the others, and shows no backup until it is complete', async () => {
    const store = (await makePlace()).open(createRecordingLog())
    const backup = await makeNewBackup()
    const copy = store.begin(backup.name)
    for (const file of backup.files) await copy.put(file, signal)
    expect(await store.list(all, signal)).toEqual([])
    const { name } = await copy.complete(backup, signal)
    expect(name).toBe(oldName)
    const target = await makeScratchDirectory('target')
    await store.fetch(await findOne(store, name), ['shop.sql', 'globals.sql'], target, signal)
    expect(await readFile(join(target, 'shop.sql'), 'utf8')).toBe('the rows of the shop')
  })

  it('takes back what went ahead of a backup that is not to be', async () => {
    const store = (await makePlace()).open(createRecordingLog())
    const backup = await makeNewBackup()
    const copy = store.begin(backup.name)
    for (const file of backup.files) await copy.put(file, signal)
    await copy.abandon(signal)
    // Not one of its files is left, so that the name is free.
    expect((await putBackup(store, backup, signal)).name).toBe(oldName)
  })

  it('keeps apart what two runs of one name bring at once', async () => {
    const store = (await makePlace()).open(createRecordingLog())
    const backups = await Promise.all([
      makeNewBackup({ files: { 'shop.sql': 'the shop' } }),
      makeNewBackup({ files: { 'blog.sql': 'the blog' } }),
    ])
    const copies = backups.map(({ name }) => store.begin(name))
    for (const [index, copy] of copies.entries()) {
      for (const file of backups[index]?.files ?? []) await copy.put(file, signal)
    }
    for (const [index, copy] of copies.entries()) {
      const backup = backups[index]
      if (backup !== undefined) await copy.complete(backup, signal)
    }
    expect(await listNames(store)).toEqual([oldName, `${oldName}-2`])
    const second = await store.examine(await findOne(store, `${oldName}-2`), signal)
    expect([...second.files.keys()].sort()).toEqual(['SHA256SUMS', 'blog.sql', 'manifest.json'])
  })

  it('refuses to fetch what is not there', async () => {
    const store = (await makePlace()).open(createRecordingLog())
    await putBackup(store, await makeNewBackup(), signal)
    const target = await makeScratchDirectory('target')
    const fetched = store.fetch(await findOne(store, oldName), ['other.sql'], target, signal)
    await expect(fetched).rejects.toThrow(/other\.sql is not there|no such directory or file/)
  })
})

it('names what a killed copy left in a directory, once it is old', async () => {
  const { open, write } = await makeDirectory()
  await write('half-20200101T020000Z/shop.sql.partial', 'no manifest')
  const log = createRecordingLog()
  const store = open(log)
  await putBackup(store, await makeNewBackup(), signal)
  expect(log.lines).toEqual([])
  const folder = join(store.address, 'half-20200101T020000Z')
  await utimes(folder, 0, 0)
  await putBackup(store, await makeNewBackup(), signal)
  expect(log.lines).toEqual([expect.stringContaining(`1 folder with 11 B`)])
  expect(log.lines).toEqual([expect.stringContaining(`rm -r "${folder}"`)])
})

it.each<[string, () => Promise<OpenPlace>]>([
  ['a directory', makeDirectory],
  ['S3', () => makePrefix()],
])('what has no manifest is no backup in %s', async (_, makePlace) => {
  const { open, write } = await makePlace()
  const store = open(createRecordingLog())
  await write('half-20200101T020000Z/shop.sql', 'no manifest')
  await write('manifest.json', 'of no backup')
  await write('deep-20200101T020000Z/folder/manifest.json', 'of no backup either')
  expect(await listNames(store)).toEqual([])
})
