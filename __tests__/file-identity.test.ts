import { appendFile, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, expect, it } from '@jest/globals'
import { identifyFile, isSame, isSameRenamed } from '../src/file-identity.ts'
import { makeScratchDirectory } from './support/machine/scratch.ts'

let path: string

beforeEach(async () => {
  path = join(await makeScratchDirectory('identity'), 'file')
  await writeFile(path, 'the rows')
})

/** Whether the file is the same after a change, and whether it is so but for its name. */
async function compareAfter(change: () => Promise<unknown>): Promise<[boolean, boolean]> {
  const before = await identifyFile(path)
  // The kernel's clock for files goes by ticks of some milliseconds.
  await sleep(50)
  await change()
  const after = await identifyFile(path).catch(() => undefined)
  return [isSame(before, after), isSameRenamed(before, after)]
}

it('stays with a file that is only read', async () => {
  expect(await compareAfter(() => readFile(path))).toEqual([true, true])
})

it.each<[string, () => Promise<void>]>([
  ['a byte is appended', () => appendFile(path, 'x')],
  ['a byte is changed', () => writeFile(path, 'the rowz')],
  ['it is removed', () => rm(path)],
  [
    'it is replaced by one with the same bytes',
    async () => {
      await writeFile(`${path}.new`, await readFile(path))
      await rename(`${path}.new`, path)
    },
  ],
])('goes when %s', async (_, change) => {
  expect(await compareAfter(change)).toEqual([false, false])
})

it('goes when a byte is changed and the time set back, which a renaming alone looks like, too', async () => {
  const change = async (): Promise<void> => {
    const { atime, mtime } = await stat(path)
    await writeFile(path, 'the rowz')
    await utimes(path, atime, mtime)
  }
  expect((await compareAfter(change))[0]).toBe(false)
})

it('of a renamed file is the same but for its name', async () => {
  const change = async (): Promise<void> => {
    await rename(path, `${path}.moved`)
    await rename(`${path}.moved`, path)
  }
  expect(await compareAfter(change)).toEqual([false, true])
})
