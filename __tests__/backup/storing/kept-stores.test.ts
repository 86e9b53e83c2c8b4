import { expect, it } from '@jest/globals'
import { findPattern } from '../../../src/backup/storing/kept-stores.ts'

it.each([
  [undefined, 'postgres-backup-*'],
  ['nightly', 'nightly*'],
  ['nightly-1-of-2', 'nightly-1-of-2*'],
  ['postgres-backup-20261104T020000Z-03-of-32', 'postgres-backup-*'],
])('earlier backups of %s are named %s', (artifactName, pattern) => {
  expect(findPattern(artifactName)).toBe(pattern)
})
