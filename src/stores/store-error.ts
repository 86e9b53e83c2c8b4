import { BackupError } from '../errors.ts'

/** The error of a store that is no artifact. */
export function refuseByStore(what: string, why: string, whatToDo: string, cause?: unknown): BackupError {
  return new BackupError('PGB_STORE', { what, why, whatToDo }, { cause })
}
