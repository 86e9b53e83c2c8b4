import { JsonError, readBoolean, readFields, readOneOf, readOptional } from '../archive/json-reader.ts'
import { BackupError } from '../errors.ts'
import { askRest } from './rest.ts'

/** Who can see a repository; `unknown` where nothing tells. */
export type Visibility = 'public' | 'private' | 'internal' | 'unknown'

/** A repository's visibility, and what is to be said of where it comes from. */
export interface KnownVisibility {
  readonly visibility: Visibility
  /** Why it is unknown, or that two sources differ; undefined where there is nothing to say. */
  readonly why: string | undefined
}

/** Where to learn a repository's visibility. */
export interface VisibilityQuery {
  /** The event's payload, as GITHUB_EVENT_PATH holds it; untrusted in shape. */
  readonly event: unknown
  /** `owner/name` */
  readonly repository: string
  readonly token: string | undefined
  readonly apiUrl: string
  readonly signal?: AbortSignal | undefined
}

const readRepository = readFields({
  full_name: (value) => value,
  visibility: readOptional(readOneOf('public', 'private', 'internal')),
  private: readOptional(readBoolean),
})
const readEvent = readFields({ repository: readRepository })
const byAudience = ['private', 'internal', 'public']

/**
 * Tells who can see the repository: by the API, and by the event's payload where that gives no answer, since a
 * payload is as old as the first attempt of the run. Where they differ, the wider audience counts: it may be the one
 * that comes next. Never throws; whatever goes wrong is `unknown`.
 */
export async function readRepositoryVisibility(query: VisibilityQuery): Promise<KnownVisibility> {
  const fromEvent = readFromEvent(query)
  const fromApi = await askVisibility(query)
  if (fromApi.visibility === 'unknown') {
    return fromEvent === 'unknown' ? fromApi : { visibility: fromEvent, why: undefined }
  }
  if (byAudience.indexOf(fromEvent) <= byAudience.indexOf(fromApi.visibility)) return fromApi
  const why = `the event that started the run says ${fromEvent}, though GitHub says ${fromApi.visibility} by now; a new run, instead of a re-run, settles it`
  return { visibility: fromEvent, why }
}

function readFromEvent({ event, repository }: VisibilityQuery): Visibility {
  const described = readOrUndefined(() => readEvent(event, 'the event').repository)
  const isSame = (described?.full_name ?? repository) === repository
  return described !== undefined && isSame ? toVisibility(described) : 'unknown'
}

async function askVisibility(query: VisibilityQuery): Promise<KnownVisibility> {
  const { apiUrl, repository, token, signal } = query
  const [owner = '', name = ''] = repository.split('/')
  const route = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`
  const unknown = (why: string): KnownVisibility => ({ visibility: 'unknown', why })
  try {
    const { status, body } = await askRest({ apiUrl, route, token, signal })
    if (status !== 200) return unknown(explainStatus(status, repository))
    const described = readOrUndefined(() => readRepository(body, 'the answer'))
    const visibility = described === undefined ? 'unknown' : toVisibility(described)
    return visibility === 'unknown'
      ? unknown("GitHub's API does not tell it")
      : { visibility, why: undefined }
  } catch (error) {
    return unknown(error instanceof Error ? error.message : String(error))
  }
}

function explainStatus(status: number, repository: string): string {
  if (status === 401) return "GitHub's API does not take `github-token` (status 401)"
  if (status === 404) return `for \`github-token\` there is no repository ${repository} (status 404)`
  return `GitHub's API answered with status ${status}`
}

function toVisibility(described: ReturnType<typeof readRepository>): Visibility {
  if (described.visibility !== undefined) return described.visibility
  if (described.private === undefined) return 'unknown'
  return described.private ? 'private' : 'public'
}

function readOrUndefined<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof JsonError) return undefined
    throw error
  }
}

/** What decides whether an upload may go ahead. */
export interface UploadPolicy {
  readonly upload: boolean
  readonly encrypted: boolean
  readonly allowPublicPlaintext: boolean
}

/**
 * Refuses an unencrypted upload where strangers could download it: anyone signed in to GitHub can download the
 * artifacts of a public repository, and one of unknown visibility counts as public.
 * @returns a warning to show, or undefined
 * @throws BackupError PGB_PUBLIC
 */
export function checkPublicUpload(known: KnownVisibility, policy: UploadPolicy): string | undefined {
  const { visibility, why } = known
  if (!policy.upload || policy.encrypted || visibility === 'private') return undefined
  if (visibility === 'internal') {
    return 'Everybody in the enterprise can download the unencrypted backup: the repository is internal. Set `age-recipients` to encrypt it'
  }
  if (policy.allowPublicPlaintext) {
    return 'Anyone signed in to GitHub can download the unencrypted backup: `allow-public-plaintext` is set'
  }
  const encrypt =
    'Encrypt it with `age-recipients`, or set `upload: false`, or set `allow-public-plaintext: true` if the data is no secret'
  const isPublic = visibility === 'public'
  const reason = why === undefined ? '' : ` (${why})`
  throw new BackupError('PGB_PUBLIC', {
    what: 'The backup was refused before it began',
    why: isPublic
      ? `the repository is public${reason}, so anyone signed in to GitHub could download the unencrypted artifact`
      : `nothing tells whether the repository is public${reason}, and an unencrypted artifact of a public one can be downloaded by anyone signed in to GitHub`,
    whatToDo: isPublic
      ? encrypt
      : `Give the job \`permissions: contents: read\`, so that \`github-token\` can ask. Otherwise: ${encrypt}`,
  })
}
