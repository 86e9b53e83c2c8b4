/** Stable codes of every error that a user can meet; each has its paragraph in docs/errors.md. */
export type ErrorCode =
  | 'PGB_INPUT'
  | 'PGB_URL'
  | 'PGB_EMPTY_SECRET'
  | 'PGB_CONNECT'
  | 'PGB_AUTH'
  | 'PGB_NO_DATABASE'
  | 'PGB_CLIENT'
  | 'PGB_PERMISSION'
  | 'PGB_LOCK'
  | 'PGB_DISK'
  | 'PGB_DUMP'
  | 'PGB_VERIFY'
  | 'PGB_PUBLIC'
  | 'PGB_ENCRYPT'
  | 'PGB_UPLOAD'
  | 'PGB_STORE'
  | 'PGB_RESTORE'
  | 'PGB_TARGET_NOT_EMPTY'
  | 'PGB_STALE'
  | 'PGB_SHRUNK'
  | 'PGB_UNKNOWN'
  | 'PGB_CHECK'
  | 'PGB_SLOW'
  | 'PGB_CANCELLED'

/** What one error tells the user. None of the sentences ends in a full stop, and none holds a secret. */
export interface Explanation {
  /** What happened, as in `The database "shop" was not dumped`. */
  readonly what: string
  /** Why, as in `the server is out of connections`. */
  readonly why: string
  /** What to do next, as an instruction. */
  readonly whatToDo: string
}

/** An error that is shown to the user as one annotation: `what: why. What to do. [code]`. */
export class BackupError extends Error {
  override readonly name = 'BackupError'
  readonly code: ErrorCode
  readonly explanation: Explanation

  constructor(code: ErrorCode, explanation: Explanation, options?: ErrorOptions) {
    super(`${explanation.what}: ${explanation.why}. ${explanation.whatToDo}. [${code}]`, options)
    this.code = code
    this.explanation = explanation
  }
}
