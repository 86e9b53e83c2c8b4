import { BackupError } from '../../errors.ts'

/** PURE. A PGB_URL that names the broken rule; neither sentence may hold a piece of the connection string. */
export function refuseUrl(why: string, whatToDo: string): BackupError {
  return new BackupError('PGB_URL', {
    what: 'The connection cannot be read as libpq reads it',
    why,
    whatToDo,
  })
}
