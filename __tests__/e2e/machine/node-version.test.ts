import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'
import { runBackup } from '../../support/backup-run.ts'

it.each([
  ['v20.19.0', ['Old Node.js']],
  ['v24.0.0', []],
])('on Node.js %s warns at the start of %j', async (version, titles) => {
  // As nektos/act starts an action: with the Node.js that comes first on the PATH.
  const preload = join(await makeScratchDirectory('node'), 'preload.mjs')
  await writeFile(preload, `Object.defineProperty(process, 'version', { value: '${version}' })\n`)
  const run = await runBackup({}, { environment: { NODE_OPTIONS: `--import=${preload}` } })
  expect(run.annotations.filter(({ level }) => level === 'warning').map(({ title }) => title)).toEqual(titles)
  // Nothing says where to connect, so this is all that can be said before the error.
  expect(run.annotations.at(-1)?.title).toBe('PGB_EMPTY_SECRET')
})
