import { BackupError } from '../errors.ts'
import { explainTransferFailure } from './artifact/artifact-failure.ts'
import { S3Refusal } from './s3/s3-failure.ts'

/** PURE. Whether a store has failed by what may pass, and has lasted longer than the store's own retries. */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof BackupError) || error.code === 'PGB_CANCELLED') return false
  const { cause } = error
  if (cause === undefined) return false
  return cause instanceof S3Refusal ? cause.failure.transient : explainTransferFailure(cause).transient
}
