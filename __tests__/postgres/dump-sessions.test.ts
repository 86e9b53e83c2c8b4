import { describe, expect, it } from '@jest/globals'
import { describeWork, nameDump, waitsForClient } from '../../src/postgres/dump-sessions.ts'

describe('a session of a dump', () => {
  it.each<[string, string | null, string | null, string | null, number | null, boolean, RegExp]>([
    ['that sends what nobody takes', 'active', 'Client', 'ClientWrite', 900, true, /client/],
    ['that is idle since then', 'idle in transaction', 'Client', 'ClientRead', 900, true, /client/],
    ['that was idle just now', 'idle in transaction', 'Client', 'ClientRead', 3, false, /idle/],
    ['that works', 'active', null, null, 900, false, /is active$/],
    [
      'that reads from disk',
      'active',
      'IO',
      'DataFileRead',
      900,
      false,
      /is active, waiting for IO DataFileRead/,
    ],
    ['that waits for a lock', 'active', 'Lock', 'relation', 900, false, /waits for a lock \(relation\)/],
    ['of which the server tells nothing', null, null, null, null, false, /unknown/],
  ])('%s', (_, state, waitType, wait, seconds, expected, words) => {
    const session = { state, waitType, wait, seconds }
    expect(waitsForClient(session, 600)).toBe(expected)
    expect(describeWork([session], 600)).toMatch(words)
  })

  it('bears a name of its own that no server cuts', () => {
    const environment = { PGAPPNAME: 'ü'.repeat(40) }
    const { applicationName, mark } = nameDump({ parameters: {}, environment, database: 'd', secrets: [] })
    expect(applicationName).toMatch(new RegExp(`^ü+ ${mark}$`))
    expect(Buffer.byteLength(applicationName)).toBeLessThanOrEqual(63)
  })
})
