import { BackupError } from '../errors.ts'
import { quoteIdentifier } from '../postgres/sql/quote.ts'
import type { ServerFacts } from '../postgres/server.ts'
import type { ExistingDatabase, RestoreTarget } from './target/target.ts'
import { formatCount } from '../units.ts'

/** A target that holds objects, without `clean`. */
export function refuseFull(name: string, { objects, examples }: ExistingDatabase): BackupError {
  return new BackupError('PGB_TARGET_NOT_EMPTY', {
    what: `The database "${name}" was not restored, and was left as it is`,
    why: `it already holds ${formatCount(objects, 'object')}, such as ${examples.join(', ')}`,
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

/** A database that is to be created by a role that may not. */
export function refuseCreation(name: string, { role, server }: RestoreTarget): BackupError {
  const user = quoteIdentifier(role)
  const { service } = server.facts
  const database = server.connection.parameters['dbname'] ?? ''
  const grant = `Run: ALTER ROLE ${user} CREATEDB, or create an empty database of that name for it to fill`
  return new BackupError('PGB_PERMISSION', {
    what: `The database "${name}" was not restored, and the server was left as it is`,
    why: `the role ${user} may not create databases${service === undefined ? '' : ` at ${service.name}`}`,
    whatToDo:
      service === undefined || database === ''
        ? grant
        : `Set "target-database" to "${database}" to restore into the database of the url, or connect as ${service.highestRole}`,
  })
}

/** A new database that cannot take the place of the old one. */
export function refuseReplacement(name: string, why: string, { service }: ServerFacts): BackupError {
  return new BackupError('PGB_PERMISSION', {
    what: `The database "${name}" cannot be replaced by a new one, and the server was left as it is`,
    why,
    whatToDo: `Set "replace" to auto, by which its contents are replaced instead, or connect as ${service?.highestRole ?? 'a superuser'}`,
  })
}
