import type { FileSubject } from '../archive/backup-file.ts'
import { BackupError } from '../errors.ts'
import type { BackupPlan } from './plan.ts'

const subjects = {
  cluster: 'The cluster',
  globals: 'The file of the globals',
  properties: "The file of the databases' properties",
  contents: "The file of the tables' rows",
} as const

/** What a file or a failure is about, as sentences name it. */
export function describeSubject({ kind, database }: FileSubject): string {
  if (kind === 'database') return `The database "${database}"`
  return subjects[kind]
}

/** What was asked for and has no file. */
export type FailedSubject = FileSubject & {
  readonly error: unknown
  /** It did not fail by itself, but was stopped by `fail-fast` because another had failed. */
  readonly wasStopped: boolean
}

/** PURE. The databases that were asked for by name and do not exist. */
export function listMissing({ missing }: BackupPlan): FailedSubject[] {
  return missing.map((database) => {
    const subject = { kind: 'database', database } as const
    const error = new BackupError('PGB_NO_DATABASE', {
      what: `${describeSubject(subject)} was not dumped`,
      why: 'the server has no database of that name',
      whatToDo: 'Correct the input "databases"; names are case-sensitive',
    })
    return { ...subject, error, wasStopped: false }
  })
}
