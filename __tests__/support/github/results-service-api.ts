import { json } from './results-service-reply.ts'
import type { Reply } from './results-service-reply.ts'
import type { Store, StoredArtifact } from './results-service-store.ts'

/** A repository as the REST API shows it. */
export interface StoredRepository {
  readonly visibility?: 'public' | 'private' | 'internal'
  /** Answer this status instead, as for a token without the permission. */
  readonly status?: number
  /** Answer this status to questions about the repository's contents, as for a job without `contents: read`. */
  readonly contentsStatus?: number
  /** So many pages of expired artifacts come before all others. */
  readonly pagesOfNoise?: number
  /** Default `main`. */
  readonly defaultBranch?: string
  /** The commits of each branch, the oldest first; by default `main` with the commits 1 and 2 of `commit()`. */
  readonly branches?: Readonly<Record<string, readonly string[]>>
  /** The commit of each tag. */
  readonly tags?: Readonly<Record<string, string>>
  /** By default there is none. */
  readonly workflows?: readonly StoredWorkflow[]
}

/** A workflow as the REST API shows it. */
export interface StoredWorkflow {
  readonly name: string
  readonly path: string
  /** As in `active` or `disabled_inactivity`. */
  readonly state: string
  /** Ids of its runs by their status, as in `queued`. */
  readonly runs: Readonly<Record<string, readonly number[]>>
}

/** A workflow run as the REST API shows it. */
export interface StoredRun {
  readonly workflow: string
  readonly branch: string | null
  readonly event: string
  readonly commit: string
  /** Ids of the repository that it ran in, and of the one that its code is from; null where GitHub tells none. */
  readonly repositoryId: number | null
  readonly headRepositoryId: number | null
  /** The list of artifacts shows `workflow_run: null`. */
  readonly isHidden: boolean
}

/** What the REST API answers from. */
export interface ApiContext {
  readonly store: Store
  readonly repositories: Map<string, StoredRepository>
  /** What differs from a nightly run of `main`, by the run's id. */
  readonly runs: Map<number, Partial<StoredRun>>
  readonly downloadUrl: (artifact: StoredArtifact) => string
}

/** The hash of the test's n-th commit. */
export function commit(number: number): string {
  return String(number).repeat(40).slice(0, 40)
}

const nightly: StoredRun = {
  workflow: 'Nightly',
  branch: 'main',
  event: 'schedule',
  commit: commit(1),
  repositoryId: 1,
  headRepositoryId: 1,
  isHidden: false,
}

function findRun(id: number, { runs }: ApiContext): StoredRun {
  return { ...nightly, ...runs.get(id) }
}

/** Ids that GitHub does not know are null in a run, and missing in an artifact's record. */
function describe(artifact: StoredArtifact, context: ApiContext): object {
  const run = findRun(artifact.runId, context)
  const origin = {
    id: artifact.runId,
    ...(run.repositoryId === null ? {} : { repository_id: run.repositoryId }),
    ...(run.headRepositoryId === null ? {} : { head_repository_id: run.headRepositoryId }),
    head_branch: run.branch,
    head_sha: run.commit,
  }
  return {
    id: artifact.id,
    node_id: 'MDg6QXJ0aWZhY3Q=',
    name: artifact.name,
    size_in_bytes: artifact.size,
    expired: artifact.expired,
    created_at: artifact.createdAt.toISOString(),
    digest: artifact.digest === '' ? null : `sha256:${artifact.digest}`,
    workflow_run: run.isHidden ? null : origin,
  }
}

function answerRun(id: number, context: ApiContext): Reply {
  const run = findRun(id, context)
  return json(200, {
    id,
    name: run.workflow,
    path: '.github/workflows/nightly.yml',
    head_branch: run.branch,
    head_sha: run.commit,
    event: run.event,
    status: 'completed',
    repository: run.repositoryId === null ? null : { id: run.repositoryId, full_name: 'octo/shop' },
    head_repository: run.headRepositoryId === null ? null : { id: run.headRepositoryId },
  })
}

/** A tag here is an annotated one, an object of its own. */
function tagObject(sha: string): string {
  return `f${sha.slice(1)}`
}

function answerContents(kind: string, rest: readonly string[], repository: StoredRepository): Reply {
  if (repository.contentsStatus !== undefined) return json(repository.contentsStatus, { message: 'Refused' })
  const { branches = { main: [commit(1), commit(2)] }, tags = {} } = repository
  const missing = json(404, { message: 'Not Found' })
  if (kind === 'git') {
    const [route, space, ...name] = rest
    const tagged = Object.values(tags).find((sha) => tagObject(sha) === space)
    if (route === 'tags')
      return tagged === undefined ? missing : json(200, { object: { type: 'commit', sha: tagged } })
    const sha = space === 'heads' ? branches[name.join('/')]?.at(-1) : tags[name.join('/')]
    if (sha === undefined) return missing
    const object = space === 'heads' ? { type: 'commit', sha } : { type: 'tag', sha: tagObject(sha) }
    return json(200, { ref: rest.join('/'), object })
  }
  const [base = '', head = ''] = (rest[0] ?? '').split('...')
  const line = Object.values(branches).find((commits) => commits.includes(base))
  const known = [...Object.values(branches).flat(), ...Object.values(tags)]
  if (line === undefined || !known.includes(head)) return missing
  const [at, of] = [line.indexOf(head), line.indexOf(base)]
  if (at < 0) return json(200, { status: 'diverged' })
  return json(200, { status: at === of ? 'identical' : at < of ? 'behind' : 'ahead' })
}

