import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from '@jest/globals'
import { unread, type FinishedDump } from '../../../src/backup/finish.ts'
import { beginCopies } from '../../../src/backup/storing/copies.ts'
import type { FinishedFile } from '../../../src/archive/finished-file.ts'
import { makeNewBackup, oldName } from '../../stores/new-backup.ts'
import { createRecordingLog } from '../../support/recording-log.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'

const { signal } = new AbortController()

function finish(file: FinishedFile): FinishedDump {
  const { name, size } = file
  const compression = { method: 'none', level: null, inside: false } as const
  const subject = {
    kind: 'database',
    database: name,
    name,
    format: 'plain',
    compression,
    encryption: 'none',
  } as const
  return {
    planned: { ...subject, sizeOnServer: null },
    ...{ ...file, durationSeconds: 1, warnings: [], ...unread },
    identity: { inode: 1, size, modified: 0, changed: 0 },
  }
}

it('a place that is away while others are dumped gets the whole backup at the end', async () => {
  const path = join(await makeScratchDirectory('copies'), 'disk')
  const log = createRecordingLog()
  const backup = await makeNewBackup()
  const plan = { artifactName: oldName, startedAt: new Date('2020-01-01T02:00:00Z'), databases: ['a', 'b'] }
  const copies = beginCopies(plan, { copyTo: [{ kind: 'directory', path }] }, { log, signal })
  const [first, ...others] = backup.files.map(finish)
  if (first !== undefined) copies.take(first)
  while (log.lines.length === 0) await sleep(5)
  expect(log.lines).toEqual([expect.stringMatching(/^info: shop\.sql was not copied to .* yet/)])
  for (const file of others) copies.take(file)
  await mkdir(path)
  copies.close()
  const [placed] = copies.placed
  const stored = await placed?.copy.complete(backup, signal)
  expect(stored).toEqual({ name: oldName, address: join(path, oldName) })
  expect((await readdir(join(path, oldName))).sort()).toEqual([
    'SHA256SUMS',
    'globals.sql',
    'manifest.json',
    'shop.sql',
  ])
  expect(log.lines).toHaveLength(1)
})

it('what is copied ahead is taken back where no backup comes of it', async () => {
  const path = await makeScratchDirectory('copies')
  const log = createRecordingLog()
  const backup = await makeNewBackup()
  const plan = { artifactName: oldName, startedAt: new Date('2020-01-01T02:00:00Z'), databases: ['a', 'b'] }
  const copies = beginCopies(plan, { copyTo: [{ kind: 'directory', path }] }, { log, signal })
  for (const file of backup.files) copies.take(finish(file))
  while (log.lines.length < 2) await sleep(5)
  expect(log.lines).toEqual([`info: Copied shop.sql to ${path}`, `info: Copied globals.sql to ${path}`])
  expect(await readdir(path)).toEqual([oldName])
  await copies.abandon()
  expect(await readdir(path)).toEqual([])
})
