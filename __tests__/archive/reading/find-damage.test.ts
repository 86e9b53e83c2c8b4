import { createHash } from 'node:crypto'
import { appendFile, mkdir, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { findDamage } from '../../../src/archive/reading/find-damage.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'

const { signal } = new AbortController()
const content = 'the rows of the shop'
const written = { size: content.length, sha256: createHash('sha256').update(content).digest('hex') }

async function writeFiles(): Promise<string> {
  const path = join(await makeScratchDirectory('damage'), 'shop.sql')
  await writeFile(path, content)
  await writeFile(`${path}.other`, 'the rows of the blog')
  return path
}

it('is not found in a file that is as it was written', async () => {
  expect(await findDamage(written, await writeFiles(), signal)).toBeUndefined()
})

it.each<[string, RegExp, (path: string) => Promise<unknown>]>([
  ['a changed bit', /SHA-256/, (path) => writeFile(path, content.replace('shop', 'shoq'))],
  ['a cut file', /has 5 bytes, and the manifest says 20/, (path) => truncate(path, 5)],
  ['a longer file', /has 21 bytes, and the manifest says 20/, (path) => appendFile(path, 'x')],
  ['a file that was swapped with one of its size', /SHA-256/, (path) => rename(`${path}.other`, path)],
  ['a missing file', /missing/, (path) => rm(path)],
  [
    'a directory in its place',
    /missing/,
    async (path) => {
      await rm(path)
      await mkdir(path)
    },
  ],
])('is found in %s', async (_, words, damage) => {
  const path = await writeFiles()
  await damage(path)
  expect(await findDamage(written, path, signal)).toMatch(words)
})

it('is found in an empty file, also where the manifest knows it as one', async () => {
  const path = await writeFiles()
  await truncate(path)
  const empty = { size: 0, sha256: createHash('sha256').digest('hex') }
  expect(await findDamage(empty, path, signal)).toBe('it is empty')
})
