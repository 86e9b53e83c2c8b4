import { chmod, mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { examineAll } from '../../../src/stores/examine-all.ts'
import { examineNewestFirst } from '../../../src/stores/newest-first.ts'
import { openStore } from '../../../src/stores/open-store.ts'
import type { Store } from '../../../src/stores/store.ts'
import { otherAccount } from '../../support/machine/other-account.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { createRecordingLog } from '../../support/recording-log.ts'
import { makeNewBackup, putBackup } from '../new-backup.ts'

/*
 * What a directory of backups holds beside plain folders. A link that leads to itself can be opened by nobody, root included.
 */

const { signal } = new AbortController()
const all = { name: '*' }
const old = new Date('2020-01-01T02:00:00.000Z')

async function openDirectory(log = createRecordingLog()): Promise<Store> {
  return openStore({ kind: 'directory', path: await makeScratchDirectory('store') }, log)
}

async function put(store: Store, name: string): Promise<string> {
  return (await putBackup(store, await makeNewBackup({ name }), signal)).address
}

/** Makes a folder of which nobody can say whether it holds a manifest. */
async function makeShut(store: Store, name: string): Promise<string> {
  const folder = join(store.address, name)
  await mkdir(folder)
  await symlink('manifest.json', join(folder, 'manifest.json'))
  return folder
}

/** Does the work by the rights of an account that is not root. */
async function asAnyone<T>(work: () => Promise<T>): Promise<T> {
  const isRoot = process.geteuid?.() === 0
  if (isRoot) process.seteuid?.(otherAccount)
  try {
    return await work()
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
}

async function listNames(store: Store): Promise<string[]> {
  return (await store.list(all, signal)).map(({ name }) => name).sort()
}

it('a backup that cannot be looked into is one that cannot be read', async () => {
  const store = await openDirectory()
  await put(store, 'a-1')
  await utimes(await makeShut(store, 'a-2'), old, old)
  await symlink('a-3', join(store.address, 'a-3'))
  const listed = await store.list(all, signal)
  const { read, unread } = await examineAll(store, listed, signal)
  expect(read.map(({ name }) => name)).toEqual(['a-1'])
  const why = 'its links lead nowhere but to each other (ELOOP)'
  expect(unread).toEqual([
    { backup: expect.objectContaining({ name: 'a-2', storedAt: old }), why },
    { backup: expect.objectContaining({ name: 'a-3' }), why },
  ])
  // Of the one that does not even tell its time nobody knows that it is not the newest.
  const age = Date.now() - (unread[1]?.backup.storedAt.getTime() ?? 0)
  expect(Math.abs(age)).toBeLessThan(60_000)
})

it('a newest backup that cannot be looked into is named where an older one is taken', async () => {
  const log = createRecordingLog()
  const store = await openDirectory(log)
  const older = await put(store, 'a-1')
  await utimes(join(older, 'manifest.json'), old, old)
  const shut = await makeShut(store, 'a-2')
  const taken: string[] = []
  for await (const { name } of examineNewestFirst(store, all, { log, signal })) taken.push(name)
  expect(taken).toEqual(['a-1'])
  expect(log.lines).toEqual([expect.stringContaining(`warning: Backup not readable: Passed over ${shut}:`)])
})

it('one that this account may not enter, or not list, cannot be read either', async () => {
  const store = await openDirectory()
  const [shut, unlisted] = [await put(store, 'shut'), await put(store, 'unlisted')]
  await chmod(store.address, 0o755)
  await chmod(shut, 0)
  await chmod(unlisted, 0o311)
  await chmod(join(unlisted, 'manifest.json'), 0o444)
  const { read, unread } = await asAnyone(async () =>
    examineAll(store, await store.list(all, signal), signal),
  )
  expect(read).toEqual([])
  const why = "this run's user may not enter, read or write it (EACCES)"
  expect(unread.map((backup) => [backup.backup.name, backup.why]).sort()).toEqual([
    ['shut', why],
    ['unlisted', why],
  ])
})

it('a link to a backup is one, and a second name of one is not', async () => {
  const [store, elsewhere] = [await openDirectory(), await openDirectory()]
  const own = await put(store, 'a-1')
  const other = await put(elsewhere, 'b-1')
  await symlink(own, join(store.address, 'latest'))
  await symlink(other, join(store.address, 'other'))
  await symlink('other', join(store.address, 'same'))
  await symlink('nowhere', join(store.address, 'dangling'))
  await symlink('a-1/manifest.json', join(store.address, 'file'))
  await mkdir(join(store.address, 'empty'))
  await makeShut(store, 'lost+found')
  await writeFile(join(store.address, 'note'), '')
  expect(await listNames(store)).toEqual(['a-1', 'other'])
  // By itself, as a path may name it.
  const [latest] = await store.list({ name: 'latest' }, signal)
  expect(latest).toMatchObject({ name: 'latest', isLink: true })
})

it('a link is removed, and never what it points to', async () => {
  const [store, elsewhere] = [await openDirectory(), await openDirectory()]
  const other = await put(elsewhere, 'b-1')
  await symlink(other, join(store.address, 'other'))
  const [link] = await store.list(all, signal)
  if (link === undefined) throw new Error('nothing is listed')
  await store.remove(link, signal)
  expect(await listNames(store)).toEqual([])
  expect(await readdir(other)).toContain('manifest.json')
})
