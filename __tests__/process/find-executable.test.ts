import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { findExecutable } from '../../src/process/find-executable.ts'

let root: string
const inRoot = (...parts: string[]) => join(root, ...parts)

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'find-executable-'))
  for (const folder of ['first', 'second', 'first/directory']) mkdirSync(inRoot(folder))
  for (const file of ['first/plain', 'second/plain', 'second/tool']) {
    writeFileSync(inRoot(file), '')
    chmodSync(inRoot(file), 0o755)
  }
  chmodSync(inRoot('first/plain'), 0o644)
})
afterAll(() => {
  rmSync(root, { recursive: true })
})

describe('findExecutable', () => {
  it.each([
    ['tool', 'second/tool'],
    ['plain', 'second/plain'],
    ['directory', undefined],
    ['missing', undefined],
    ['../second/tool', undefined],
    ['', undefined],
    ['.', undefined],
  ])('finds %j', (name, expected) => {
    const path = `${inRoot('first')}:${inRoot('second')}`
    expect(findExecutable(name, path, { platform: 'linux' })).toBe(expected && inRoot(expected))
  })

  it('passes over entries that are not absolute', () => {
    const before = process.cwd()
    process.chdir(inRoot('second'))
    try {
      for (const path of ['', '.', ':', './', '../second']) {
        expect(findExecutable('tool', path, { platform: 'linux' })).toBeUndefined()
      }
    } finally {
      process.chdir(before)
    }
  })

  it.each([
    ['tool', undefined, 'D:\\bin\\tool.exe'],
    ['tool', '.BAT;.EXE', 'D:\\bin\\tool.exe'],
    ['tool', '.BAT;.CMD', undefined],
    ['TOOL.EXE', '.BAT', 'D:\\bin\\TOOL.EXE'],
    ['script', undefined, undefined],
    ['script', '.CMD', undefined],
    ['C:\\bin\\other', undefined, undefined],
  ])('on Windows finds %j by PATHEXT %j', (name, pathExtensions, expected) => {
    const files = [
      'd:\\bin\\tool.exe',
      'd:\\bin\\tool',
      'd:\\bin\\script.cmd',
      'c:\\bin\\other.exe',
      'bin\\tool.exe',
    ]
    const found = findExecutable(name, 'bin;"C:\\Program Files";D:\\bin', {
      platform: 'win32',
      isExecutable: (file) => files.includes(file.toLowerCase()),
      ...(pathExtensions === undefined ? {} : { pathExtensions }),
    })
    expect(found).toBe(expected)
  })
})
