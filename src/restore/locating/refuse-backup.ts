import { BackupError } from '../../errors.ts'

/** The error for a backup that cannot be restored from, whatever the target. */
export function refuseBackup(why: string, whatToDo: string, cause?: unknown): BackupError {
  return new BackupError('PGB_RESTORE', { what: 'The backup cannot be restored', why, whatToDo }, { cause })
}
