import { BackupError } from '../../errors.ts'
import { loadArtifactClient } from './artifact-client.ts'
import type { UploadArtifactOptions, UploadArtifactResponse } from './artifact-client.ts'
import { explainTransferFailure, refuseUpload } from './artifact-failure.ts'
import type { TransferFailure } from './artifact-failure.ts'
import type { FinishedFile } from '../../archive/finished-file.ts'
import { findChange, readState, smallestZip } from './artifact-files.ts'
import { defaultAttempts, retry } from './attempt.ts'
import type { AttemptSettings } from './attempt.ts'
import type { Log } from '../../github/log.ts'

/** What to upload. */
export interface UploadRequest {
  readonly name: string
  /** Regular files below `rootDirectory`. */
  readonly files: readonly FinishedFile[]
  readonly rootDirectory: string
  /** Days until the artifact expires; undefined for the repository's setting. */
  readonly retentionDays: number | undefined
  readonly log: Log
  readonly signal: AbortSignal
}

/** An artifact that GitHub holds. */
export interface UploadedArtifact {
  /** The name under which it was taken: `-2` or `-3` is added where an attempt before left the name unusable. */
  readonly name: string
  readonly id: number
  readonly url: string
  /** Hex SHA-256 of the zip. */
  readonly digest: string
  /** Bytes of the zip. */
  readonly size: number
  /** When GitHub removes it; undefined where the runner does not tell the repository's setting. */
  readonly expiresAt: Date | undefined
}

function checkAnswer(
  answer: UploadArtifactResponse,
  name: string,
  retentionDays: number | undefined,
): UploadedArtifact {
  const { id, digest, size } = answer
  if (id === undefined || !(id > 0) || !/^[0-9a-f]{64}$/.test(digest ?? '') || size === undefined) {
    throw refuseUpload(name, 'GitHub took it without naming its id, size and digest')
  }
  return {
    name,
    id,
    url: formatArtifactUrl(id),
    digest: digest ?? '',
    size,
    expiresAt: findExpiry(retentionDays, new Date()),
  }
}

/** When an artifact made at that time expires; the repository's setting is the most that GitHub grants. */
export function findExpiry(
  retentionDays: number | undefined,
  madeAt: Date,
  environment: NodeJS.ProcessEnv = process.env,
): Date | undefined {
  const most = Number(environment['GITHUB_RETENTION_DAYS'])
  const days = Math.min(retentionDays ?? Infinity, most > 0 ? most : Infinity)
  return Number.isFinite(days) ? new Date(madeAt.getTime() + days * 86_400_000) : undefined
}

/** The address of an artifact's download in the browser, from the runner's environment. */
export function formatArtifactUrl(id: number): string {
  const { GITHUB_SERVER_URL = 'https://github.com', GITHUB_REPOSITORY = '', GITHUB_RUN_ID = '' } = process.env
  return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}/artifacts/${id}`
}

async function transfer(
  request: UploadRequest,
  bytes: number,
  settings: AttemptSettings,
): Promise<UploadedArtifact> {
  const { log, signal, retentionDays } = request
  const client = await loadArtifactClient()
  const options: UploadArtifactOptions = { compressionLevel: 0 }
  if (retentionDays !== undefined) options.retentionDays = retentionDays
  let name = request.name
  let suffix = 1
  const onRetry = (failure: TransferFailure): void => {
    if (failure.nameMayBeTaken) suffix += 1
    const next = suffix === 1 ? request.name : `${request.name}-${suffix}`
    log.warning(`The upload of the artifact "${name}" failed: ${failure.why}. Trying again as "${next}"`)
    name = next
  }
  const refuse = (failure: TransferFailure, cause: unknown): Error =>
    refuseUpload(name, failure.why, failure.whatToDo, cause)
  const answer = await retry(
    () => client.uploadArtifact(name, listPaths(request), request.rootDirectory, options),
    { settings, bytes, signal, explain: explainTransferFailure, onRetry, refuse },
  )
  return checkAnswer(answer, name, retentionDays)
}

function listPaths({ files }: UploadRequest): string[] {
  return files.map(({ path }) => path)
}

/**
 * Uploads files as one artifact, stored without a second compression. Transient failures are tried again, under
 * a new name where the first may be taken. An artifact that lacks a file, or holds one that changed while it was
 * read, is deleted again.
 * @throws BackupError PGB_UPLOAD, PGB_CANCELLED
 */
export async function uploadArtifact(
  request: UploadRequest,
  settings: AttemptSettings = defaultAttempts,
): Promise<UploadedArtifact> {
  const before = await Promise.all(listPaths(request).map((file) => readState(file, request.name)))
  const bytes = before.reduce((sum, file) => sum + file.size, 0)
  const uploaded = await transfer(request, bytes, settings)
  // The client leaves out a file that vanished, and says so by a warning only.
  const isShort = uploaded.size < smallestZip(before, request.rootDirectory)
  const change = isShort ? 'it lacks a part of the files' : await findChange(before, uploaded.name)
  if (change === undefined) return uploaded
  await deleteArtifact(uploaded.name).catch((error: unknown) => {
    request.log.warning(`The artifact "${uploaded.name}" is bad and could not be deleted: ${String(error)}`)
  })
  throw refuseUpload(
    uploaded.name,
    change,
    'Let nothing else write to the output directory, and re-run the job',
  )
}

/**
 * Deletes an artifact of this run, as when a file is found to have changed during its upload.
 * @throws BackupError PGB_UPLOAD
 */
export async function deleteArtifact(
  name: string,
  settings: AttemptSettings = defaultAttempts,
): Promise<void> {
  const client = await loadArtifactClient()
  await retry(() => client.deleteArtifact(name), {
    settings,
    bytes: 0,
    signal: new AbortController().signal,
    explain: explainTransferFailure,
    onRetry: () => undefined,
    refuse: ({ why }, cause) =>
      new BackupError(
        'PGB_UPLOAD',
        {
          what: `The artifact "${name}" was not deleted`,
          why,
          whatToDo: 'Delete it by hand on the page of the run',
        },
        { cause },
      ),
  })
}
