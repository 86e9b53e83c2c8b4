import { JsonError, readFields, readOptional, readString, type Reader } from '../../archive/json-reader.ts'
import type { BackupError } from '../../errors.ts'
import { askRest } from '../../github/rest.ts'
import { refuseArtifact } from './artifact-failure.ts'

/** The repository of which GitHub's API is asked, and by which token. */
export interface RepositoryAccess {
  readonly owner: string
  readonly name: string
  readonly token: string
  readonly apiUrl: string
  readonly signal: AbortSignal
}

/** What was asked for, or the HTTP status of a refusal and what GitHub says of it. */
export type ApiAnswer<T> = { readonly value: T } | { readonly refused: number; readonly message: string }

const tooManyRequests = 429
const readMessage = readFields({ message: readOptional(readString(/^[^]{1,200}$/, 'a short text')) })

/**
 * Asks GitHub's API about the repository; `route` is empty or begins with a slash.
 * @throws Error, with the status where there is one, when another attempt may help; BackupError PGB_RESTORE for an
 *   answer of another shape
 */
export async function ask<T>(
  access: RepositoryAccess,
  route: string,
  reader: Reader<T>,
): Promise<ApiAnswer<T>> {
  const base = `/repos/${encodeURIComponent(access.owner)}/${encodeURIComponent(access.name)}`
  const { status, body } = await askRest({ ...access, route: base + route })
  if (status >= 500 || status === tooManyRequests) {
    throw Object.assign(new Error(`GitHub's API answered with status ${status}`), { status })
  }
  try {
    if (status === 200) return { value: reader(body, 'the answer') }
    return { refused: status, message: readMessage(body ?? {}, 'the answer').message ?? '' }
  } catch (error) {
    if (error instanceof JsonError && status !== 200) return { refused: status, message: '' }
    throw error instanceof JsonError ? refuseAnswer(access, error) : error
  }
}

/** The value, or else the error that names the permission. */
export function expectValue<T>(answer: ApiAnswer<T>, access: RepositoryAccess): T {
  if ('value' in answer) return answer.value
  const { owner, name } = access
  const message = answer.message === '' ? '' : ` (${answer.message})`
  throw refuseArtifact(
    `GitHub did not tell which artifacts ${owner}/${name} has`,
    `its API answered with status ${answer.refused}${message}`,
    `Give the job \`permissions: actions: read\`, or a \`github-token\` that may read the actions of ${owner}/${name}`,
  )
}

/** A reader that gives undefined for what cannot be read. */
export function readOrLeave<T>(reader: Reader<T>): Reader<T | undefined> {
  return (value, place) => {
    try {
      return reader(value, place)
    } catch (error) {
      if (error instanceof JsonError) return undefined
      throw error
    }
  }
}

function refuseAnswer({ owner, name }: RepositoryAccess, error: JsonError): BackupError {
  return refuseArtifact(
    `GitHub did not tell which artifacts ${owner}/${name} has`,
    `the answer of its API is not what its documentation says (${error.message})`,
    'Check that GITHUB_API_URL is the address of GitHub’s API, and see https://www.githubstatus.com',
    error,
  )
}
