import { BackupError } from '../../errors.ts'
import { readNodeCode } from '../../node-error.ts'
import { refuseByStore } from '../store-error.ts'

const causes: Readonly<Record<string, { readonly why: string; readonly whatToDo: string }>> = {
  ENOENT: {
    why: 'there is no such directory or file',
    whatToDo: 'Correct the path, or mount the disk: a directory that is missing is not made',
  },
  ENOTDIR: { why: 'a part of the path is not a directory', whatToDo: 'Correct the path' },
  EACCES: {
    why: "this run's user may not enter, read or write it",
    whatToDo: 'Give the runner’s user the right to do so',
  },
  EPERM: {
    why: 'the system does not permit it',
    whatToDo: 'Give the runner’s user the right to do so',
  },
  ELOOP: { why: 'its links lead nowhere but to each other', whatToDo: 'Correct the links' },
  EROFS: { why: 'the disk is mounted for reading only', whatToDo: 'Mount it for writing' },
  ENOSPC: { why: 'the disk is full', whatToDo: 'Free space there, or use a larger disk' },
  EDQUOT: { why: 'the quota of the user is used up', whatToDo: 'Free space there, or raise the quota' },
  EFBIG: {
    why: 'the disk or a limit allows no larger file',
    whatToDo: 'Use a file system for larger files',
  },
  EIO: { why: 'the disk fails to read or write', whatToDo: 'Look at the disk, which may be failing' },
}

/** Says what an error of a disk means to a store; an error that says so itself stays what it is. */
export function explainDiskFailure(what: string, error: unknown): BackupError {
  if (error instanceof BackupError) return error
  const code = readNodeCode(error) ?? ''
  const { why, whatToDo } = causes[code] ?? {
    why: error instanceof Error ? error.message : String(error),
    whatToDo: 'Look at the directory and its disk, and run the job again',
  }
  return refuseByStore(what, code in causes ? `${why} (${code})` : why, whatToDo, error)
}
