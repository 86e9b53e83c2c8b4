import { access, mkdtemp, open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { manifestName } from '../archive/manifest.ts'
import { refuseInput } from '../inputs/read-inputs.ts'
import { readNodeCode } from '../node-error.ts'
import type { Run } from '../step/run.ts'
import { estimateOutput, estimateStaging, surveyPlaces, type Place } from './dump/space.ts'
import { chooseStagingDirectory } from './dump/staging.ts'
import { explainDirectoryFailure, makeDirectory } from './make-directory.ts'
import type { PlannedBackup, PlannedFile } from './plan.ts'

/** Where the files are written. */
export interface OutputPlaces {
  /** Absolute. */
  readonly outputDirectory: string
  /** Exists, and is private to this run. */
  readonly stagingDirectory: string
  /** Both, with the space that they have. */
  readonly places: readonly Place[]
}

/** The manifest under the name that reserves the directory for this run. */
export const partialManifestName = `${manifestName}.partial`

/**
 * Makes the output directory and reserves it: a directory holds one backup, since it holds one manifest.
 * @throws BackupError PGB_INPUT when another backup lies or is being written there, or when nothing can be
 */
export async function prepareOutputDirectory(planned: PlannedBackup, run: Run): Promise<OutputPlaces> {
  const { inputs, plan } = planned
  const outputDirectory = await makeOutputDirectory(inputs.outputDirectory, run)
  const reservation = join(outputDirectory, partialManifestName)
  const file = await open(reservation, 'wx', 0o600).catch((cause: unknown) => {
    const isReserved = readNodeCode(cause) === 'EEXIST'
    throw isReserved
      ? refuseDirectory('another backup is being written there')
      : explainDirectoryFailure('nothing can be written there', cause)
  })
  await file.close()
  const partialPaths = plan.files.map((planned) => findPartialPath(planned, outputDirectory))
  run.discardAtEnd(reservation, ...partialPaths)
  // Behind the reservation, as another run may have finished its backup just before.
  const isTaken = await access(join(outputDirectory, manifestName)).then(
    () => true,
    () => false,
  )
  if (isTaken) throw refuseDirectory('it already holds a backup')
  const stagingDirectory = await chooseStagingDirectory(planned, run)
  const wanted = [
    { directory: outputDirectory, label: 'the output directory', estimated: estimateOutput(plan) },
    {
      directory: stagingDirectory,
      label: 'the directory for unfinished archives',
      estimated: estimateStaging(plan),
    },
  ]
  const used = inputs.format === 'directory' ? wanted : wanted.slice(0, 1)
  return { outputDirectory, stagingDirectory, places: await surveyPlaces(used, run.log) }
}

/** PURE. The path of a file that is not finished. */
export function findPartialPath({ name }: PlannedFile, outputDirectory: string): string {
  return join(outputDirectory, `${name}.partial`)
}

async function makeOutputDirectory(input: string | undefined, run: Run): Promise<string> {
  if (input === undefined) {
    const directory = await mkdtemp(join(run.environment['RUNNER_TEMP'] ?? tmpdir(), 'postgres-backup-'))
    run.discardEmptyAtEnd(directory)
    return directory
  }
  const directory = resolve(run.environment['GITHUB_WORKSPACE'] ?? '.', input)
  await makeDirectory(directory)
  return directory
}

function refuseDirectory(why: string): Error {
  // A re-run keeps the number of its run.
  const whatToDo =
    'Give each attempt a directory of its own, as in "backup-${{ github.run_id }}-${{ github.run_attempt }}"'
  return refuseInput('output-dir', why, whatToDo)
}
