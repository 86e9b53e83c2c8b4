import { statSync } from 'node:fs'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { expect, it } from '@jest/globals'
import { openFifo } from '../../src/process/fifo.ts'
import { runPipeline } from '../../src/process/pipeline.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'

const options = { environment: { PATH: process.env['PATH'] ?? '' }, signal: new AbortController().signal }

it('hands over what is written, more than a pipe holds, until the stream ends', async () => {
  const path = join(await makeScratchDirectory('fifo'), 'it is "a" pipe')
  const fifo = await openFifo(path, options)
  expect(statSync(path).isFIFO()).toBe(true)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const { promise: reading, resolve: onStart } = Promise.withResolvers<number>()
  const reader = runPipeline([{ path: 'wc', args: ['-l'] }], { ...options, inputFile: path, onStart })
  await reading
  for (let line = 0; line < 50_000; line += 1) fifo.write(`./${line}.dat\n`)
  fifo.end()
  await finished(fifo)
  expect((await reader).stdout.trim()).toBe('50000')
})

it('needs no reader to be opened, nor to be given up', async () => {
  const fifo = await openFifo(join(await makeScratchDirectory('fifo'), 'pipe'), options)
  fifo.write('x'.repeat(1_000_000))
  fifo.destroy()
  await expect(finished(fifo)).rejects.toThrow('Premature close')
})

it('says why where it cannot be made', async () => {
  await expect(openFifo('/nowhere/pipe', options)).rejects.toThrow('ENOENT')
})
