import { describe, expect, it } from '@jest/globals'
import { findMissingPackages, testPackages } from './system-packages.ts'

describe('findMissingPackages', () => {
  it('names what is missing: commands and files', () => {
    const packages = [
      { name: 'shell', provides: 'sh' },
      { name: 'nothing', provides: 'no-such-command' },
      { name: 'accounts', provides: '/etc/passwd' },
      { name: 'no-file', provides: '/no/such/file' },
    ]
    expect(findMissingPackages(packages)).toEqual(['nothing', 'no-file'])
  })

  it('takes next to no time, as it runs before each test run', () => {
    const start = performance.now()
    findMissingPackages(testPackages)
    expect(performance.now() - start).toBeLessThan(200)
  })
})
