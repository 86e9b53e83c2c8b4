import { mkdtemp, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { BackupError } from '../../errors.ts'
import type { Log } from '../../github/log.ts'
import { findFixedBeginning, listNames, matchesPattern } from '../name-pattern.ts'
import type { ListedBackup, NewBackup, Store, StoredBackup } from '../store.ts'
import type { ApiArtifact } from './artifact-api.ts'
import { examineZip } from './artifact-contents.ts'
import { explainDownloadFailure, refuseArtifact, refuseUpload } from './artifact-failure.ts'
import { askSignedUrl, findHome, removeArtifact, type Home } from './artifact-requests.ts'
import { listTrustedArtifacts, type SearchQuery, type TrustedArtifacts } from './artifact-search.ts'
import type { RepositoryAccess } from './ask-api.ts'
import { defaultAttempts, retry, type AttemptSettings } from './attempt.ts'
import { openArtifact } from './open-artifact.ts'
import { formatArtifactUrl, uploadArtifact } from './upload-artifact.ts'
import { readFromWeb } from './zip/read-from-web.ts'
import { openZip } from './zip/zip-reader.ts'

/** Which artifacts make up the store; the names come with each question. */
export interface ArtifactStoreOptions extends Pick<
  SearchQuery,
  'id' | 'runId' | 'repository' | 'branches' | 'digest'
> {
  /** It must be able to read the repository's actions. */
  readonly token: string
  /** Of what is put there; undefined for the repository's setting. */
  readonly retentionDays?: number | undefined
  readonly log: Log
}

/** The artifacts of a repository, of which those of other runs are trusted as a restore trusts them. */
export function openArtifactStore(
  options: ArtifactStoreOptions,
  settings: AttemptSettings = defaultAttempts,
): Store {
  const home = findHome(options, process.env)
  const listed = new Map<string, ApiArtifact>()
  const find = (backup: ListedBackup): ApiArtifact => {
    const artifact = listed.get(backup.address)
    if (artifact === undefined) throw new Error(`${backup.address} was not listed by this store`)
    return artifact
  }
  const attempt = makeAttempt(home, options.log, settings)
  return {
    address: home.address,
    comesWhole: true,
    check: () => Promise.resolve(),
    list: ({ name, onCut }, signal) =>
      attempt(`The artifacts of ${home.address} were not listed`, signal, async (access) => {
        const { artifacts, cutAt } = await listArtifacts(access, name, options, home.ownRun)
        if (cutAt !== undefined) onCut?.(cutAt)
        return artifacts.map((artifact) => {
          const backup = describeListed(artifact, home.address)
          listed.set(backup.address, artifact)
          return backup
        })
      }),
    examine: (backup, signal) =>
      attempt(`The manifest of ${backup.address} was not read`, signal, async (access) => {
        const url = await askSignedUrl(access, find(backup).id)
        return { ...backup, ...(await examineZip(backup, await openZip(await readFromWeb(url, signal)))) }
      }),
    fetch: (backup, names, directory, signal) =>
      fetchFiles({ artifact: find(backup), names, directory, signal }, options, settings),
    // An artifact comes whole, so nothing goes ahead.
    begin: (name) => ({
      put: () => Promise.resolve(),
      complete: (backup, signal) => put(name, backup, signal, options, settings),
      abandon: () => Promise.resolve(),
    }),
    remove: async (backup, signal) => {
      const what = `The artifact ${backup.address} was not removed`
      await attempt(what, signal, (access) => removeArtifact(access, find(backup).id, what))
    },
  }
}

/** Asks GitHub's API, again while the failure is transient. */
type Attempt = <T>(
  what: string,
  signal: AbortSignal,
  work: (access: RepositoryAccess) => Promise<T>,
) => Promise<T>

function makeAttempt(home: Home, log: Log, settings: AttemptSettings): Attempt {
  return (what, signal, work) =>
    retry(() => work({ ...home.access, signal }), {
      settings,
      bytes: 0,
      signal,
      explain: explainDownloadFailure,
      onRetry: ({ why }) => {
        log.info(`${what}: ${why}. Trying again`)
      },
      refuse: ({ why, whatToDo }, cause) => refuseArtifact(what, why, whatToDo, cause),
    })
}

/** GitHub is asked by whole names or all, so that a pattern is judged here. */
async function listArtifacts(
  access: RepositoryAccess,
  pattern: string,
  options: ArtifactStoreOptions,
  ownRun: string | undefined,
): Promise<TrustedArtifacts> {
  const beginning = findFixedBeginning(pattern)
  const name = pattern === beginning ? pattern : `${beginning}*`
  const query = { ...options, name, signal: access.signal }
  const { artifacts, cutAt } = await listTrustedArtifacts(access, query, options.log, ownRun)
  return { artifacts: artifacts.filter((artifact) => matchesPattern(artifact.name, pattern)), cutAt }
}

/** The files of an artifact that are wanted, and where to. */
interface Wanted {
  readonly artifact: ApiArtifact
  readonly names: readonly string[]
  readonly directory: string
  readonly signal: AbortSignal
}

/** The zip comes whole, so that its digest can be compared with GitHub's record. */
async function fetchFiles(
  { artifact, names, directory, signal }: Wanted,
  options: ArtifactStoreOptions,
  settings: AttemptSettings,
): Promise<void> {
  const staging = await mkdtemp(join(directory, '.artifact-'))
  try {
    const { log, token, repository, branches } = options
    const { id, digest } = artifact
    const query = { id, digest, token, repository, branches, directory: staging, log, signal }
    await (await openArtifact(query, settings)).fetch(names, directory)
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

async function put(
  wanted: string,
  backup: NewBackup,
  signal: AbortSignal,
  { retentionDays, log }: ArtifactStoreOptions,
  settings: AttemptSettings,
): Promise<StoredBackup> {
  const files = [...backup.files, backup.manifest, backup.checksums]
  const place = { files, rootDirectory: dirname(backup.manifest.path), retentionDays, log, signal }
  for (const name of listNames(wanted)) {
    try {
      const uploaded = await uploadArtifact({ ...place, name }, settings)
      return { name: uploaded.name, address: formatArtifactUrl(uploaded.id) }
    } catch (error) {
      if (!(error instanceof BackupError) || !/\(409\)|already exists/.test(error.explanation.why))
        throw error
    }
  }
  throw refuseUpload(wanted, 'the run has artifacts of that name and its numbers already')
}

function describeListed(artifact: ApiArtifact, actions: string): ListedBackup {
  const { id, name, created_at: createdAt = '' } = artifact
  return {
    name,
    address: `${actions}/runs/${artifact.workflow_run?.id ?? 0}/artifacts/${id}`,
    // What GitHub gives no time for is as old as can be, so that nothing it says of its own is believed.
    storedAt: new Date(Date.parse(createdAt) || 0),
  }
}
