import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { formatChecksums, hashFile, hashGrowingFile, parseChecksums } from '../../src/archive/checksum.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'checksum-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe('hashFile', () => {
  it.each([0, 1, 1024 * 1024, 3 * 1024 * 1024 + 7])('agrees with sha256sum on %d bytes', async (size) => {
    const path = join(folder, `${size}.bin`)
    writeFileSync(path, randomBytes(size))
    const expected = execFileSync('sha256sum', [path]).toString().slice(0, 64)
    expect(await hashFile(path)).toEqual({ sha256: expected, size })
  })

  it('rejects for a missing file and for an aborted signal', async () => {
    await expect(hashFile(join(folder, 'missing'))).rejects.toThrow('ENOENT')
    const path = join(folder, 'aborted')
    writeFileSync(path, 'x')
    await expect(hashFile(path, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop')
  })
})

describe('hashGrowingFile', () => {
  it('hashes what is appended while it reads, from before the file is there to its end', async () => {
    const path = join(folder, 'growing.bin')
    const pieces = [randomBytes(3 * 1024 * 1024 + 7), Buffer.alloc(0), randomBytes(1), randomBytes(70_000)]
    const write = async (): Promise<void> => {
      for (const piece of pieces) {
        await setTimeout(30)
        appendFileSync(path, piece)
      }
    }
    const digest = await hashGrowingFile(path, write())
    expect(digest).toEqual(await hashFile(path))
    expect(digest.size).toBe(Buffer.concat(pieces).length)
  })

  it('rejects with the writer, and for a file that the writer never made', async () => {
    const fail = async (): Promise<void> => {
      await setTimeout(30)
      throw new Error('the disk is full')
    }
    const path = join(folder, 'failing.bin')
    writeFileSync(path, 'x')
    await expect(hashGrowingFile(path, fail())).rejects.toThrow('the disk is full')
    await expect(hashGrowingFile(join(folder, 'none'), fail())).rejects.toThrow('the disk is full')
    await expect(hashGrowingFile(join(folder, 'none'), setTimeout(30))).rejects.toThrow('ENOENT')
  })
})

describe('SHA256SUMS', () => {
  it('is read by sha256sum, and by its own parser', async () => {
    const files = []
    for (const name of ['a.sql.gz', 'my_shop-0123abcd_20261104T020000Z.dir.tar']) {
      writeFileSync(join(folder, name), name)
      files.push({ name, sha256: (await hashFile(join(folder, name))).sha256 })
    }
    const text = formatChecksums(files)
    writeFileSync(join(folder, 'SHA256SUMS'), text)
    const output = execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], {
      cwd: folder,
    }).toString()
    expect(output).toBe(files.map(({ name }) => `${name}: OK\n`).join(''))
    expect(parseChecksums(text)).toEqual(files)
    expect(parseChecksums('')).toEqual([])
  })

  const sum = 'a'.repeat(64)
  it.each([
    `${sum}  ../a`,
    `${sum}  /etc/passwd`,
    `${sum}  .a`,
    `${sum}  `,
    `${sum} a`,
    `${sum.slice(1)}  a`,
    `${sum.toUpperCase()}  a`,
    `\\${sum}  a`,
    `${sum}  a\n\n`,
    'garbage',
  ])('with the line %j is refused', (line) => {
    expect(() => parseChecksums(line)).toThrow(expect.objectContaining({ code: 'PGB_RESTORE' }))
  })
})
