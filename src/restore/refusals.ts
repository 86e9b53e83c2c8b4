import { BackupError } from '../errors.ts'
import { quoteIdentifier } from '../postgres/sql/quote.ts'
import type { ExistingDatabase } from './target.ts'

/** A target that holds objects, without `clean`. */
export function refuseFull(name: string, { objects, examples }: ExistingDatabase): BackupError {
  return new BackupError('PGB_TARGET_NOT_EMPTY', {
    what: `The database "${name}" was not restored, and was left as it is`,
    why: `it already holds ${objects === 1 ? 'an object' : `${objects} objects`}, such as ${examples.join(', ')}`,
    whatToDo: 'Set `clean: true` to replace it, or restore under another name with "target-database"',
  })
}

/** A target that does not exist, without `create`. */
export function refuseMissing(name: string): BackupError {
  return new BackupError('PGB_NO_DATABASE', {
    what: `The database "${name}" was not restored`,
    why: 'it does not exist on the server, and the input "create" is false',
    whatToDo: 'Create it, or set `create: true`',
  })
}

/** A target that cannot be dropped. */
export function refuseTemplate(name: string): BackupError {
  return new BackupError('PGB_PERMISSION', {
    what: `The database "${name}" was not restored, and was left as it is`,
    why: 'it is a template, which PostgreSQL does not let anyone drop',
    whatToDo: 'Restore under another name with "target-database"',
  })
}

/** A role that lacks what the restore takes. */
export function refuseRole(name: string, role: string, lacking: 'CREATEDB' | 'ownership'): BackupError {
  const user = quoteIdentifier(role)
  return new BackupError('PGB_PERMISSION', {
    what: `The database "${name}" was not restored, and the server was left as it is`,
    why:
      lacking === 'CREATEDB'
        ? `the role ${user} may not create databases`
        : `the role ${user} does not own it`,
    whatToDo:
      lacking === 'CREATEDB'
        ? `Run: ALTER ROLE ${user} CREATEDB, or create an empty database of that name for it to fill`
        : 'Connect as its owner, or restore under another name with "target-database"',
  })
}
