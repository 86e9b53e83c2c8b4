import { describe, expect, it } from '@jest/globals'
import { chooseClient } from '../../../src/postgres/client/choose-client.ts'
import type { Client } from '../../../src/postgres/client/find-clients.ts'

function makeClient(version: string): Client {
  const directory = `/clients/${version}`
  const at = (name: string): string => `${directory}/${name}`
  const programs = {
    pgDump: at('pg_dump'),
    pgDumpAll: at('pg_dumpall'),
    pgRestore: at('pg_restore'),
    psql: at('psql'),
  }
  return { ...programs, version, major: Math.floor(Number.parseFloat(version)) }
}

/** The decision as one line: `use 15.18`, `install 18 or 19.1`, `refuse 14`. */
function choose(versions: string[], serverMajor: number, requestedMajor?: number): string {
  const decision = chooseClient(versions.map(makeClient), { serverMajor, requestedMajor })
  if (decision.kind === 'exact') return `use ${decision.client.version}`
  if (decision.kind === 'refuse') return `refuse ${decision.requestedMajor}`
  return `install ${decision.major} or ${decision.otherwise?.version ?? 'fail'}`
}

describe('chooseClient', () => {
  it.each<[string[], number, number | undefined, string]>([
    [['15.18'], 15, undefined, 'use 15.18'],
    [['15.18', '18.6'], 15, undefined, 'use 15.18'],
    [['18.6', '15.18'], 18, undefined, 'use 18.6'],
    [['15.9', '15.18', '15.2'], 15, undefined, 'use 15.18'],
    [[], 15, undefined, 'install 15 or fail'],
    [['15.18'], 18, undefined, 'install 18 or fail'],
    [['14.1', '15.18'], 16, undefined, 'install 16 or fail'],
    [['18.6'], 15, undefined, 'install 15 or 18.6'],
    [['18.6', '17.3', '17.11', '14.2'], 16, undefined, 'install 16 or 17.11'],
    [['15.18', '18.6'], 15, 18, 'use 18.6'],
    [['15.18'], 15, 15, 'use 15.18'],
    [['15.18', '18.6'], 15, 17, 'install 17 or fail'],
    [['18.6'], 15, 15, 'install 15 or fail'],
    [['15.18', '18.6'], 18, 15, 'refuse 15'],
    [[], 18, 17, 'refuse 17'],
    // Versions that nobody knows yet are chosen by the same rule.
    [['19rc1', '20.1'], 20, undefined, 'use 20.1'],
    [['15.18', '19.0'], 20, undefined, 'install 20 or fail'],
    [['18.6', '21.0'], 20, undefined, 'install 20 or 21.0'],
    [['21.0'], 20, 21, 'use 21.0'],
  ])('of %j for server %d, request %p: %s', (versions, serverMajor, requestedMajor, decision) => {
    expect(choose(versions, serverMajor, requestedMajor)).toBe(decision)
  })
})
