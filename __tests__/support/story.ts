import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { serializeManifest } from '../../src/archive/manifest.ts'
import type { Manifest } from '../../src/archive/manifest.ts'
import { runAction, startAction } from './runner.ts'
import type { ActionOptions, ActionRun, StartedAction } from './runner.ts'
import { makeScratchDirectory } from './machine/scratch.ts'

type Extra = Omit<ActionOptions, 'bundle' | 'inputs'>

/** Backs up without an upload, and returns the directory. Throws with the log when the action fails. */
export async function backUp(inputs: Record<string, string>, extra: Extra = {}): Promise<string> {
  const directory = join(await makeScratchDirectory('backup'), 'files')
  const given = { 'output-dir': directory, upload: 'false', ...inputs }
  const run = await runAction({ bundle: 'backup', inputs: given, ...extra })
  if (run.exitCode !== 0) throw new Error(run.log)
  return directory
}

/** Runs the restore action to its end. */
export function restore(inputs: Record<string, string>, extra: Extra = {}): Promise<ActionRun> {
  return runAction({ bundle: 'restore', inputs, ...extra })
}

/** Starts the restore action, for a test that cancels it. */
export function startRestore(inputs: Record<string, string>, extra: Extra = {}): Promise<StartedAction> {
  return startAction({ bundle: 'restore', inputs, ...extra })
}

export async function readManifest(directory: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(directory, 'manifest.json'), 'utf8')) as Manifest
}

/** Writes another manifest beside the same files. */
export async function changeManifest(
  directory: string,
  change: (manifest: Manifest) => Manifest,
): Promise<void> {
  await writeFile(join(directory, 'manifest.json'), serializeManifest(change(await readManifest(directory))))
}
