import { mkdir, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { explainDirectoryFailure, makeDirectory } from '../../src/backup/make-directory.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'

it('an output directory is made with those above it, for this user alone, and may be there', async () => {
  const home = await makeScratchDirectory('output')
  await mkdir(join(home, 'real'))
  await symlink('real', join(home, 'link'))
  const directory = join(home, 'link', 'a', 'b')
  await makeDirectory(directory)
  await makeDirectory(directory)
  expect((await stat(join(home, 'real', 'a', 'b'))).mode & 0o777).toBe(0o700)
  await makeDirectory(join(home, 'link'))
})

it.each([
  [
    'file',
    /cannot be created: a file, or a link that leads to nothing, is in its place \(EEXIST\)\. Give another/,
  ],
  ['file/below', /a part of the path is no directory \(ENOTDIR\)/],
  ['dangling', /a link that leads to nothing, is in its place \(EEXIST\)/],
  ['dangling/below/it', /a link that leads to nothing, is in its place \(EEXIST\)/],
  ['circle/below', /a link on the way leads round in a circle \(ELOOP\)/],
  ['x'.repeat(300), /too long \(ENAMETOOLONG\)/],
  // Node's own recursive mkdir does not come back from there.
  ['/proc/postgres-backup/below', /the system lets nobody make a directory there \(ENOENT\)/],
])('an output directory that cannot be made says why: %.20s', async (path, words) => {
  const home = await makeScratchDirectory('output')
  await writeFile(join(home, 'file'), '')
  await symlink('nowhere', join(home, 'dangling'))
  await symlink('circle', join(home, 'circle'))
  const making = makeDirectory(path.startsWith('/') ? path : join(home, path))
  await expect(making).rejects.toThrow(words)
  await expect(making).rejects.toMatchObject({ code: 'PGB_INPUT' })
})

it.each([
  ['EROFS', /nothing can be written there: the disk is mounted for reading only \(EROFS\)\. Mount it/],
  ['EACCES', /this run's user may not write there \(EACCES\)\. Give the runner's user the right/],
  ['EIO', /nothing can be written there \(EIO\)\. Give another path/],
])('%s has words', (code, words) => {
  expect(String(explainDirectoryFailure('nothing can be written there', { code }))).toMatch(words)
})

it('a full disk is one, and no wrong input', () => {
  const full = Object.assign(new Error('no space'), { code: 'ENOSPC' })
  expect(explainDirectoryFailure('nothing can be written there', full)).toBe(full)
})
