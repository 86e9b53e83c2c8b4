import { readFile } from 'node:fs/promises'
import { checkPublicUpload, readRepositoryVisibility } from '../github/repository.ts'
import type { Run } from '../step/run.ts'
import type { BackupInputs } from './inputs.ts'

/**
 * Refuses an unencrypted upload that strangers could download.
 * @throws BackupError PGB_PUBLIC
 */
export async function guardPublicUpload(inputs: BackupInputs, run: Run): Promise<void> {
  const encrypted = inputs.encryption !== undefined
  if (!inputs.upload || inputs.dryRun || encrypted) return
  const { environment, log } = run
  const known = await readRepositoryVisibility({
    event: await readEvent(environment['GITHUB_EVENT_PATH']),
    repository: environment['GITHUB_REPOSITORY'] ?? '',
    token: inputs.token,
    apiUrl: environment['GITHUB_API_URL'] ?? 'https://api.github.com',
    signal: run.signal,
  })
  run.signal.throwIfAborted()
  const { upload, allowPublicPlaintext } = inputs
  const warning = checkPublicUpload(known, { upload, encrypted, allowPublicPlaintext })
  if (warning !== undefined) log.warning(`${warning}.`)
}

/** The payload of the event that started the workflow; undefined where it cannot be read. */
async function readEvent(path: string | undefined): Promise<unknown> {
  if (path === undefined) return undefined
  return readFile(path, 'utf8')
    .then((text): unknown => JSON.parse(text))
    .catch(() => undefined)
}
