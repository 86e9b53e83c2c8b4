import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from '@jest/globals'
import { syncFile, syncGrowingFile } from '../../src/backup/sync.ts'
import { makeScratchDirectory } from '../support/scratch.ts'

const directory = await makeScratchDirectory('sync')

describe('a file that is being written', () => {
  it('is synced until its writer ends, however it ends, and may be missing', async () => {
    const path = join(directory, 'growing')
    const write = async (): Promise<void> => {
      await setTimeout(300)
      writeFileSync(path, 'x')
      await setTimeout(300)
      throw new Error('no space left')
    }
    const writing = write()
    await expect(syncGrowingFile(path, writing)).resolves.toBeUndefined()
    await expect(writing).rejects.toThrow('no space left')
  })
  it('fails where the disk does', async () => {
    // A device that cannot be synced stands for a disk that fails.
    await expect(syncGrowingFile('/dev/null', setTimeout(5000))).rejects.toThrow('EINVAL')
  })
})

it('a finished file that is gone cannot be synced', async () => {
  await expect(syncFile(join(directory, 'gone'))).rejects.toThrow('ENOENT')
})
