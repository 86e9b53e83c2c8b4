import { restoreError } from './artifact-failure.ts'
import { matchesArtifactName } from './artifact-name.ts'
import { getJson } from '../../github/rest.ts'

const PER_PAGE = 100
const MOST_PAGES = 50

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

/** The repository whose artifacts GitHub is asked for, and by which token. */
export interface Place {
  readonly owner: string
  readonly name: string
  readonly token: string
  readonly apiUrl: string
  readonly signal: AbortSignal
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

/**
 * Looks through the named run, or else through all runs, newest first, those of forks' pull requests left out.
 *
 * @throws BackupError `PGB_RESTORE` when the API refuses
 */
export async function searchByName(
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

/** @throws BackupError `PGB_RESTORE` when the API refuses */
export async function searchById(place: Place, id: number): Promise<FoundArtifact | undefined> {
  const { status, body } = await ask(place, `/artifacts/${id}`)
  if (status !== 200) return undefined
  const artifact = body as ApiArtifact
  return artifact.expired ? undefined : toFound(artifact, place)
}
