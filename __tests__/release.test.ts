import { describe, expect, it } from '@jest/globals'
import { readReleaseNotes } from '../scripts/release-notes.ts'

const changelog =
  '# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-12-31\n\n### Fixed\n\n- It.\n\n## [1.2.0] - 2026-12-01\n'

describe('readReleaseNotes', () => {
  it('gives what stands below the heading of a version', () => {
    expect(readReleaseNotes(changelog, '1.2.3')).toBe('### Fixed\n\n- It.\n')
  })

  it.each([
    ['1.2.4', 'has no heading'],
    ['1.2', 'has no heading'],
    ['1.2.0', 'says nothing'],
    ['Unreleased', 'has no heading'],
  ])('refuses %s', (version, why) => {
    expect(() => readReleaseNotes(changelog, version)).toThrow(why)
  })
})
