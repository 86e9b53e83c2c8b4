import { readFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import type { Manifest } from '../../../src/archive/manifest.ts'
import { clientEnvironment } from './cluster.ts'
import type { Cluster } from './cluster.ts'
import { execute } from '../machine/execute.ts'
import type { ExecuteOptions } from '../machine/execute.ts'
import type { ActionRun } from '../runner.ts'
import { findClient } from './server-binaries.ts'

/** The manifest that a run has written. */
export async function readManifest(run: ActionRun): Promise<Manifest> {
  return JSON.parse(await readFile(run.outputs['manifest'] ?? '', 'utf8')) as Manifest
}

/** Runs one command of a shell, and throws when it fails. */
export type RunCommand = (command: string, options: ExecuteOptions) => Promise<unknown>

/** Bash takes a socket on its standard input for a remote login, and would read ~/.bashrc. */
const runInBash: RunCommand = (command, options) =>
  execute('bash', ['--norc', '-o', 'pipefail', '-c', command], options)

/** A shell at a terminal, where a passphrase is typed when age asks for it. */
export function runAtTerminal(passphrase: string): RunCommand {
  const program = join(import.meta.dirname, 'type_passphrase.py')
  return (command, options) => execute('python3', [program, command], { ...options, input: passphrase })
}

/**
 * Restores a whole backup with the commands of its manifest, one by one and to the letter, in the backup's
 * folder, as a person would, who knows what docs/restore.md says of a deadlock. Throws at the first that fails.
 */
export async function restoreByHand(
  run: ActionRun,
  target: Cluster,
  runCommand: RunCommand = runInBash,
): Promise<void> {
  const { files } = await readManifest(run)
  const directory = dirname(run.outputs['manifest'] ?? '')
  const environment = clientEnvironment(target)
  const path = [findClient(), environment['PATH']].join(delimiter)
  await execute('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { directory })
  const options = { directory, environment: { ...environment, PATH: path } }
  for (const { database, restoreCommands } of files) {
    for (const command of restoreCommands) {
      await runCommand(command, options).catch(async (error: unknown) => {
        if (database === null || !String(error).includes('deadlock detected')) throw error
        await execute('dropdb', ['--force', '--', database], options)
        await execute('createdb', ['--template=template0', '--', database], options)
        await runCommand(command.replace('--jobs=4', '--jobs=1'), options)
      })
    }
  }
}
