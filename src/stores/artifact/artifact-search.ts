import type { Log } from '../../github/log.ts'
import type { ApiArtifact, ApiRun } from './artifact-api.ts'
import type { ArtifactClient } from './artifact-client.ts'
import { refuseArtifact } from './artifact-failure.ts'
import { createJudge, type Judge, type Verdict } from './trust/artifact-judge.ts'
import { listCandidates, mostArtifacts } from './artifact-list.ts'
import { matchesArtifactName } from './artifact-name.ts'
import { createPassedOver, refuseDistrusted, type PassedOver } from './trust/artifact-refusal.ts'
import type { RepositoryAccess } from './ask-api.ts'
import type { BranchPattern } from './trust/branch-patterns.ts'

/** Where and by what to look for an artifact. Either `name` or `id` is given. */
export interface SearchQuery {
  /** The whole name, or a beginning followed by `*`: the newest match. */
  readonly name?: string | undefined
  readonly id?: number | undefined
  /** Undefined: this run, then all runs of the repository. */
  readonly runId?: number | undefined
  /** Undefined: this repository. */
  readonly repository?: { readonly owner: string; readonly name: string } | undefined
  /** Of other runs only those of these branches are trusted; undefined: of the repository's default branch. */
  readonly branches?: readonly BranchPattern[] | undefined
  /** `sha256:` and 64 lower-case hex digits: only this very zip, whatever run it is from. */
  readonly digest?: string | undefined
  readonly token?: string | undefined
  readonly signal: AbortSignal
}

/** An artifact that may be downloaded. */
export interface FoundArtifact {
  readonly id: number
  readonly name: string
  /** Bytes of the zip. */
  readonly size: number
  /** `sha256:` and the hex digest of the zip, where GitHub tells. */
  readonly digest: string | undefined
  /** Undefined for an artifact of this run, which needs no token. */
  readonly remote: RepositoryAccess | undefined
  /** The other run that it is from; undefined for this run, and where a digest made the question idle. */
  readonly run: ApiRun | undefined
}

/** How a query is named in messages. */
export function nameQuery(query: SearchQuery): string {
  return query.id === undefined ? `"${query.name ?? ''}"` : `with id ${query.id}`
}

/**
 * Finds the newest artifact that fits, by its time, then its id: in this run by the run's own token; else, with
 * `github-token`, in the named run, or in all runs of the repository. Of other runs only those are taken that can be
 * trusted, as `artifact-trust.ts` tells; those before them are passed over, which the log says.
 * @throws BackupError PGB_RESTORE when nothing is found or may be taken, or the API refuses; what the client throws;
 *   Error when the API gives no answer
 */
export async function findArtifact(
  client: ArtifactClient,
  query: SearchQuery,
  log: Log,
): Promise<FoundArtifact> {
  const { GITHUB_REPOSITORY = '', GITHUB_RUN_ID, GITHUB_API_URL = 'https://api.github.com' } = process.env
  const [ownOwner = '', ownName = ''] = GITHUB_REPOSITORY.split('/')
  const { owner, name } = query.repository ?? { owner: ownOwner, name: ownName }
  const isHere = `${owner}/${name}`.toLowerCase() === GITHUB_REPOSITORY.toLowerCase()
  const isThisRun = isHere && (query.runId === undefined || String(query.runId) === GITHUB_RUN_ID)
  const found = isThisRun ? await searchThisRun(client, query) : undefined
  if (found !== undefined) return found
  if (query.token === undefined) {
    const why = isThisRun
      ? 'this run has none, and other runs need a token'
      : 'another run or repository needs a token'
    const whatToDo = 'Set `github-token`, and give the job `permissions: actions: read`'
    throw refuseArtifact(`The artifact ${nameQuery(query)} was not found`, why, whatToDo)
  }
  const access = { owner, name, token: query.token, apiUrl: GITHUB_API_URL, signal: query.signal }
  return searchOtherRuns(access, query, log, isHere ? GITHUB_RUN_ID : undefined)
}

async function searchThisRun(client: ArtifactClient, query: SearchQuery): Promise<FoundArtifact | undefined> {
  const { artifacts } = await client.listArtifacts()
  const [newest] = artifacts
    .filter(({ id, name }) =>
      query.id === undefined ? matchesArtifactName(name, query.name ?? '') : id === query.id,
    )
    .filter(({ digest }) => query.digest === undefined || (digest ?? query.digest) === query.digest)
    .sort((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0) || b.id - a.id)
  if (newest === undefined) return undefined
  const { id, name, size, digest } = newest
  return { id, name, size, digest, remote: undefined, run: undefined }
}

