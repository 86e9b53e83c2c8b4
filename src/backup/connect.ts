import { setOutputs } from '../github/outputs.ts'
import { readConnectionInputs, readShownTexts } from '../inputs/shared-inputs.ts'
import { listSecrets, listShownNames } from '../postgres/connection/open-connection.ts'
import { openServer, type OpenServer } from '../postgres/open-server.ts'
import type { Run } from '../step/run.ts'
import { listStoreSecrets } from '../stores/open-store.ts'
import { guardPublicUpload } from './guard.ts'
import { listInputSecrets, readBackupInputs, type BackupInputs } from './inputs.ts'

/** What the user asked for, and the server that is to be backed up. */
export interface ConnectedBackup {
  readonly inputs: BackupInputs
  readonly server: OpenServer
}

/**
 * Reads what the user asks for; the secrets are hidden first, since an error may quote them.
 * @throws BackupError PGB_INPUT, PGB_ENCRYPT, PGB_PUBLIC
 */
export async function readInputs(run: Run): Promise<BackupInputs> {
  const given = readConnectionInputs()
  run.protect(
    [...listSecrets(given, run.environment), ...listStoreSecrets(run.environment), ...listInputSecrets()],
    [...listShownNames(given, run.environment), ...readShownTexts()],
  )
  const inputs = await readBackupInputs()
  await guardPublicUpload(inputs, run)
  return inputs
}

/** @throws BackupError as {@link openServer} does */
export async function connect(inputs: BackupInputs, run: Run): Promise<ConnectedBackup> {
  // Where others are named, any database will do to ask the server.
  const needsDatabase = !inputs.all && inputs.databases === undefined
  const server = await openServer({ ...inputs, needsDatabase, purpose: 'backup' }, run)
  setOutputs({ 'server-version': server.facts.version, 'client-version': server.client.version })
  return { inputs, server }
}
