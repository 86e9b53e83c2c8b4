import { readS3Error, type S3Error } from './read-s3-error.ts'

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

/** Where and with what right a request was made. */
export interface S3Request {
  readonly bucket: string
  /** The right that it needs, as in `s3:PutObject`. */
  readonly right: string
}

interface Row {
  /** Matches the name, code and message of an error. */
  readonly words: RegExp
  readonly why: (request: S3Request, region: string | undefined) => string
  readonly whatToDo: (request: S3Request, region: string | undefined) => string
  readonly transient?: boolean
}

const longestQuote = 200

// The codes are those of Amazon's "Error responses", which other services take over, and Node's.
const rows: readonly Row[] = [
  {
    words: /CredentialsProviderError|Could not load credentials|Resolved credential object is not valid/,
    why: () => 'there are no credentials',
    whatToDo: () =>
      'Let aws-actions/configure-aws-credentials run before, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in `env`',
  },
  {
    // Empty is what a variable gives that is not set.
    words: /Region is missing|Region not accepted/,
    why: () => 'nothing says in which region the bucket is',
    whatToDo: () => 'Set AWS_REGION in `env`; services without regions take `auto` or `us-east-1`',
  },
  {
    words: /ExpiredToken|TokenRefreshRequired|RequestExpired|token.{0,40}expired/i,
    why: () => 'the credentials have expired',
    whatToDo: () =>
      'Let aws-actions/configure-aws-credentials ask for a longer `role-duration-seconds`, and let the role grant it',
  },
  {
    words: /InvalidAccessKeyId|InvalidClientTokenId|InvalidToken\b|UnrecognizedClient/,
    why: () => 'the service does not know the access key or token',
    whatToDo: () => 'Check AWS_ACCESS_KEY_ID, AWS_SESSION_TOKEN, and that they belong to AWS_ENDPOINT_URL_S3',
  },
  {
    words: /RequestTimeTooSkewed/,
    why: () => 'the clock of this machine is more than 15 minutes off',
    whatToDo: () => 'Set the clock of the runner right',
  },
  {
    words: /SignatureDoesNotMatch|AuthFailure/,
    why: () => 'the secret key does not fit the access key',
    whatToDo: () => 'Check AWS_SECRET_ACCESS_KEY, that nothing was cut off it, and AWS_REGION',
  },
  {
    words: /PermanentRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraint|\bTemporaryRedirect/,
    why: ({ bucket }, region) =>
      `the bucket "${bucket}" is in another region${region === undefined ? '' : `, ${region}`}`,
    whatToDo: (_, region) => `Set AWS_REGION: ${region ?? 'to the region of the bucket'}`,
  },
  {
    words: /NoSuchBucket/,
    why: ({ bucket }) => `there is no bucket "${bucket}"`,
    whatToDo: () => 'Correct the address or AWS_ENDPOINT_URL_S3, or make the bucket: it is never made here',
  },
  {
    words: /AccessDenied|AllAccessDisabled|AccountProblem|InvalidObjectState|\bForbidden\b|status=403/,
    why: ({ bucket, right }) => `the access key may not do ${right} in the bucket "${bucket}"`,
    whatToDo: ({ right }) => `Allow ${right} to the role or key; docs/stores.md has the whole policy`,
  },
  {
    words: /QuotaExceeded|InsufficientStorage|StorageFull|XMinioStorageFull|NotEnoughSpace|no space left/i,
    why: () => 'the service has no room left',
    whatToDo: () => 'Free space there, or raise the quota',
  },
  {
    words: /BadDigest|XAmzContentSHA256Mismatch|InvalidDigest|checksum.{0,40}(?:mismatch|not match)/i,
    why: () => 'what arrived is not what was sent',
    whatToDo: () =>
      'Run the job again; if it stays so, something between runner and service changes what passes',
    transient: true,
  },
  {
    words:
      /SlowDown|TooManyRequests|RequestLimitExceeded|ThrottlingException|status=(?:429|503)|ServiceUnavailable/,
    why: () => 'the service is too busy, and asks to slow down',
    whatToDo: () => 'Run the job again at a quieter time',
    transient: true,
  },
  {
    words: /ConditionalRequestConflict|OperationAborted|InternalError|RequestTimeout\b|status=50\d/,
    why: () => 'the service failed',
    whatToDo: () => 'Run the job again, and see the status page of the service',
    transient: true,
  },
  {
    words:
      /CERT_|certificate|UNABLE_TO_(?:GET|VERIFY)|DEPTH_ZERO_SELF_SIGNED|ERR_TLS|EPROTO|SSL routines|wrong version number/i,
    why: () => 'TLS failed, as the certificate is not trusted or the port speaks no TLS',
    whatToDo: () =>
      'Give the file of the CA in NODE_EXTRA_CA_CERTS, and check http or https in AWS_ENDPOINT_URL_S3',
  },
  {
    words: /ENOTFOUND|EAI_AGAIN/,
    why: () => 'the name of the service was not found',
    whatToDo: () => 'Check AWS_ENDPOINT_URL_S3, AWS_REGION and the network',
    transient: true,
  },
  {
    words: /ECONNREFUSED|EHOSTUNREACH|ENETUNREACH/,
    why: () => 'nobody answers at the address of the service',
    whatToDo: () => 'Check AWS_ENDPOINT_URL_S3 and the network',
    transient: true,
  },
  // The client gives broken connections the name of a time-out.
  {
    words: /ECONNRESET|EPIPE|ECONNABORTED|socket hang up|aborted|premature|IncompleteBody|terminated/i,
    why: () => 'the connection broke',
    whatToDo: () => 'Run the job again, and look at the network between runner and service',
    transient: true,
  },
  {
    words: /TimeoutError|ETIMEDOUT|ESOCKETTIMEDOUT|timed out/i,
    why: () => 'the service stopped answering',
    whatToDo: () => 'Run the job again, and look at the network between runner and service',
    transient: true,
  },
  {
    words: /Deserialization error|not well-formed|Unexpected (?:token|end)|is not expected/i,
    why: () => 'what answers does not speak S3',
    whatToDo: () => 'Check AWS_ENDPOINT_URL_S3, and a proxy on the way',
  },
]

/** Says what an error of the client means. */
export function explainS3Failure(error: unknown, request: S3Request): S3Failure {
  const known = readS3Error(error)
  const { code, status } = known
  // An answer to HEAD has no words, but names the bucket's region in a header.
  const elsewhere =
    status === 301 || (status === 400 && known.region !== undefined) ? 'PermanentRedirect' : ''
  const text = `${known.name} ${code} status=${status ?? 'none'} ${elsewhere} ${known.message}`
  const row = rows.find(({ words }) => words.test(text))
  if (row === undefined) {
    const answer = status === undefined ? '' : ` (HTTP status ${status})`
    const words = [code, known.message === '' ? known.name : known.message].filter((word) => word !== '')
    const why = `${quote(words.join(': '))}${answer}`
    const whatToDo = 'Check the address of the store, and what docs/stores.md says of the service'
    return { code, status, why, whatToDo, transient: false }
  }
  const { transient = false } = row
  const why = row.why(request, known.region)
  return {
    code,
    status,
    why: `${why}${quoteCode(known)}`,
    whatToDo: row.whatToDo(request, known.region),
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
