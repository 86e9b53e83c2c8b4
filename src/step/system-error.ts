import { BackupError } from '../errors.ts'
import { readNodeCode } from '../node-error.ts'

const fullDiskCodes = ['ENOSPC', 'EDQUOT', 'EFBIG']

/** PURE. Whether Node failed to write a file for want of space. */
export function isFullDisk(error: unknown): boolean {
  return fullDiskCodes.includes(readNodeCode(error) ?? '')
}

/** PURE. An error of the system that a user can do something about, as such; any other error as it is. */
export function explainSystemError(error: unknown): unknown {
  if (!isFullDisk(error)) return error
  return new BackupError(
    'PGB_DISK',
    {
      what: 'The step could not write a file',
      why: `the disk is full, or a limit allows no larger file (${readNodeCode(error) ?? ''})`,
      whatToDo: 'Free space on the runner, or set "output-dir" to a larger disk',
    },
    { cause: error },
  )
}
