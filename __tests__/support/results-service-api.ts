import { json } from './results-service-reply.ts'
import type { Reply } from './results-service-reply.ts'
import type { Store, StoredArtifact } from './results-service-store.ts'

/** A repository as the REST API shows it. */
export interface StoredRepository {
  readonly visibility?: 'public' | 'private' | 'internal'
  /** Answer this status instead, as for a token without the permission. */
  readonly status?: number
}

/** What the REST API answers from. */
export interface ApiContext {
  readonly store: Store
  readonly repositories: Map<string, StoredRepository>
  readonly downloadUrl: (artifact: StoredArtifact) => string
}

function describe(artifact: StoredArtifact): object {
  return {
    id: artifact.id,
    name: artifact.name,
    size_in_bytes: artifact.size,
    expired: artifact.expired,
    created_at: artifact.createdAt.toISOString(),
    digest: `sha256:${artifact.digest}`,
    workflow_run: { id: artifact.runId, repository_id: 1, head_repository_id: artifact.fromFork ? 2 : 1 },
  }
}

function list(artifacts: readonly StoredArtifact[], query: URLSearchParams): Reply {
  const name = query.get('name')
  const perPage = Math.min(Number(query.get('per_page') ?? '30'), 100)
  const page = Number(query.get('page') ?? '1')
  const matching = artifacts
    .filter((artifact) => artifact.state === 'finalized' && (name === null || artifact.name === name))
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || b.id - a.id)
  const shown = matching.slice((page - 1) * perPage, page * perPage)
  return json(200, { total_count: matching.length, artifacts: shown.map(describe) })
}

function answerArtifact(
  id: number,
  wantsZip: boolean,
  artifacts: readonly StoredArtifact[],
  context: ApiContext,
): Reply {
  const artifact = artifacts.find((candidate) => candidate.id === id && candidate.state === 'finalized')
  if (artifact === undefined) return json(404, { message: 'Not Found' })
  if (!wantsZip) return json(200, describe(artifact))
  if (artifact.expired) return json(410, { message: 'Artifact has expired' })
  return { status: 302, headers: { location: context.downloadUrl(artifact) } }
}

/** Answers one GET of the part of the REST API that the action uses; `route` starts with `/repos/`. */
export function answerApi(route: string, query: URLSearchParams, context: ApiContext): Reply {
  const [, , owner, name, ...rest] = route.split('/')
  const fullName = `${owner ?? ''}/${name ?? ''}`
  const repository = context.repositories.get(fullName)
  if (repository === undefined) return json(404, { message: 'Not Found' })
  if (repository.status !== undefined) return json(repository.status, { message: 'Refused', private: true })
  const { visibility = 'private' } = repository
  if (rest.length === 0) {
    return json(200, { full_name: fullName, private: visibility !== 'public', visibility })
  }
  const artifacts = context.store.all.filter((artifact) => artifact.repository === fullName)
  const [actions, kind, id, more, format] = rest
  if (actions === 'actions' && kind === 'artifacts') {
    return id === undefined
      ? list(artifacts, query)
      : answerArtifact(Number(id), more === 'zip', artifacts, context)
  }
  if (actions === 'actions' && kind === 'runs' && more === 'artifacts' && format === undefined) {
    const inRun = artifacts.filter((artifact) => String(artifact.runId) === id)
    return list(inRun, query)
  }
  return json(404, { message: 'Not Found' })
}
