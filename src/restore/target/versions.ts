import type { Manifest } from '../../archive/manifest.ts'
import { BackupError } from '../../errors.ts'
import type { Client } from '../../postgres/client/find-clients.ts'
import { knowsRestrict, restrictSince } from '../../postgres/client/restriction.ts'
import { majorOf, majorOfVersionNumber } from '../../postgres/client/version.ts'
import type { ServerFacts } from '../../postgres/server.ts'

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
