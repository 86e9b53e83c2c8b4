import { join } from 'node:path'
import { rm } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { canListOpenFiles, listOpenFiles } from '../../src/process/open-files.ts'
import { runPipeline } from '../../src/process/pipeline.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'

const environment = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' }

describe('the open files of a process group', () => {
  it('are those of all its processes, and of no other group', async () => {
    const path = join(await makeScratchDirectory('open'), 'a ) 1 b')
    const started = Promise.withResolvers<number>()
    const stopping = new AbortController()
    // The child of a child has it open.
    const script = '(exec 5>"$0"; echo ready; sleep 60; :) & wait'
    const ready = Promise.withResolvers<undefined>()
    const running = runPipeline([{ path: 'sh', args: ['-c', script, path] }], {
      environment,
      signal: stopping.signal,
      onStart: started.resolve,
      onOutput: (printed) => {
        if (printed.includes('ready')) ready.resolve(undefined)
      },
    })
    const group = await started.promise
    await ready.promise
    expect(canListOpenFiles()).toBe(true)
    expect(listOpenFiles(group)).toContain('a ) 1 b')
    expect(listOpenFiles(process.pid)).not.toContain('a ) 1 b')
    await rm(path)
    expect(listOpenFiles(group)).toContain('a ) 1 b')
    stopping.abort()
    await expect(running).rejects.toThrow()
    expect(listOpenFiles(group)).toEqual(new Set())
  })
})
