import {
  readArray,
  readBoolean,
  readCount,
  readFields,
  readOptional,
  readString,
  type ReadBy,
} from '../../archive/json-reader.ts'
import { ask, expectValue, readOrLeave, type ApiAnswer, type RepositoryAccess } from './ask-api.ts'
import { refName } from './trust/branch-patterns.ts'

const readText = readString(/^[^]{0,1000}$/, 'a text of at most 1000 characters')
const readTime = readString(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/, 'a time')
const readRef = readString(refName, 'the name of a branch or tag')
const readSha = readString(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'the hash of a commit')
const readDigest = readString(/^sha256:[0-9a-f]{64}$/, 'a SHA-256')
const readId = readFields({ id: readCount })

const readApiArtifact = readFields({
  id: readCount,
  name: readText,
  size_in_bytes: readCount,
  expired: readBoolean,
  created_at: readOptional(readTime),
  digest: readOptional(readDigest),
  workflow_run: readOptional(
    readFields({
      id: readOptional(readCount),
      repository_id: readOptional(readCount),
      head_repository_id: readOptional(readCount),
      head_branch: readOptional(readRef),
    }),
  ),
})

const readApiRun = readFields({
  id: readCount,
  name: readOptional(readText),
  path: readOptional(readText),
  head_branch: readOptional(readRef),
  head_sha: readSha,
  event: readText,
  repository: readOptional(readId),
  head_repository: readOptional(readId),
})

const readObject = readFields({ object: readFields({ type: readText, sha: readSha }) })

/** An artifact as the API tells of it; its run's ids may be missing. */
export type ApiArtifact = ReadBy<typeof readApiArtifact>

/** A workflow run as the API tells of it. */
export type ApiRun = ReadBy<typeof readApiRun>

/** The branch that is the repository's default one. */
export async function askDefaultBranch(access: RepositoryAccess): Promise<string> {
  const answer = await ask(access, '', readFields({ default_branch: readRef }))
  return expectValue(answer, access).default_branch
}

/**
 * One page of the artifacts of a run, or of all runs, newest first; what cannot be read is undefined, so that one odd
 * artifact does not hide the others.
 */
export async function askArtifacts(
  access: RepositoryAccess,
  query: { readonly runId: number | undefined; readonly name: string | undefined; readonly page: number },
): Promise<readonly (ApiArtifact | undefined)[]> {
  const list = query.runId === undefined ? '/actions/artifacts' : `/actions/runs/${query.runId}/artifacts`
  const filter = query.name === undefined ? '' : `&name=${encodeURIComponent(query.name)}`
  const route = `${list}?per_page=${artifactsPerPage}&page=${query.page}${filter}`
  const answer = await ask(access, route, readFields({ artifacts: readArray(readOrLeave(readApiArtifact)) }))
  return expectValue(answer, access).artifacts
}

/** The most that GitHub gives at once. */
export const artifactsPerPage = 100

/** One artifact; undefined when there is none of this id, or it has expired and is forgotten. */
export async function askArtifact(access: RepositoryAccess, id: number): Promise<ApiArtifact | undefined> {
  const answer = await ask(access, `/actions/artifacts/${id}`, readApiArtifact)
  if ('refused' in answer && [404, 410].includes(answer.refused)) return undefined
  return expectValue(answer, access)
}

/** One run; undefined when there is none of this id, or GitHub's answer cannot be read. */
export async function askRun(access: RepositoryAccess, id: number): Promise<ApiRun | undefined> {
  const answer = await ask(access, `/actions/runs/${id}`, readOrLeave(readApiRun))
  if ('refused' in answer && answer.refused === 404) return undefined
  return expectValue(answer, access)
}

/** What a full name such as `heads/main` stands for: a commit, or the object of an annotated tag. */
export function askRef(
  access: RepositoryAccess,
  ref: string,
): Promise<ApiAnswer<ReadBy<typeof readObject>['object']>> {
  return askObject(access, `/git/ref/${ref.split('/').map(encodeURIComponent).join('/')}`)
}

/** What an annotated tag points to. */
export function askTag(
  access: RepositoryAccess,
  sha: string,
): Promise<ApiAnswer<ReadBy<typeof readObject>['object']>> {
  return askObject(access, `/git/tags/${sha}`)
}

/** How one commit lies to another: `identical`, `behind`, `ahead` or `diverged`. */
export async function askComparison(
  access: RepositoryAccess,
  base: string,
  head: string,
): Promise<ApiAnswer<string>> {
  const route = `/compare/${base}...${head}?per_page=1`
  const answer = await ask(access, route, readFields({ status: readText }))
  return 'value' in answer ? { value: answer.value.status } : answer
}

async function askObject(
  access: RepositoryAccess,
  route: string,
): Promise<ApiAnswer<ReadBy<typeof readObject>['object']>> {
  const answer = await ask(access, route, readObject)
  return 'value' in answer ? { value: answer.value.object } : answer
}
