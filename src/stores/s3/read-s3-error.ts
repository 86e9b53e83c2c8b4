/** What an error of the client says. */
export interface S3Error {
  readonly name: string
  readonly code: string
  readonly message: string
  readonly status: number | undefined
  /** Of the bucket, where the service tells. */
  readonly region: string | undefined
  /** Words that came instead of XML, such as one on TLS; empty where the answer was understood, or is a page. */
  readonly answer: string
}

const longestAnswer = 100

/** PURE. The client's errors carry the service's code as their name, and more beside. */
export function readS3Error(error: unknown): S3Error {
  const known = new Map(typeof error === 'object' && error !== null ? Object.entries(error) : [])
  const metadata = readEntries(known.get('$metadata'))
  // The client hides it from whoever lists what the error holds.
  const hidden =
    typeof error === 'object' && error !== null && '$response' in error ? error.$response : undefined
  const response = readEntries(hidden)
  const headers = readEntries(response.get('headers'))
  const body = response.get('body')
  const code = [known.get('Code'), known.get('code')].find((value) => typeof value === 'string')
  const status = metadata.get('httpStatusCode')
  const region = [headers.get('x-amz-bucket-region'), known.get('Region')].find(isRegion)
  const name = error instanceof Error ? error.name : 'Error'
  return {
    name,
    code: typeof code === 'string' ? code : name === 'Error' ? '' : name,
    message: error instanceof Error ? error.message : String(error),
    status: typeof status === 'number' ? status : undefined,
    region,
    answer: typeof body === 'string' && !body.trimStart().startsWith('<') ? body.slice(0, longestAnswer) : '',
  }
}

function isRegion(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z0-9-]{2,40}$/.test(value)
}

function readEntries(value: unknown): Map<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : [])
}
