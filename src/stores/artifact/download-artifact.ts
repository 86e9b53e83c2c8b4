import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hashFile } from '../../archive/checksum.ts'
import { BackupError } from '../../errors.ts'
import { formatBytes } from '../../units.ts'
import { loadArtifactClient } from './artifact-client.ts'
import type { ArtifactClient } from './artifact-client.ts'
import { explainDownloadFailure, refuseArtifact } from './artifact-failure.ts'
import type { TransferFailure } from './artifact-failure.ts'
import { findArtifact, nameQuery } from './artifact-search.ts'
import type { FoundArtifact, SearchQuery } from './artifact-search.ts'
import { retry, type AttemptSettings } from './attempt.ts'
import type { Log } from '../../github/log.ts'

/** Which artifact to download, and where to. */
export interface ArtifactQuery extends SearchQuery {
  /** Absolute path of a private directory, which is made where there is none. */
  readonly directory: string
  readonly log: Log
}

/** An artifact whose zip lies on the disk. */
export interface DownloadedArtifact {
  readonly name: string
  readonly id: number
  /** Absolute path of the zip, which the caller removes. */
  readonly zip: string
}

function checkQuery(query: ArtifactQuery): void {
  if ((query.name === undefined) !== (query.id === undefined)) return
  throw new BackupError('PGB_INPUT', {
    what: 'The artifact to restore is not clear',
    why:
      query.name === undefined ? 'neither its name nor its id is given' : 'both a name and an id are given',
    whatToDo: 'Set either `artifact-name` or `artifact-id`',
  })
}

async function fetchZip(client: ArtifactClient, artifact: FoundArtifact, directory: string): Promise<string> {
  const { id, digest, remote } = artifact
  const options = {
    path: directory,
    // The client's own extraction checks neither sizes nor sums, and begins before the digest is known.
    skipDecompress: true,
    ...(digest === undefined ? {} : { expectedHash: digest }),
    ...(remote === undefined
      ? {}
      : {
          findBy: {
            token: remote.token,
            workflowRunId: 0,
            repositoryOwner: remote.owner,
            repositoryName: remote.name,
          },
        }),
  }
  const { digestMismatch } = await client.downloadArtifact(id, options)
  const [file, ...others] = await readdir(directory)
  if (file === undefined || others.length > 0) throw new Error('the download brought no single file')
  if (digestMismatch === true) throw new Error('its SHA-256 is not the one that GitHub has on record')
  return join(directory, file)
}

/**
 * Downloads the artifact that fits the query, whole, into a folder of its own in `directory`. The zip's SHA-256 is
 * compared with GitHub's record, and the digest of a query with the bytes that came, whatever GitHub's record says.
 * @throws BackupError PGB_INPUT for an unclear query, PGB_RESTORE, PGB_CANCELLED
 */
export async function downloadArtifact(
  query: ArtifactQuery,
  settings: AttemptSettings,
): Promise<DownloadedArtifact> {
  checkQuery(query)
  const { log, signal, directory } = query
  const client = await loadArtifactClient()
  const what = `The artifact ${nameQuery(query)} was not downloaded`
  const plan = {
    settings,
    signal,
    explain: explainDownloadFailure,
    onRetry: (failure: TransferFailure): void => {
      log.warning(`The download of the artifact ${nameQuery(query)} failed: ${failure.why}. Trying again`)
    },
    refuse: (failure: TransferFailure, cause: unknown): Error =>
      refuseArtifact(what, failure.why, failure.whatToDo, cause),
  }
  const artifact = await retry(() => findArtifact(client, query, log), { ...plan, bytes: 0 })
  log.info(`Downloading ${describe(artifact)}`)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const staging = await mkdtemp(join(directory, '.download-'))
  try {
    let tries = 0
    const fetchOnce = async (): Promise<string> => {
      tries += 1
      const target = join(staging, String(tries))
      await mkdir(target, { mode: 0o700 })
      return fetchZip(client, artifact, target)
    }
    const zip = await retry(fetchOnce, { ...plan, bytes: artifact.size })
    await checkDigest(zip, query)
    return { name: artifact.name, id: artifact.id, zip }
  } catch (error) {
    await rm(staging, { recursive: true, force: true })
    throw error
  }
}

/** @throws BackupError PGB_RESTORE when the zip is not the very one that was asked for */
async function checkDigest(zip: string, query: ArtifactQuery): Promise<void> {
  if (query.digest === undefined) return
  const digest = `sha256:${(await hashFile(zip, query.signal)).sha256}`
  if (digest === query.digest) return
  throw refuseArtifact(
    `The artifact ${nameQuery(query)} was not taken`,
    `what came has the digest ${digest}, and \`artifact-digest\` asks for another one`,
    'Correct `artifact-digest`, or take another backup',
  )
}

/** What the log says of an artifact that is taken, above all where it comes from. */
function describe({ name, id, size, remote, run }: FoundArtifact): string {
  const artifact = `the artifact "${name}" (id ${id}, ${formatBytes(size)})`
  if (remote === undefined) return `${artifact} of this run`
  if (run === undefined) return artifact
  const workflow = run.name ?? run.path ?? ''
  return `${artifact} of run ${run.id}: workflow "${workflow}", branch "${run.head_branch ?? ''}", event ${run.event}, commit ${run.head_sha}`
}
