import { failureRows, type S3Request } from './failure-rows.ts'
import { readS3Error, type S3Error } from './read-s3-error.ts'

const longestQuote = 200

/** What a request to S3 that failed means. */
export interface S3Failure {
  /** The service's code, or Node's; empty where there is none. */
  readonly code: string
  /** The HTTP status; undefined where no answer came. */
  readonly status: number | undefined
  /** The cause in words, without a final stop, and without a secret. */
  readonly why: string
  readonly whatToDo: string
  /** Whether another attempt can succeed. */
  readonly transient: boolean
}

/** Thrown when a request has failed for good. */
export class S3Refusal extends Error {
  override readonly name = 'S3Refusal'
  readonly failure: S3Failure

  constructor(failure: S3Failure, options?: ErrorOptions) {
    super(failure.why, options)
    this.failure = failure
  }
}

/** Says what an error of the client means. */
export function explainS3Failure(error: unknown, request: S3Request): S3Failure {
  const known = readS3Error(error)
  const { code, status } = known
  // An answer to HEAD has no words, but names the bucket's region in a header.
  const elsewhere =
    status === 301 || (status === 400 && known.region !== undefined) ? 'PermanentRedirect' : ''
  const text = `${known.name} ${code} status=${status ?? 'none'} ${elsewhere} ${known.message} ${known.answer}`
  const row = failureRows.find(({ words }) => words.test(text))
  if (row === undefined) {
    const answer = status === undefined ? '' : ` (HTTP status ${status})`
    const words = [code, known.message === '' ? known.name : known.message].filter((word) => word !== '')
    const why = `${quote(words.join(': '))}${answer}`
    const whatToDo = 'Check the address of the store, and what docs/stores.md says of the service'
    return { code, status, why, whatToDo, transient: false }
  }
  const { transient = false } = row
  const why = row.why(request, known)
  return {
    code,
    status,
    why: `${why}${quoteCode(known)}`,
    whatToDo: row.whatToDo(request, known),
    transient,
  }
}

function quoteCode({ code, status }: S3Error): string {
  const words = [code, status === undefined ? '' : `status ${status}`].filter((word) => word !== '')
  return words.length === 0 ? '' : ` (${quote(words.join(', '))})`
}

/** What a service says is shown on one line, and no longer than a line; addresses without their signed query. */
function quote(text: string): string {
  return text
    .replace(/(https?:\/\/[^\s?]+)\?\S+/g, '$1')
    .replace(/\s+/g, ' ')
    .replace(/[\s.]+$/, '')
    .slice(0, longestQuote)
}
