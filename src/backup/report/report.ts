import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { formatChecksums } from '../../archive/checksum.ts'
import { parseManifest } from '../../archive/manifest-parser.ts'
import { manifestName, serializeManifest, type BackupStatus, type Manifest } from '../../archive/manifest.ts'
import { toHistory } from '../../catalogue/charts.ts'
import { BackupError } from '../../errors.ts'
import { setOutputs } from '../../github/outputs.ts'
import { writeSummary } from '../../github/summary.ts'
import { describeError } from '../../github/log.ts'
import { findReason, type Run } from '../../step/run.ts'
import type { Shrinkage } from '../history/shrinkage.ts'
import { partialManifestName } from '../output-directory.ts'
import type { StoredPlaces } from '../storing/stored-places.ts'
import type { ProducedBackup } from '../produce.ts'
import { formatForecast } from './forecast.ts'
import { formatFailure, formatSummary, type BackupEnd } from './summary.ts'
import { listDatabases } from './report-plan.ts'
import { formatVerdict } from './verdict.ts'

/** A backup that has its manifest. */
export interface ReportedBackup extends ProducedBackup {
  readonly manifest: Manifest
  readonly shrinkage: Shrinkage
  readonly manifestPath: string
  readonly checksumsPath: string
}

/** `complete` when nothing is missing, `partial` when something is there, else `failed`. */
export function judge({ files, failures }: Pick<ProducedBackup, 'files' | 'failures'>): BackupStatus {
  if (failures.length === 0) return 'complete'
  return files.length > 0 ? 'partial' : 'failed'
}

/**
 * Writes manifest, checksums and outputs.
 * @throws BackupError PGB_VERIFY for a manifest that no restore would take, before it has its name
 */
export async function reportBackup(
  produced: ProducedBackup,
  manifest: Manifest,
  shrinkage: Shrinkage,
): Promise<ReportedBackup> {
  const { plan, files, output } = produced
  const { outputDirectory } = output
  const planned = files.map((file) => file.planned)
  const manifestText = serializeReadable(manifest)
  const checksumsPath = join(outputDirectory, 'SHA256SUMS')
  const manifestPath = join(outputDirectory, manifestName)
  await writeWhole(checksumsPath, formatChecksums(files))
  // The manifest comes last: where it stands under its own name, all that it lists stands there too.
  await writeWhole(join(outputDirectory, partialManifestName), manifestText)
  await rename(join(outputDirectory, partialManifestName), manifestPath)
  setOutputs({
    databases: listDatabases(plan, planned),
    files: files.map(({ path }) => path),
    manifest: manifestPath,
    checksums: checksumsPath,
    size: files.reduce((sum, { size }) => sum + size, 0),
  })
  return { ...produced, manifest, shrinkage, manifestPath, checksumsPath }
}

/** Says how a backup ended and where it lies: in the status, in the summary, and in the last line of the log. */
export async function concludeBackup(backup: ReportedBackup, stored: StoredPlaces, run: Run): Promise<void> {
  const { manifest } = backup
  const end = describeEnd(backup, stored)
  const { artifact, copies, directory } = end
  setOutputs({ status: manifest.status })
  await writeSummary(run.redact(formatSummary(manifest, end)))
  if (manifest.files.length === 0) return
  const forecast = artifact && formatForecast(artifact, new Date(manifest.finishedAt))
  if (forecast !== undefined) run.log.info(forecast)
  const places = [
    ...(artifact === undefined ? [] : [`as ${artifact.url}`]),
    ...copies.map((address) => `at ${address}`),
    ...(directory === undefined ? [] : [`in ${directory}`]),
  ]
  run.log.info(`${formatVerdict(manifest)}, ${places.join(' and ')}`)
}

/** Says in the summary what stopped the step, and where the backup lies if there is one already. */
export async function concludeFailure(
  thrown: unknown,
  backup: ReportedBackup | undefined,
  stored: StoredPlaces,
  run: Run,
): Promise<void> {
  const failure = describeError(findReason(thrown, run.signal))
  const summary =
    backup === undefined
      ? formatFailure(failure)
      : formatSummary(backup.manifest, { ...describeEnd(backup, stored), failure })
  await writeSummary(run.redact(summary))
}

function describeEnd(backup: ReportedBackup, { artifact, copies }: StoredPlaces): BackupEnd {
  const { inputs, output, failures, shrinkage } = backup
  // Nobody will look for it where the files lie somewhere else, unless it was asked for.
  const isShown = inputs.outputDirectory !== undefined || (artifact === undefined && copies.length === 0)
  const directory = isShown ? output.outputDirectory : undefined
  return { failed: failures, artifact, copies, directory, history: toHistory(shrinkage.past) }
}

/** A backup is as good as what a restore makes of it, so the restore's own parser has to take the manifest. */
function serializeReadable(manifest: Manifest): string {
  const text = serializeManifest(manifest)
  try {
    parseManifest(text)
    return text
  } catch (error) {
    throw new BackupError(
      'PGB_VERIFY',
      {
        what: 'The backup is of no use, since no restore would take its manifest',
        why: error instanceof BackupError ? error.explanation.why : String(error),
        whatToDo:
          'Rename a database that is named oddly, or report the error with its log as an issue of the action',
      },
      { cause: error },
    )
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  // Made anew, so that a link that somebody laid there is not followed.
  await rm(path, { force: true })
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}