/** Artifacts, and how far the list went. */
export interface TrustedArtifacts {
  readonly artifacts: ApiArtifact[]
  /** There may be more that were made before this; undefined where there are not. */
  readonly cutAt: Date | undefined
}

/**
 * All artifacts of the repository, or of one run of it, that fit and may be taken; those that may not are passed over,
 * which the log says.
 * @param ownRunId the run that asks, whose artifacts need no trust; undefined where it is of another repository
 * @throws what {@link findArtifact} throws
 */
export async function listTrustedArtifacts(
  access: RepositoryAccess,
  query: SearchQuery,
  log: Log,
  ownRunId: string | undefined,
): Promise<TrustedArtifacts> {
  const search = await beginSearch(access, query, ownRunId)
  const found: ApiArtifact[] = []
  for await (const { artifact } of findTrusted(access, query, search)) found.push(artifact)
  search.passedOver.tell(log)
  const { cutAt } = search.list
  if (cutAt !== undefined) {
    log.warning(`Only the newest ${mostArtifacts} artifacts were looked through.`, 'Too many artifacts')
  }
  return { artifacts: found, cutAt }
}

async function searchOtherRuns(
  access: RepositoryAccess,
  query: SearchQuery,
  log: Log,
  ownRunId: string | undefined,
): Promise<FoundArtifact> {
  const search = await beginSearch(access, query, ownRunId)
  const { judge, passedOver, list } = search
  for await (const { artifact, verdict } of findTrusted(access, query, search)) {
    passedOver.tell(log)
    if (verdict?.isCommitKnown === false) warnOfUnknownCommit(verdict.run, log)
    return toFound(artifact, access, verdict?.run)
  }
  passedOver.tell(log)
  const newest = passedOver.newest()
  const isCut = list.cutAt !== undefined
  if (isCut || newest === undefined) throw refuseNothing(access, query, isCut)
  const distrust = (await judge?.explain(newest.artifact))?.distrust ?? newest.distrust
  throw refuseDistrusted(nameQuery(query), { artifact: newest.artifact, distrust }, passedOver.count())
}

/** A search that goes on. */
interface Search {
  /** Undefined where a digest makes the question idle. */
  readonly judge: Judge | undefined
  readonly ownRunId: string | undefined
  readonly passedOver: PassedOver
  readonly list: { cutAt: Date | undefined }
}

async function beginSearch(
  access: RepositoryAccess,
  query: SearchQuery,
  ownRunId: string | undefined,
): Promise<Search> {
  const judge = query.digest === undefined ? await createJudge(access, query.branches) : undefined
  return { judge, ownRunId, passedOver: createPassedOver(), list: { cutAt: undefined } }
}

async function* findTrusted(
  access: RepositoryAccess,
  query: SearchQuery,
  { judge, ownRunId, passedOver, list }: Search,
): AsyncGenerator<{ artifact: ApiArtifact; verdict: Verdict | undefined }> {
  const onLimit = (time: Date): void => {
    list.cutAt = time
  }
  for await (const artifact of listCandidates(access, query, onLimit)) {
    const isOwn = String(artifact.workflow_run?.id) === ownRunId
    const verdict = isOwn ? undefined : await judge?.judge(artifact)
    if (verdict?.distrust === undefined) yield { artifact, verdict }
    else passedOver.add(artifact, verdict.distrust)
  }
}

function toFound(artifact: ApiArtifact, remote: RepositoryAccess, run: ApiRun | undefined): FoundArtifact {
  const { id, name, digest } = artifact
  return { id, name, size: artifact.size_in_bytes, digest, remote, run }
}

function warnOfUnknownCommit(run: ApiRun | undefined, log: Log): void {
  log.warning(
    `Whether the commit of the artifact's run lies on the branch "${run?.head_branch ?? ''}" could not be asked, and a ` +
      'tag of that name would pass for it. Give the job `permissions: contents: read`.',
    'Commit not checked',
  )
}

function refuseNothing(access: RepositoryAccess, query: SearchQuery, isCut: boolean): Error {
  const what = `The artifact ${nameQuery(query)} was not found`
  const where = `${query.runId === undefined ? '' : `run ${query.runId} of `}${access.owner}/${access.name}`
  if (isCut) {
    return refuseArtifact(
      what,
      `${where} has more than ${mostArtifacts} artifacts, and among the newest of them none can be taken`,
      'Name it whole in `artifact-name`, since GitHub can look for whole names only, or by `run-id` or `artifact-id`',
    )
  }
  const which = query.digest === undefined ? 'that is not expired' : `with the digest ${query.digest}`
  const whatToDo = 'Check its name, run and repository, and that the job has `permissions: actions: read`'
  return refuseArtifact(what, `${where} has none ${which}`, whatToDo)
}
