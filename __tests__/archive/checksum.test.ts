import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { formatChecksums, hashFile } from '../../src/archive/checksum.ts'

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

describe('SHA256SUMS', () => {
  it('is read by sha256sum', async () => {
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
  })
})
