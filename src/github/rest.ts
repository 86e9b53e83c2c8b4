import { readNodeCode } from '../node-error.ts'

const timeoutMilliseconds = 10_000

/** A question to GitHub's REST API. */
export interface RestRequest {
  /** `GET` when missing. */
  readonly method?: 'GET' | 'DELETE'
  /** For an answer that is an address, where the token must not follow. */
  readonly stopsAtRedirect?: boolean
  /** Without a final slash, as in GITHUB_API_URL. */
  readonly apiUrl: string
  /** Begins with a slash; holds the query. */
  readonly route: string
  readonly token: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** The answer; the body is undefined where it is not JSON. */
export interface RestAnswer {
  readonly status: number
  readonly body: unknown
  /** Where a request that stops there was redirected to. */
  readonly location: string | undefined
}

/**
 * Asks GitHub's REST API, for at most 10 seconds.
 * @throws Error, whose message says in words why no answer came
 */
export async function askRest(request: RestRequest): Promise<RestAnswer> {
  const limit = AbortSignal.timeout(timeoutMilliseconds)
  const headers: Record<string, string> = {
    accept: 'application/vnd.github+json',
    'user-agent': 'postgres-backup',
    'x-github-api-version': '2022-11-28',
  }
  if (request.token !== undefined) headers['authorization'] = `Bearer ${request.token}`
  try {
    const response = await fetch(`${request.apiUrl}${request.route}`, {
      method: request.method ?? 'GET',
      headers,
      redirect: request.stopsAtRedirect === true ? 'manual' : 'follow',
      signal: request.signal === undefined ? limit : AbortSignal.any([limit, request.signal]),
    })
    const body: unknown = await response.json().catch(() => undefined)
    return { status: response.status, body, location: response.headers.get('location') ?? undefined }
  } catch (error) {
    throw new Error(`GitHub's API gave no answer (${explain(error)})`, { cause: error })
  }
}

/** Node's own message is `fetch failed`, and the reason stands in its cause. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `none within ${timeoutMilliseconds / 1000} seconds`
  const reason = error.cause instanceof Error ? error.cause : error
  return readNodeCode(reason) ?? reason.message
}
