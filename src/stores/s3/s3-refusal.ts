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
