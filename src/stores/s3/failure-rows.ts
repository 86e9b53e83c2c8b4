import type { S3Error } from './read-s3-error.ts'

/** Where and with what right a request was made. */
export interface S3Request {
  readonly bucket: string
  /** The profile that the address names; undefined where the environment tells all. */
  readonly profile?: string | undefined
  /** The right that it needs, as in `s3:PutObject`. */
  readonly right: string
}

/** What one kind of failure means. */
export interface FailureRow {
  /** Matches the name, code and message of an error. */
  readonly words: RegExp
  readonly why: (request: S3Request, error: S3Error) => string
  readonly whatToDo: (request: S3Request, error: S3Error) => string
  readonly transient?: boolean
}

// The codes are those of Amazon's "Error responses", which other services take over, and Node's.
export const failureRows: readonly FailureRow[] = [
  {
    // So Go's servers, and with them MinIO and SeaweedFS, say it.
    words: /HTTP request to an HTTPS server/i,
    why: () => 'the port speaks TLS, and the address says http',
    whatToDo: (request) => `Write https in ${nameSettings(request, 'endpoint')}`,
  },
  {
    words: /CredentialsProviderError|Could not load credentials|Resolved credential object is not valid/,
    why: () => 'there are no credentials',
    whatToDo: (request) =>
      request.profile === undefined
        ? 'Let aws-actions/configure-aws-credentials run before, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in `env`'
        : `Set ${nameSettings(request, 'key', 'secret')}: those of the environment are not used where an address names a profile`,
  },
  {
    // Empty is what a variable gives that is not set.
    words: /Region is missing|Region not accepted/,
    why: () => 'nothing says in which region the bucket is',
    whatToDo: (request) =>
      `Set ${nameSettings(request, 'region')}${request.profile === undefined ? ' in `env`' : ''}; services without regions take \`auto\` or \`us-east-1\``,
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
    whatToDo: (request) => `Check that ${nameSettings(request, 'key', 'token', 'endpoint')} belong together`,
  },
  {
    words: /RequestTimeTooSkewed/,
    why: () => 'the clock of this machine is more than 15 minutes off',
    whatToDo: () => 'Set the clock of the runner right',
  },
  {
    words: /SignatureDoesNotMatch|AuthFailure/,
    why: () => 'the secret key does not fit the access key',
    whatToDo: (request) => `Check ${nameSettings(request, 'secret', 'region')}, and that nothing was cut off`,
  },
  {
    words: /PermanentRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraint|\bTemporaryRedirect/,
    why: ({ bucket }, { region }) =>
      `the bucket "${bucket}" is in another region${region === undefined ? '' : `, ${region}`}`,
    whatToDo: (request, { region }) =>
      `Set ${nameSettings(request, 'region')}: ${region ?? 'to the region of the bucket'}`,
  },
  {
    // The answer to HEAD of a bucket has no other code, and that to HEAD of an object is never shown.
    words: /NoSuchBucket|\bNotFound\b/,
    why: ({ bucket }) => `there is no bucket "${bucket}"`,
    whatToDo: (request) =>
      `Correct the address or ${nameSettings(request, 'endpoint')}, or make the bucket: it is never made here`,
  },
  {
    words: /AccessDenied|AllAccessDisabled|AccountProblem|InvalidObjectState|\bForbidden\b|status=403/,
    why: (request, error) =>
      `the access key may not do ${findRight(request, error)} in the bucket "${request.bucket}"${findDeny(error)}`,
    whatToDo: (request, error) =>
      `Allow ${findRight(request, error)} to the role or key; docs/stores.md has the whole policy`,
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
    whatToDo: (request) =>
      `Give the file of the CA in NODE_EXTRA_CA_CERTS, and check http or https in ${nameSettings(request, 'endpoint')}`,
  },
  {
    words: /ENOTFOUND|EAI_AGAIN/,
    why: () => 'the name of the service was not found',
    whatToDo: (request) => `Check ${nameSettings(request, 'endpoint', 'region')}, and the network`,
    transient: true,
  },
  {
    words: /ECONNREFUSED|EHOSTUNREACH|ENETUNREACH/,
    why: () => 'nobody answers at the address of the service',
    whatToDo: (request) => `Check ${nameSettings(request, 'endpoint')}, and the network`,
    transient: true,
  },
  // The client gives broken connections the name of a time-out.
  {
    words: /ECONNRESET|EPIPE|ECONNABORTED|socket hang up|aborted|premature|IncompleteBody|terminated/i,
    why: () => 'the connection broke',
    whatToDo: (request) =>
      `Run the job again; if it stays so, check http or https in ${nameSettings(request, 'endpoint')}, and the network`,
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
    whatToDo: (request) => `Check ${nameSettings(request, 'endpoint')}, and a proxy on the way`,
  },
]

/** Where people set what the client is told, by the names of AWS's tools: in the environment, and in a profile. */
const settings = {
  region: { variable: 'AWS_REGION', entry: 'region' },
  endpoint: { variable: 'AWS_ENDPOINT_URL_S3', entry: 'endpoint_url' },
  key: { variable: 'AWS_ACCESS_KEY_ID', entry: 'aws_access_key_id' },
  secret: { variable: 'AWS_SECRET_ACCESS_KEY', entry: 'aws_secret_access_key' },
  token: { variable: 'AWS_SESSION_TOKEN', entry: 'aws_session_token' },
}

/** PURE. What to look at, as in `AWS_REGION`, or `region and endpoint_url of the profile "b2"`. */
function nameSettings({ profile }: S3Request, ...wanted: readonly (keyof typeof settings)[]): string {
  const names = wanted.map((setting) => settings[setting][profile === undefined ? 'variable' : 'entry'])
  const [last = '', ...others] = names.toReversed()
  const list = others.length === 0 ? last : `${others.toReversed().join(', ')} and ${last}`
  return profile === undefined ? list : `${list} of the profile "${profile}"`
}

/** PURE. The right that the service says is missing, as one to the key of a bucket's encryption is; else the asked one. */
function findRight({ right }: S3Request, { message }: S3Error): string {
  return /not authorized to perform: ([a-z0-9-]{1,30}:[A-Za-z]{1,60})/.exec(message)?.[1] ?? right
}

/** PURE. To allow a right is of no use where another policy denies it. */
function findDeny({ message }: S3Error): string {
  const [deny] = /an explicit deny in an? [a-z -]{1,60}/.exec(message) ?? []
  return deny === undefined ? '' : `, by ${deny.trim()}`
}
