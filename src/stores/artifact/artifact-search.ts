import { searchById, searchByName } from './artifact-api.ts'
import type { FoundArtifact } from './artifact-api.ts'
import type { ArtifactClient } from './artifact-client.ts'
import { restoreError } from './artifact-failure.ts'
import { matchesArtifactName } from './artifact-name.ts'

/** Where and by what to look for an artifact. Either `name` or `id` is given. */
export interface SearchQuery {
  /** The whole name, or a beginning followed by `*`: the newest match. */
  readonly name?: string | undefined
  readonly id?: number | undefined
  /** Undefined: this run, then all runs of the repository. */
  readonly runId?: number | undefined
  /** Undefined: this repository. */
  readonly repository?: { readonly owner: string; readonly name: string } | undefined
  readonly token?: string | undefined
  readonly signal: AbortSignal
}

/** How a query is named in messages. */
export function nameQuery(query: SearchQuery): string {
  return query.id === undefined ? `"${query.name ?? ''}"` : `with id ${query.id}`
}

async function searchThisRun(client: ArtifactClient, query: SearchQuery): Promise<FoundArtifact | undefined> {
  const { artifacts } = await client.listArtifacts()
  const [newest] = artifacts
    .filter(({ id, name }) =>
      query.id === undefined ? matchesArtifactName(name, query.name ?? '') : id === query.id,
    )
    .sort((a, b) => b.id - a.id)
  if (newest === undefined) return undefined
  return { id: newest.id, name: newest.name, size: newest.size, digest: newest.digest, remote: undefined }
}

/**
 * Finds the newest artifact that fits: in this run by the run's own token; else, with `github-token`, in the named
 * run, or in all runs of the repository, newest first, those of forks' pull requests left out.
 *
 * @throws BackupError `PGB_RESTORE` when nothing is found or the API refuses; what the client throws
 */
export async function findArtifact(
  client: ArtifactClient,
  query: SearchQuery,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<FoundArtifact> {
  const { GITHUB_REPOSITORY = '', GITHUB_RUN_ID, GITHUB_API_URL = 'https://api.github.com' } = environment
  const [ownOwner = '', ownName = ''] = GITHUB_REPOSITORY.split('/')
  const { owner, name } = query.repository ?? { owner: ownOwner, name: ownName }
  const isHere = `${owner}/${name}`.toLowerCase() === GITHUB_REPOSITORY.toLowerCase()
  const isThisRun = isHere && (query.runId === undefined || String(query.runId) === GITHUB_RUN_ID)
  const found = isThisRun ? await searchThisRun(client, query) : undefined
  if (found !== undefined) return found
  const what = `The artifact ${nameQuery(query)} was not found`
  if (query.token === undefined) {
    const why = isThisRun
      ? 'this run has none, and other runs need a token'
      : 'another run or repository needs a token'
    throw restoreError(what, why, 'Set `github-token`, and give the job `permissions: actions: read`')
  }
  const place = { owner, name, token: query.token, apiUrl: GITHUB_API_URL, signal: query.signal }
  const remote =
    query.id === undefined
      ? await searchByName(place, query.name ?? '', query.runId)
      : await searchById(place, query.id)
  if (remote !== undefined) return remote
  const where = query.runId === undefined ? '' : `run ${query.runId} of `
  const whatToDo = 'Check its name, run and repository, and that the job has `permissions: actions: read`'
  throw restoreError(what, `${where}${owner}/${name} has none that is not expired`, whatToDo)
}
