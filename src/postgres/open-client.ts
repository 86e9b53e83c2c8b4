import { BackupError } from '../errors.ts'
import { chooseClient } from './client/choose-client.ts'
import { findClients, type Client } from './client/find-clients.ts'
import { provideClient, type ServerVersion } from './client/provide-client.ts'
import { majorOfVersionNumber } from './client/version.ts'
import { makeClientContext, type ServerRequest, type Surroundings } from './open-server.ts'

/**
 * Provides a client that reads what one of this version wrote: the same major version, else a newer one that is there, else
 * one that is installed.
 * @throws BackupError PGB_CLIENT
 */
export async function openClient(
  writer: ServerVersion,
  request: Pick<ServerRequest, 'postgresVersion'>,
  surroundings: Omit<Surroundings, 'privateDirectory' | 'protect'>,
): Promise<Client> {
  const context = makeClientContext(request, surroundings)
  const serverMajor = majorOfVersionNumber(writer.versionNumber)
  const clients = await findClients(context)
  const decision = chooseClient(clients, { serverMajor, requestedMajor: request.postgresVersion })
  if (decision.kind === 'refuse') {
    throw new BackupError('PGB_CLIENT', {
      what: `PostgreSQL client ${decision.requestedMajor}, which postgres-version asks for, cannot be used`,
      why: `a backup was written by PostgreSQL ${writer.version}, and an older pg_restore cannot read it`,
      whatToDo: `Set postgres-version to auto, or to ${serverMajor}`,
    })
  }
  const found = decision.kind === 'exact' ? decision.client : decision.otherwise
  return found ?? provideClient(writer, clients, context)
}
