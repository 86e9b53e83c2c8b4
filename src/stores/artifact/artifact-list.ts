import { artifactsPerPage, askArtifact, askArtifacts, type ApiArtifact } from './artifact-api.ts'
import { matchesArtifactName } from './artifact-name.ts'
import type { RepositoryAccess } from './ask-api.ts'

/** What the artifacts to be listed have in common. */
export interface ListQuery {
  readonly name?: string | undefined
  readonly id?: number | undefined
  readonly runId?: number | undefined
  readonly digest?: string | undefined
}

/** Each page is a question, of which GitHub lets a job ask a thousand in an hour. */
const mostPages = 200

/** How far a search goes when GitHub cannot look for the name itself. */
export const mostArtifacts = mostPages * artifactsPerPage

/**
 * The artifacts that fit and have not expired, newest first, by time, then id, as far as one page of GitHub's list
 * goes; the pages come newest first.
 * @param onLimit called at the end when there are more than {@link mostArtifacts}, with the time of the last one
 * @throws BackupError PGB_RESTORE when the API refuses; Error when it gives no answer
 */
export async function* listCandidates(
  access: RepositoryAccess,
  query: ListQuery,
  onLimit: (time: Date) => void,
): AsyncGenerator<ApiArtifact> {
  if (query.id !== undefined) {
    const artifact = await askArtifact(access, query.id)
    if (artifact?.expired === false && fitsDigest(artifact, query)) yield artifact
    return
  }
  const { name = '', runId } = query
  // GitHub itself can look for whole names only.
  const wholeName = name.endsWith('*') ? undefined : name
  // Of what tells no time nobody knows that it is old.
  let reached = new Date()
  for (let page = 1; page <= mostPages; page += 1) {
    const artifacts = await askArtifacts(access, { runId, name: wholeName, page })
    yield* artifacts
      .filter((artifact) => artifact !== undefined)
      .filter((artifact) => !artifact.expired && matchesArtifactName(artifact.name, name))
      .filter((artifact) => fitsDigest(artifact, query))
      .sort((a, b) => timeOf(b) - timeOf(a) || b.id - a.id)
    if (artifacts.length < artifactsPerPage) return
    reached = new Date(Date.parse(artifacts.at(-1)?.created_at ?? '') || reached)
  }
  onLimit(reached)
}

/** An artifact that is named by its id may lack a record of its digest: what is downloaded is hashed in any case. */
function fitsDigest(artifact: ApiArtifact, { digest, id }: ListQuery): boolean {
  if (digest === undefined || artifact.digest === digest) return true
  return id !== undefined && artifact.digest === undefined
}

function timeOf(artifact: ApiArtifact): number {
  return Date.parse(artifact.created_at ?? '') || 0
}
