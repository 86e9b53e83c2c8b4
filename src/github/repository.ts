import { BackupError } from '../errors.ts'
import { getJson } from './rest.ts'

/** Who can see a repository; `unknown` where nothing tells. */
export type Visibility = 'public' | 'private' | 'internal' | 'unknown'

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

function readField(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
}

function toVisibility(repository: unknown): Visibility {
  const visibility = readField(repository, 'visibility')
  if (visibility === 'public' || visibility === 'private' || visibility === 'internal') return visibility
  const isPrivate = readField(repository, 'private')
  if (typeof isPrivate !== 'boolean') return 'unknown'
  return isPrivate ? 'private' : 'public'
}

/**
 * Tells who can see the repository: from the event's payload if it describes this repository, else from the API.
 * Never throws; whatever goes wrong is `unknown`.
 */
export async function readRepositoryVisibility(query: VisibilityQuery): Promise<Visibility> {
  const { event, repository, token, apiUrl, signal } = query
  const described = readField(event, 'repository')
  const fullName = readField(described, 'full_name') ?? repository
  const fromEvent = fullName === repository ? toVisibility(described) : 'unknown'
  if (fromEvent !== 'unknown') return fromEvent
  const [owner = '', name = ''] = repository.split('/')
  const route = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`
  try {
    const { status, body } = await getJson({ apiUrl, route, token, signal })
    return status === 200 ? toVisibility(body) : 'unknown'
  } catch {
    return 'unknown'
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
 *
 * @returns a warning to show, or undefined
 * @throws BackupError `PGB_PUBLIC`
 */
export function checkPublicUpload(visibility: Visibility, policy: UploadPolicy): string | undefined {
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
  throw new BackupError('PGB_PUBLIC', {
    what: 'The backup was refused before it began',
    why: isPublic
      ? 'the repository is public, so anyone signed in to GitHub could download the unencrypted artifact'
      : 'nothing tells whether the repository is public, and an unencrypted artifact of a public one can be downloaded by anyone signed in to GitHub',
    whatToDo: isPublic
      ? encrypt
      : `Give the job \`permissions: contents: read\`, so that \`github-token\` can ask. Otherwise: ${encrypt}`,
  })
}
