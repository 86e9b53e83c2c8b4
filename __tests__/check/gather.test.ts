import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { gatherBackups, readNewest, type Findings } from '../../src/check/gather.ts'
import { createPatience } from '../../src/check/patience.ts'
import { openStore } from '../../src/stores/open-store.ts'
import type { Store } from '../../src/stores/store.ts'
import { makeBackup } from '../catalogue/samples.ts'
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

describe('of more backups than are read', () => {
  const day = 86_400_000

  /** A store of five backups, of which three are read. */
  function read(days: readonly number[], cutAt?: number): Promise<Findings> {
    const log = createRecordingLog()
    const backups = days.map((age) => {
      const at = new Date(Date.now() - age * day).toISOString()
      return makeBackup({ at, name: `${age} days`, storedAt: at })
    })
    const store: Store = {
      ...openStore({ kind: 'directory', path: '/backups' }, log),
      list: ({ onCut }) => {
        if (cutAt !== undefined) onCut?.(new Date(Date.now() - cutAt * day))
        return Promise.resolve([...backups])
      },
      examine: ({ name }) => {
        const found = backups.find((backup) => backup.name === name)
        return found ? Promise.resolve(found) : Promise.reject(new Error(name))
      },
    }
    return readNewest(store, { name: '*' }, 3, { log, signal })
  }

  it('the newest are read, and one left out that is not old is a problem', async () => {
    const { backups, problems } = await read([20, 3, 1, 2, 13])
    expect(backups.map(({ name }) => name)).toEqual(['1 days', '2 days', '3 days'])
    expect(problems).toEqual([
      {
        code: 'PGB_UNKNOWN',
        what: 'What /backups holds was not read far enough back',
        why: '5 backups fit, of which the newest 3 are read; what is left out begins 13 days ago, and all of the last 14 days must be seen',
        whatToDo: expect.stringContaining('narrower pattern in "path" or "artifact-name"'),
      },
    ])
  })

  it('a list that the store itself cuts is one too', async () => {
    expect((await read([1], 13)).problems).toMatchObject([{ why: expect.stringMatching(/than are listed/) }])
    expect((await read([1], 15)).problems).toEqual([])
  })

  it('none is a problem that is older than what a check expects', async () => {
    expect((await read([20, 3, 1, 2, 15])).problems).toEqual([])
  })
})
