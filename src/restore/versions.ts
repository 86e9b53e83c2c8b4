import type { Manifest } from '../archive/manifest.ts'
import { BackupError } from '../errors.ts'
import { compareVersions, keepsRestriction, majorOfVersionNumber } from '../postgres/client/version.ts'
import type { Client } from '../postgres/client/find-clients.ts'
import type { ServerFacts } from '../postgres/server.ts'
import type { Restriction } from '../postgres/sql/sql-filter.ts'

/** First releases that write and read `\restrict` (PostgreSQL 18, and the minor releases of 14 August 2025). */
const restrictSince = new Map([
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

/** PURE. Major version of what `server_version` or `pg_dump --version` say. */
export function majorOf(version: string): number {
  const [first = '0', second = '0'] = version.split(/[^0-9]+/)
  return Number(first) >= 10 ? Number(first) : Number(`${first}.${second}`)
}

/**
 * PURE. Refuses a server that is older than the one that was dumped, which its SQL may not suit.
 * @throws BackupError PGB_RESTORE
 */
export function requireNewEnoughServer({ server }: Manifest, facts: ServerFacts): void {
  if (majorOf(server.version) <= majorOfVersionNumber(facts.versionNumber)) return
  throw new BackupError('PGB_RESTORE', {
    what: 'The server is older than the backup',
    why: `the backup was taken from PostgreSQL ${server.version}, and the server is PostgreSQL ${facts.version}`,
    whatToDo: `Restore into a server of version ${majorOf(server.version)} or newer`,
  })
}

/**
 * PURE. Refuses a psql that would stumble over the first line of a plain dump.
 * @throws BackupError PGB_CLIENT
 */
export function requireRestrict({ client: dumper }: Manifest, client: Client): void {
  if (knowsRestrict(client.version) || !knowsRestrict(dumper.version)) return
  const since = restrictSince.get(client.major) ?? '18'
  throw new BackupError('PGB_CLIENT', {
    what: `PostgreSQL client ${client.version} is too old to restore a plain dump of pg_dump ${dumper.version}`,
    why: `its psql does not know \\restrict, with which the dump begins`,
    whatToDo: `Update the client on this machine to ${since} or newer`,
  })
}

/** PURE. Major version that pg_restore needs: an archive is read by no client older than the one that wrote it. */
export function neededClientMajor({ client, files }: Manifest): number | undefined {
  return files.some(({ format }) => format !== 'plain') ? majorOf(client.version) : undefined
}
