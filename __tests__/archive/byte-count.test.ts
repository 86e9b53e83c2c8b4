import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { countBytes, readByteCount } from '../../src/archive/byte-count.ts'
import { contentProgram } from '../../src/archive/reading/content-program.ts'
import { createContentReader, parseContent } from '../../src/archive/reading/content.ts'
import { runPipeline } from '../../src/process/pipeline.ts'
import { makeScratchDirectory } from '../support/machine/scratch.ts'

const signal = new AbortController().signal
const environment = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' }
const ways: [string, boolean][] = [
  ['tee and cksum', false],
  ['a program', true],
]

describe.each(ways)('counting by %s', (_, isLarge) => {
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a megabyte', randomBytes(1_000_001)],
  ])('passes %s on unchanged, and tells its size and checksum', async (__, bytes) => {
    const directory = await makeScratchDirectory('count')
    const at = (name: string): string => join(directory, name)
    const count = async (input: Buffer, name: string): ReturnType<typeof readByteCount> => {
      await writeFile(at('input'), input)
      const options = { environment, signal, inputFile: at('input'), outputFile: at(name) }
      const result = await runPipeline([countBytes(at('count'), isLarge), { path: 'cat', args: [] }], options)
      expect(result).toEqual({ failure: undefined, stdout: '', stderr: '' })
      return readByteCount(at('count'))
    }
    const found = await count(bytes, 'output')
    expect((await readFile(at('output'))).equals(bytes)).toBe(true)
    expect(found?.size).toBe(bytes.length)
    expect(await count(bytes, 'again')).toEqual(found)
    const changed = Buffer.from(bytes.length === 0 ? 'x' : bytes)
    changed[changed.length >> 1] = (changed[changed.length >> 1] ?? 0) ^ 1
    expect((await count(changed, 'changed'))?.checksum).not.toBe(found?.checksum)
  })

  it('fails when nobody reads on, and tells no count', async () => {
    const path = join(await makeScratchDirectory('count'), 'count')
    const { failure } = await runPipeline(
      [{ path: 'cat', args: ['/dev/zero'] }, countBytes(path, isLarge), { path: 'true', args: [] }],
      { environment, signal },
    )
    expect(failure).toBeDefined()
  })
})

it.each([0, 1, 10, 100_000, 300_000])('what reads content of %s bytes counts it too', async (size) => {
  const directory = await makeScratchDirectory('count')
  const dump = `CREATE TABLE public.t (\n);\nCOPY public.t (a) FROM stdin;\n${'x\n'.repeat(150_000)}\\.\n`
  const bytes = Buffer.from(dump.slice(0, size))
  const at = (name: string): string => join(directory, name)
  await writeFile(at('input'), bytes)
  const options = { environment, signal, inputFile: at('input') }
  const { stdout } = await runPipeline([contentProgram(10, at('count'))], options)
  const reader = createContentReader(10)
  reader.add(bytes)
  expect(parseContent(stdout)).toEqual({ ...reader.end(), size, end: bytes.subarray(-10).toString() })
  const count = await readByteCount(at('count'))
  await runPipeline([countBytes(at('count'), true)], options)
  expect(count).toEqual(await readByteCount(at('count')))
})

it('that cannot write its result fails', async () => {
  const path = join(await makeScratchDirectory('count'), 'missing', 'count')
  for (const [, isLarge] of ways) {
    const { failure } = await runPipeline([countBytes(path, isLarge)], { environment, signal })
    expect(failure).toBeDefined()
    expect(await readByteCount(path)).toBeUndefined()
  }
})

it('without cksum fails, as a stage that counts nothing must not pass for one', async () => {
  const directory = await makeScratchDirectory('count')
  const { failure } = await runPipeline(
    [{ path: 'cat', args: ['/dev/null'] }, countBytes(join(directory, 'count'), false)],
    { environment: { PATH: directory }, signal },
  ).catch((error: unknown) => ({ failure: error }))
  expect(failure).toBeDefined()
})
