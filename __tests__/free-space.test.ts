import { execFileSync } from 'node:child_process'
import { expect, it } from '@jest/globals'
import { readFreeMemory } from '../src/free-space.ts'
import { makeScratchDirectory } from './support/machine/scratch.ts'

it('takes a file system in memory for memory, and no disk, whatever its name', async () => {
  const isTmpfs =
    execFileSync('stat', ['--file-system', '--format=%T', '/dev/shm']).toString().trim() === 'tmpfs'
  expect((await readFreeMemory()) === undefined).toBe(!isTmpfs)
  // /proc stands for what is neither memory nor a disk.
  expect(await readFreeMemory('/proc')).toBeUndefined()
  expect(await readFreeMemory('/dev/shm-that-is-not-there')).toBeUndefined()
})

it('does not take a directory on a disk for memory', async () => {
  const directory = await makeScratchDirectory('shm')
  const type = execFileSync('stat', ['--file-system', '--format=%T', directory]).toString().trim()
  expect((await readFreeMemory(directory)) === undefined).toBe(type !== 'tmpfs' && type !== 'ramfs')
})
