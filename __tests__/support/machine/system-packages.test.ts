import { expect, it } from '@jest/globals'
import { findMissingPackages } from './system-packages.ts'

it('names what is missing: commands and files', () => {
  const packages = [
    { name: 'shell', provides: 'sh' },
    { name: 'nothing', provides: 'no-such-command' },
    { name: 'accounts', provides: '/etc/passwd' },
    { name: 'no-file', provides: '/no/such/file' },
  ]
  expect(findMissingPackages(packages)).toEqual(['nothing', 'no-file'])
})
