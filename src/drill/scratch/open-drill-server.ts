import type { Client } from '../../postgres/client/find-clients.ts'
import type { ServerVersion } from '../../postgres/client/provide-client.ts'
import type { Run } from '../../step/run.ts'
import { startLocalCluster } from './local-cluster.ts'
import {
  chooseParent,
  findLocal,
  openGivenServer,
  refuseMissing,
  type ScratchInputs,
} from './scratch-places.ts'
import type { ScratchServer } from './scratch-server.ts'

/** What is known of backups whose source nobody asks. */
export interface DrillRequest {
  readonly client: Client
  /** The newest of the servers that were backed up. */
  readonly source: ServerVersion
  readonly isEncrypted: boolean
  /** Bytes of the largest database; each is dropped before the next one is restored. */
  readonly bytes: number
}

/**
 * Provides the scratch server for stored backups: that of `verify-url`, else a throw-away one without roles of the source.
 * @throws BackupError PGB_VERIFY, PGB_ENCRYPT, PGB_DISK, or what connecting to `verify-url` throws
 */
export async function openDrillServer(
  { client, source, isEncrypted, bytes }: DrillRequest,
  inputs: ScratchInputs,
  run: Run,
): Promise<ScratchServer> {
  if (inputs.verifyUrl !== undefined) return openGivenServer(inputs.verifyUrl, { client, source }, run)
  const local = await findLocal(inputs, client, false, run)
  if (local === undefined) throw refuseMissing(client, false)
  const parent = await chooseParent(isEncrypted, bytes)
  return startLocalCluster({ ...local, client, superuser: 'postgres', parent, tablespaces: [] }, run)
}
