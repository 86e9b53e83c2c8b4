import { BackupError } from '../errors.ts'
import type { ArtifactClient } from './artifact-client.ts'
import { matchesArtifactName } from './artifact-name.ts'
import { getJson } from './rest.ts'

const PER_PAGE = 100
const MOST_PAGES = 50

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

/** An artifact that can be downloaded. */
export interface FoundArtifact {
  readonly id: number
  readonly name: string
  /** Bytes of the zip. */
  readonly size: number
  /** `sha256:` and the hex digest of the zip, where GitHub tells. */
  readonly digest: string | undefined
  /** Undefined for an artifact of this run, which needs no token. */
  readonly remote: { readonly owner: string; readonly name: string; readonly token: string } | undefined
}

interface ApiArtifact {
  readonly id: number
  readonly name: string
  readonly size_in_bytes: number
  readonly expired: boolean
  readonly created_at?: string | null
  readonly digest?: string | null
  readonly workflow_run?: { readonly repository_id?: number; readonly head_repository_id?: number } | null
}

interface Place {
  readonly owner: string
  readonly name: string
  readonly token: string
  readonly apiUrl: string
  readonly signal: AbortSignal
}

function restoreError(what: string, why: string, whatToDo: string): BackupError {
  return new BackupError('PGB_RESTORE', { what, why, whatToDo })
}

/** How a query is named in messages. */
export function nameQuery(query: SearchQuery): string {
  return query.id === undefined ? `"${query.name ?? ''}"` : `with id ${query.id}`
}

async function ask(place: Place, route: string): Promise<{ status: number; body: unknown }> {
  const what = 'GitHub was asked for the artifact in vain'
  const base = `/repos/${encodeURIComponent(place.owner)}/${encodeURIComponent(place.name)}/actions`
  const answer = await getJson({ ...place, route: base + route }).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error)
    throw restoreError(
      what,
      `the API gave no answer (${why})`,
      'Re-run the job, or see https://www.githubstatus.com',
    )
  })
  if (answer.status === 200 || answer.status === 410 || route.startsWith('/artifacts/')) return answer
  const whatToDo = `Give the job \`permissions: actions: read\`, or a \`github-token\` that may read the actions of ${place.owner}/${place.name}`
  throw restoreError(what, `the API answered with status ${answer.status}`, whatToDo)
}

function toFound(artifact: ApiArtifact, place: Place): FoundArtifact {
  const { id, name } = artifact
  const digest = artifact.digest ?? undefined
  return { id, name, size: artifact.size_in_bytes, digest, remote: place }
}

// A fork's pull request can upload any artifact under any name, and a restore runs what is in it.
function isFromFork({ workflow_run: run }: ApiArtifact): boolean {
  return run?.head_repository_id !== undefined && run.head_repository_id !== run.repository_id
}

function findNewest(
  artifacts: readonly ApiArtifact[],
  name: string,
  place: Place,
): FoundArtifact | undefined {
  const time = (artifact: ApiArtifact): number => Date.parse(artifact.created_at ?? '') || 0
  const [newest] = artifacts
    .filter((artifact) => !artifact.expired && matchesArtifactName(artifact.name, name))
    .sort((a, b) => time(b) - time(a) || b.id - a.id)
  return newest === undefined ? undefined : toFound(newest, place)
}

async function searchByName(
  place: Place,
  name: string,
  runId: number | undefined,
): Promise<FoundArtifact | undefined> {
  const list = runId === undefined ? '/artifacts' : `/runs/${runId}/artifacts`
  const filter = name.endsWith('*') ? '' : `&name=${encodeURIComponent(name)}`
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const { body } = await ask(place, `${list}?per_page=${PER_PAGE}&page=${page}${filter}`)
    const artifacts = (body as { artifacts?: readonly ApiArtifact[] }).artifacts ?? []
    const trusted = runId === undefined ? artifacts.filter((artifact) => !isFromFork(artifact)) : artifacts
    const found = findNewest(trusted, name, place)
    if (found !== undefined) return found
    if (artifacts.length < PER_PAGE) return undefined
  }
  return undefined
}

async function searchById(place: Place, id: number): Promise<FoundArtifact | undefined> {
  const { status, body } = await ask(place, `/artifacts/${id}`)
  if (status !== 200) return undefined
  const artifact = body as ApiArtifact
  return artifact.expired ? undefined : toFound(artifact, place)
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
