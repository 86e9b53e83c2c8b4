import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from '@jest/globals'
import { watchWholeFiles, type WholeFiles } from '../../../src/backup/dump/whole-files.ts'
import { makeScratchDirectory } from '../../support/machine/scratch.ts'

let directory: string
let open: Set<string> | undefined
let files: WholeFiles

const planned = {
  kind: 'database',
  database: 'shop',
  name: 'shop.dir.tar',
  format: 'directory',
  compression: { method: 'none', level: null, inside: false },
  encryption: 'none',
  sizeOnServer: null,
} as const

const write = (name: string): Promise<void> => writeFile(join(directory, name), 'rows')
const refusal = expect.objectContaining({ code: 'PGB_DUMP' })

beforeEach(async () => {
  directory = await makeScratchDirectory('whole')
  open = new Set()
  files = watchWholeFiles(planned, directory, () => open)
})

describe('a file of a directory archive', () => {
  it('is told once, when it is there and no process has it open', async () => {
    await write('1.dat')
    await write('2.dat')
    open = new Set(['2.dat', 'socket:[1]'])
    expect(await files.look()).toEqual(['1.dat'])
    expect(await files.look()).toEqual([])
    open = new Set()
    expect(await files.look()).toEqual(['2.dat'])
    await write('toc.dat')
    expect(await files.finish()).toEqual(['toc.dat'])
  })

  it('is not told before the end where the kernel does not say what is open', async () => {
    await write('1.dat')
    open = undefined
    expect(await files.look()).toEqual([])
    expect(await files.finish()).toEqual(['1.dat'])
  })

  it('must not be open once it was told, also when tar has removed it', async () => {
    await write('1.dat')
    await files.look()
    await rm(join(directory, '1.dat'))
    open = new Set(['1.dat'])
    await expect(files.look()).rejects.toEqual(refusal)
  })

  it('must not come back when tar has removed it', async () => {
    await write('1.dat')
    await files.look()
    await rm(join(directory, '1.dat'))
    await files.look()
    await write('1.dat')
    await expect(files.finish()).rejects.toEqual(refusal)
  })
})
