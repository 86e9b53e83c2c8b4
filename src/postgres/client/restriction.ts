import type { Restriction } from '../sql/filter/filter-rules.ts'
import type { Client } from './find-clients.ts'
import { compareVersions, keepsRestriction, majorOf } from './version.ts'

/** First releases that write and read `\restrict` (PostgreSQL 18, and the minor releases of 14 August 2025). */
export const restrictSince: ReadonlyMap<number, string> = new Map([
  [13, '13.22'],
  [14, '14.19'],
  [15, '15.14'],
  [16, '16.10'],
  [17, '17.6'],
])

/** PURE. Whether this release writes `\restrict` into plain dumps, and so reads it. */
export function knowsRestrict(version: string): boolean {
  const major = majorOf(version)
  const since = restrictSince.get(major)
  return since === undefined ? major > 17 : compareVersions(version, since) >= 0
}

/** PURE. How far a psql can be kept from obeying the commands in a forged dump. */
export function findRestriction(client: Client): Restriction {
  if (!knowsRestrict(client.version)) return 'none'
  return keepsRestriction(client) ? 'tight' : 'leaking'
}
