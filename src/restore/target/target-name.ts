import { BackupError } from '../../errors.ts'
import type { CheckedBackup } from '../check.ts'
import type { RestoreTarget } from './target.ts'

/**
 * PURE. Decides under which name the only database of a backup is restored: an empty database that the url names is
 * meant, if there is none of the backup's own name.
 * @param targetDatabase the input, which settles it
 * @throws BackupError PGB_INPUT where it is not clear
 */
export function settleName(
  backup: CheckedBackup,
  targetDatabase: string | undefined,
  { named, existing, server }: Pick<RestoreTarget, 'named' | 'existing' | 'server'>,
): CheckedBackup {
  const [only, another] = backup.databases
  if (only === undefined || another !== undefined) return backup
  if (targetDatabase !== undefined || named === undefined || named === only.database) return backup
  const found = existing.get(named)
  const fact =
    found === undefined
      ? 'which does not exist'
      : found.objects > 0
        ? `which is not empty, as it holds ${found.examples.join(', ')}`
        : server.facts.databases.some(({ name }) => name === only.database)
          ? `and the server has both`
          : undefined
  if (fact === undefined) return { ...backup, databases: [{ ...only, target: named }] }
  throw new BackupError('PGB_INPUT', {
    what: 'It is not clear which database is to be restored, and the server was left as it is',
    why: `the backup holds "${only.database}", and the url names "${named}", ${fact}`,
    whatToDo: `Set "target-database" to "${named}" or to "${only.database}"`,
  })
}
