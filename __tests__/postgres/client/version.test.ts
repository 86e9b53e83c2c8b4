import { describe, expect, it } from '@jest/globals'
import {
  compareVersions,
  describeKnownHoles,
  majorOfVersionNumber,
  parseClientVersion,
} from '../../../src/postgres/client/version.ts'

describe('parseClientVersion', () => {
  it.each([
    ['pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n', 15, '15.18'],
    ['pg_dump (PostgreSQL) 16.3 (Ubuntu 16.3-1.pgdg22.04+1)\n', 16, '16.3'],
    ['pg_dump (PostgreSQL) 18.6 (Homebrew)\n', 18, '18.6'],
    ['pg_dump (PostgreSQL) 17.11\r\n', 17, '17.11'],
    ['pg_dump (EnterpriseDB) 15.3.0\n', 15, '15.3.0'],
    ['pg_dump (PostgreSQL) 9.6.24\n', 9.6, '9.6.24'],
    ['pg_dump (PostgreSQL) 19rc1 (Debian 19~rc1-1)\n', 19, '19rc1'],
    ['pg_dump (PostgreSQL) 20devel\n', 20, '20devel'],
    ['pg_dump (PostgreSQL) 18beta1\n', 18, '18beta1'],
    ['a wrapper says hello\npg_dump (PostgreSQL) 14.24\n', 14, '14.24'],
  ])('reads %j', (output, major, version) => {
    expect(parseClientVersion(output)).toEqual({ major, version })
  })

  it.each(['', '15.18', 'psql (PostgreSQL) 15.18', 'pg_dump: error', 'pg_dump (PostgreSQL) unknown'])(
    'does not take %j for a version',
    (output) => {
      expect(parseClientVersion(output)).toBeUndefined()
    },
  )
})

describe('majorOfVersionNumber', () => {
  it.each([
    [150018, 15],
    [180004, 18],
    [100023, 10],
    [90624, 9.6],
    [90200, 9.2],
  ])('reads %d', (versionNumber, major) => {
    expect(majorOfVersionNumber(versionNumber)).toBe(major)
  })
})

describe('compareVersions', () => {
  it('orders releases by number, and betas before candidates before their release', () => {
    const ordered = [
      '9.6.24',
      '10.1',
      '15.9',
      '15.18',
      '17.11',
      '18beta1',
      '18rc1',
      '18.0',
      '18.4',
      '19devel',
    ]
    expect(ordered.toReversed().sort(compareVersions)).toEqual(ordered)
  })
})

describe('describeKnownHoles', () => {
  it.each(['18.6', '17.11', '16.15', '15.19', '14.24', '15.20', '19rc1', '19.0', '20devel', '21.3'])(
    'knows none in %s',
    (version) => {
      expect(describeKnownHoles({ major: Math.floor(Number.parseFloat(version)), version })).toBeUndefined()
    },
  )

  it.each([
    [15, '15.18', '15.19', false],
    [15, '15.17', '15.19', true],
    [18, '18.5', '18.6', false],
    [18, '18.3', '18.6', true],
    [17, '17.9', '17.11', true],
    [16, '16.14', '16.15', false],
    [14, '14.22', '14.24', true],
    [18, '18beta1', '18.6', true],
    [19, '19beta2', '19.0', false],
  ])('knows those of %d: %s', (major, version, fixed, stack) => {
    const holes = describeKnownHoles({ major, version })
    expect(holes).toContain(`fixed in ${fixed}: `)
    expect(holes?.includes('stack')).toBe(stack)
    expect(holes).not.toMatch(/\.$/)
  })

  it.each(['13.23', '9.6.24'])('says that %s gets no more fixes', (version) => {
    expect(describeKnownHoles({ major: Number.parseFloat(version), version })).toContain(
      'no longer gets security fixes',
    )
  })
})
