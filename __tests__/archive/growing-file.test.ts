import { randomBytes } from 'node:crypto'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from '@jest/globals'
import { hashFile } from '../../src/archive/checksum.ts'
import { hashGrowingFile, syncGrowingFile } from '../../src/archive/growing-file.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'

const folder = await makeScratchDirectory('growing')

describe('hashGrowingFile', () => {
  it('hashes what is appended while it reads, from before the file is there to its end', async () => {
    const path = join(folder, 'growing.bin')
    const pieces = [randomBytes(3 * 1024 * 1024 + 7), Buffer.alloc(0), randomBytes(1), randomBytes(70_000)]
    const write = async (): Promise<void> => {
      for (const piece of pieces) {
        await setTimeout(30)
        appendFileSync(path, piece)
      }
    }
    const digest = await hashGrowingFile(path, write())
    expect(digest).toEqual(await hashFile(path))
    expect(digest.size).toBe(Buffer.concat(pieces).length)
  })

  it('rejects with the writer, and for a file that the writer never made', async () => {
    const fail = async (): Promise<void> => {
      await setTimeout(30)
      throw new Error('the disk is full')
    }
    const path = join(folder, 'failing.bin')
    writeFileSync(path, 'x')
    await expect(hashGrowingFile(path, fail())).rejects.toThrow('the disk is full')
    await expect(hashGrowingFile(join(folder, 'none'), fail())).rejects.toThrow('the disk is full')
    await expect(hashGrowingFile(join(folder, 'none'), setTimeout(30))).rejects.toThrow('ENOENT')
  })
})

describe('syncGrowingFile', () => {
  it('syncs until the writer ends, however it ends, and waits for a file that is missing', async () => {
    const path = join(folder, 'synced')
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
