import { readFileSync } from 'node:fs'
import { chown } from 'node:fs/promises'
import { BackupError } from '../../errors.ts'
import { findExecutable } from '../../process/find-executable.ts'
import type { Command } from '../../process/command.ts'

/** Who runs a throw-away server. */
export interface Account {
  /** The same command, run by this account with `directory` as its working directory. */
  wrap(command: Command, directory: string): Command
  /** Hands a file or directory over to the account. */
  give(path: string): Promise<void>
}

/** PostgreSQL refuses to run as root, as which jobs in containers run. */
const accountNames = ['postgres', 'nobody']

/**
 * The account of this process, or where that is root, an unprivileged one.
 * @throws BackupError PGB_VERIFY when root can become nobody else
 */
export function chooseAccount(path: string): Account {
  if (process.getuid?.() !== 0) return { wrap: (command) => command, give: () => Promise.resolve() }
  const [setpriv, env] = [findExecutable('setpriv', path), findExecutable('env', path)]
  const ids = readIds()
  if (setpriv === undefined || env === undefined || ids === undefined) throw refuseRoot()
  const { uid, gid } = ids
  return {
    wrap: (command, directory) => ({
      path: setpriv,
      // The account may not read the directory in which this process runs.
      args: [
        ...[`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--', env, `--chdir=${directory}`],
        ...[command.path, ...command.args],
      ],
    }),
    give: (path) => chown(path, uid, gid),
  }
}

function readIds(): { uid: number; gid: number } | undefined {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  const line = accountNames
    .map((name) => lines.find((entry) => entry.startsWith(`${name}:`)))
    .find((entry) => entry !== undefined)
  const [, , uid, gid] = line?.split(':') ?? []
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) }
}

function refuseRoot(): BackupError {
  return new BackupError('PGB_VERIFY', {
    what: 'No scratch server can be started for `verify: restore`',
    why: 'the job runs as root, as which PostgreSQL does not run, and there is no setpriv to become another user',
    whatToDo: 'Install util-linux, run the job as another user, or name a scratch server in "verify-url"',
  })
}
