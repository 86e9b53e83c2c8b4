import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { runAction } from '../support/runner.ts'

it('what nobody awaits ends in one annotation, with nothing private left behind', async () => {
  const bundlePath = join(import.meta.dirname, 'unawaited.ts')
  const run = await runAction({ bundle: 'backup', bundlePath })
  expect(run.annotations).toEqual([
    expect.objectContaining({
      level: 'error',
      message: expect.stringMatching(/fault of its own: spawn E2BIG/),
    }),
  ])
  expect([run.exitCode, run.leftOver]).toEqual([1, []])
  expect(run.shown).not.toMatch(/^\s+at /m)
})
