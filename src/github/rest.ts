const TIMEOUT_MILLISECONDS = 10_000

/** A GET of GitHub's REST API. */
export interface RestRequest {
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
}

/** Asks GitHub's REST API, for at most 10 seconds. Rejects when no answer comes. */
export async function getJson(request: RestRequest): Promise<RestAnswer> {
  const limit = AbortSignal.timeout(TIMEOUT_MILLISECONDS)
  const headers: Record<string, string> = {
    accept: 'application/vnd.github+json',
    'user-agent': 'postgres-backup',
    'x-github-api-version': '2022-11-28',
  }
  if (request.token !== undefined) headers['authorization'] = `Bearer ${request.token}`
  const response = await fetch(`${request.apiUrl}${request.route}`, {
    headers,
    signal: request.signal === undefined ? limit : AbortSignal.any([limit, request.signal]),
  })
  const body: unknown = await response.json().catch(() => undefined)
  return { status: response.status, body }
}
