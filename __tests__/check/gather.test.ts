import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { gatherBackups, type Findings } from '../../src/check/gather.ts'
import { createPatience } from '../../src/check/patience.ts'
import { openStore } from '../../src/stores/open-store.ts'
import { makeNewBackup, oldName, putBackup } from '../stores/new-backup.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'
import { createRecordingLog } from '../support/recording-log.ts'

const { signal } = new AbortController()

function gather(path: string): Promise<Findings> {
  const log = createRecordingLog()
  return gatherBackups([{ kind: 'directory', path }], createPatience(log), { log, signal })
}

it('finds a backup by a link, and counts one that cannot be looked into among those not readable', async () => {
  const log = createRecordingLog()
  const directory = await makeScratchDirectory('store')
  const backup = await makeNewBackup()
  const { address } = await putBackup(openStore({ kind: 'directory', path: directory }, log), backup, signal)
  await symlink(address, join(directory, 'latest'))
  const byLink = await gather(join(directory, 'latest'))
  expect(byLink.backups.map(({ name }) => name)).toEqual(['latest'])
  await mkdir(join(directory, 'shut'))
  await symlink('manifest.json', join(directory, 'shut', 'manifest.json'))
  const all = await gather(directory)
  expect(all.backups.map(({ name }) => name)).toEqual([oldName])
  expect(all.unread).toMatchObject([{ backup: { name: 'shut' } }])
})