function list(
  artifacts: readonly StoredArtifact[],
  query: URLSearchParams,
  { pagesOfNoise = 0 }: StoredRepository,
  context: ApiContext,
): Reply {
  const name = query.get('name')
  const perPage = Math.min(Number(query.get('per_page') ?? '30'), 100)
  const page = Number(query.get('page') ?? '1') - pagesOfNoise
  if (page < 1) {
    const created = { created_at: '2020-01-02T03:04:05Z', workflow_run: null }
    const noise = { id: 1, name: 'noise', size_in_bytes: 0, expired: true, ...created }
    return json(200, { total_count: pagesOfNoise * perPage, artifacts: Array(perPage).fill(noise) })
  }
  const matching = artifacts
    .filter((artifact) => artifact.state === 'finalized' && (name === null || artifact.name === name))
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || b.id - a.id)
  const shown = matching.slice((page - 1) * perPage, page * perPage)
  return json(200, {
    total_count: matching.length,
    artifacts: shown.map((artifact) => describe(artifact, context)),
  })
}

function answerArtifact(
  id: number,
  wantsZip: boolean,
  artifacts: readonly StoredArtifact[],
  context: ApiContext,
): Reply {
  const artifact = artifacts.find((candidate) => candidate.id === id && candidate.state === 'finalized')
  if (artifact === undefined) return json(404, { message: 'Not Found' })
  if (!wantsZip) return json(200, describe(artifact, context))
  if (artifact.expired) return json(410, { message: 'Artifact has expired' })
  return { status: 302, headers: { location: context.downloadUrl(artifact) } }
}

/** The list of all, or the runs of one that have a status. */
function answerWorkflows(
  id: string | undefined,
  query: URLSearchParams,
  { workflows = [] }: StoredRepository,
): Reply {
  if (id === undefined) {
    const shown = workflows.map(({ name, path, state }, index) => ({ id: index + 1, name, path, state }))
    return json(200, { total_count: shown.length, workflows: shown })
  }
  const workflow = workflows[Number(id) - 1]
  if (workflow === undefined) return json(404, { message: 'Not Found' })
  const runs = workflow.runs[query.get('status') ?? ''] ?? []
  return json(200, { total_count: runs.length, workflow_runs: runs.map((run) => ({ id: run })) })
}

/** Answers one DELETE of an artifact, as for a token with `actions: write`. */
export function deleteByApi(route: string, store: Store): Reply {
  const id = Number(/\/actions\/artifacts\/(\d+)$/.exec(route)?.[1])
  if (store.byId(id) === undefined) return json(404, { message: 'Not Found' })
  store.remove(id)
  return { status: 204 }
}

/** Answers one GET of the part of the REST API that the action uses; `route` starts with `/repos/`. */
export function answerApi(route: string, query: URLSearchParams, context: ApiContext): Reply {
  const [, , owner, name, ...rest] = route.split('/')
  const fullName = `${owner ?? ''}/${name ?? ''}`
  const repository = context.repositories.get(fullName)
  if (repository === undefined) return json(404, { message: 'Not Found' })
  if (repository.status !== undefined) return json(repository.status, { message: 'Refused', private: true })
  const { visibility = 'private', defaultBranch = 'main' } = repository
  if (rest.length === 0) {
    const access = { private: visibility !== 'public', visibility }
    return json(200, { id: 1, full_name: fullName, ...access, default_branch: defaultBranch })
  }
  const artifacts = context.store.all.filter((artifact) => artifact.repository === fullName)
  const [actions, kind, id, more, format] = rest
  if (actions === 'git' || actions === 'compare') {
    return answerContents(actions, rest.slice(1).map(decodeURIComponent), repository)
  }
  if (actions === 'actions' && kind === 'artifacts') {
    return id === undefined
      ? list(artifacts, query, repository, context)
      : answerArtifact(Number(id), more === 'zip', artifacts, context)
  }
  if (actions === 'actions' && kind === 'workflows' && (id === undefined || more === 'runs'))
    return answerWorkflows(id, query, repository)
  if (actions === 'actions' && kind === 'runs' && more === 'artifacts' && format === undefined) {
    const inRun = artifacts.filter((artifact) => String(artifact.runId) === id)
    return list(inRun, query, repository, context)
  }
  if (actions === 'actions' && kind === 'runs' && more === undefined) return answerRun(Number(id), context)
  return json(404, { message: 'Not Found' })
}
