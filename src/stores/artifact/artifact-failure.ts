import { BackupError } from '../../errors.ts'
import { readNodeCode } from '../../node-error.ts'

/** What a failed transfer means. */
export interface TransferFailure {
  /** The cause in words, without a final stop and without the query of a signed URL. */
  readonly why: string
  /** What helps, or undefined where only another try does. */
  readonly whatToDo: string | undefined
  /** Whether another attempt can succeed. */
  readonly transient: boolean
  /** Whether the artifact's name may be taken by the failed attempt, or by somebody else. */
  readonly nameMayBeTaken: boolean
}

interface Rule {
  readonly words: RegExp
  readonly whatToDo?: string
  /** The same where an artifact is searched or downloaded. */
  readonly toRead?: string
  readonly transient: boolean
  readonly nameIsFree?: boolean
}

const longestWhy = 300
const retryableStatus = [408, 409, 425, 429]

// The words are those of @actions/artifact 6.2 `shared/errors`, its Twirp client and @azure/storage-blob.
const rules: readonly Rule[] = [
  {
    words: /storage quota|insufficient usage/i,
    whatToDo:
      'Lower `retention-days`, or raise the storage limit of the account; or set `upload: false` and store the files in another way. To delete artifacts frees nothing before the month ends',
    transient: false,
  },
  {
    words: /not currently supported on GHES/i,
    whatToDo:
      'GitHub Enterprise Server does not take these artifacts: set `upload: false` and `output-dir`, and store the files by a step of your own',
    toRead:
      'GitHub Enterprise Server does not take these artifacts: bring the files by a step of your own, and give their directory as `path`',
    transient: false,
  },
  {
    words: /ACTIONS_RUNTIME_TOKEN|ACTIONS_RESULTS_URL|backend IDs/i,
    whatToDo:
      'Run it inside a job of GitHub Actions, which brings the address and token of the artifact service, or set `upload: false`',
    toRead:
      'Run it inside a job of GitHub Actions, which brings the address and token of the artifact service, or give the directory of the backup as `path`',
    transient: false,
  },
  {
    words: /name is not valid|path for one of the files/i,
    whatToDo: 'Choose an `artifact-name` without any of " : < > | * ? \\ / and line ends',
    transient: false,
  },
  {
    // The client has asked five times by then.
    words: /Unexpected token|Unexpected end of JSON|not valid JSON/,
    whatToDo:
      'Something between the runner and GitHub answers in its place: check the proxy, or the address in ACTIONS_RESULTS_URL',
    transient: false,
  },
  { words: /file read|zip creation|does not exist|ENOENT|EACCES|EIO/, transient: false },
  { words: /ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|EAI_AGAIN/, transient: true, nameIsFree: true },
  {
    words: /ECONNRESET|ETIMEDOUT|EPIPE|REQUEST_SEND_ERROR|socket hang up|time-?out|aborted/i,
    transient: true,
  },
  {
    words:
      /stalled|no end after|after \d+ (?:attempts|retries)|backend was not ok|Request failed|gave no answer/i,
    transient: true,
  },
]

function statusOf(error: unknown, text: string): number | undefined {
  const { statusCode, status } = error as { statusCode?: unknown; status?: unknown }
  if (typeof statusCode === 'number') return statusCode
  if (typeof status === 'number') return status
  const inWords = /Failed request: \((\d{3})\)|response from blob storage: (\d{3})/.exec(text)
  return inWords === null ? undefined : Number(inWords[1] ?? inWords[2])
}

function toWords(error: Error, status: number | undefined): string {
  const [firstLine = ''] = error.message.trim().split('\n')
  const words = firstLine.replace(/(https?:\/\/[^\s?]+)\?\S+/g, '$1').replace(/[\s.]+$/, '')
  const known = words === '' ? (readNodeCode(error) ?? error.name) : words
  const answer = status === undefined || known.includes(String(status)) ? '' : ` (HTTP status ${status})`
  return known.slice(0, longestWhy) + answer
}

function explainStatus(status: number): Pick<TransferFailure, 'transient' | 'whatToDo'> {
  if (status >= 500 || retryableStatus.includes(status)) return { transient: true, whatToDo: undefined }
  if (status === 401 || status === 403) {
    const whatToDo =
      'Re-run the job, so that it gets a new token; if the refusal stays, check the permissions of the job and of the storage'
    return { transient: false, whatToDo }
  }
  return { transient: false, whatToDo: undefined }
}

/** Says what an error of the artifact client means, whatever its kind: plain, RestError or network error. */
export function explainTransferFailure(error: unknown): TransferFailure {
  const cause = error instanceof Error ? error : new Error(String(error))
  const text = `${cause.name} ${readNodeCode(cause) ?? ''} ${cause.message}`
  const status = statusOf(cause, text)
  const why = toWords(cause, status)
  if (cause.name === 'ClientCrash') {
    return {
      why: `a file could not be read (${why})`,
      whatToDo: undefined,
      transient: false,
      nameMayBeTaken: true,
    }
  }
  const rule = rules.find((candidate) => candidate.words.test(text))
  if (status !== undefined && rule?.whatToDo === undefined) {
    return { why, ...explainStatus(status), nameMayBeTaken: true }
  }
  const { whatToDo, transient = false, nameIsFree = false } = rule ?? {}
  return { why, whatToDo, transient, nameMayBeTaken: !nameIsFree }
}

/** The same of a search or download. */
export function explainDownloadFailure(error: unknown): TransferFailure {
  const failure = explainTransferFailure(error)
  const toRead = rules.find(({ whatToDo }) => whatToDo !== undefined && whatToDo === failure.whatToDo)?.toRead
  return toRead === undefined ? failure : { ...failure, whatToDo: toRead }
}

/** The error of an upload; without better advice it says what helps against most failures. */
export function refuseUpload(name: string, why: string, whatToDo?: string, cause?: unknown): BackupError {
  const advice =
    'Re-run the job, see https://www.githubstatus.com, or set `upload: false` and store the files in another way'
  const explanation = { what: `The artifact "${name}" was not uploaded`, why, whatToDo: whatToDo ?? advice }
  return new BackupError('PGB_UPLOAD', explanation, { cause })
}

/** The error of a search or download; without better advice it says what helps against most failures. */
export function refuseArtifact(what: string, why: string, whatToDo?: string, cause?: unknown): BackupError {
  const advice =
    'Re-run the job; if the error stays, take another backup, and check `permissions: actions: read`'
  return new BackupError('PGB_RESTORE', { what, why, whatToDo: whatToDo ?? advice }, { cause })
}
