import { chmod, chown, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findExecutable } from '../../../src/process/find-executable.ts'
import { findNode } from '../runner.ts'
import { writeScript } from './stand-ins.ts'
import { repository } from '../repository.ts'

/** A number that no account of a test machine has; and nobody's, since initdb runs as none without a name. */
export const otherAccount = 54_321
export const namedAccount = 65_534

/** The search path of such an account. */
export const plainPath = '/usr/local/bin:/usr/bin:/bin'

/**
 * Writes a script that becomes another account, and then the bundle, in one and the same process: to be given as
 * `bundlePath`. The test itself must run as root.
 * @param directory empty; the account must reach it
 */
export async function writeLauncher(
  directory: string,
  bundle: 'backup' | 'cleanup',
  account = otherAccount,
): Promise<string> {
  const path = findExecutable('setpriv', process.env['PATH'] ?? '') ?? ''
  const script = join(directory, `${bundle}-as-${account}.mjs`)
  const args = [
    ...['setpriv', `--reuid=${account}`, `--regid=${account}`, '--clear-groups', '--'],
    ...[findNode(), join(repository, 'dist', bundle, 'index.js')],
  ]
  await writeFile(
    script,
    `import { chmodSync, chownSync } from 'node:fs'
import { dirname } from 'node:path'
chmodSync(dirname(dirname(process.env['GITHUB_OUTPUT'])), 0o755)
for (const name of ['OUTPUT', 'STATE', 'STEP_SUMMARY'])
  chownSync(process.env['GITHUB_' + name], ${account}, ${account})
process.chdir('/')
process.execve(${JSON.stringify(path)}, ${JSON.stringify(args)}, process.env)`,
  )
  return script
}

/**
 * Makes a `sudo` that asks for no password, for {@link otherAccount} alone: a copy of setpriv with the set-user-id bit,
 * behind a script that knows the options which the action gives.
 * @returns its directory, for PATH
 */
export async function writeSudo(directory: string): Promise<string> {
  const setpriv = join(directory, 'become-root')
  await mkdir(directory, { recursive: true })
  await chmod(directory, 0o755)
  await copyFile(findExecutable('setpriv', process.env['PATH'] ?? '') ?? '', setpriv)
  await chown(setpriv, 0, otherAccount)
  await chmod(setpriv, 0o4750)
  await writeScript(
    directory,
    'sudo',
    `[ "$1" = -n ] || exit 1
shift
[ "$1" = -l ] && exit 0
[ "$1" = -- ] && shift
exec ${setpriv} --reuid=0 --regid=0 --clear-groups -- env -i PATH="$PATH" "$@"`,
  )
  return directory
}

/** Makes an `unshare` that the kernel refuses. */
export async function writeRefusedUnshare(directory: string): Promise<string> {
  await writeScript(
    directory,
    'unshare',
    'echo "unshare: unshare failed: Operation not permitted" >&2; exit 1',
  )
  await chmod(directory, 0o755)
  return directory
}
