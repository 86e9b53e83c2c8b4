import { hashFile } from '../../archive/checksum.ts'
import { setOutputs } from '../../github/outputs.ts'
import type { Run } from '../../step/run.ts'
import { uploadArtifact, type UploadedArtifact } from '../../stores/artifact/upload-artifact.ts'
import { openStore } from '../../stores/open-store.ts'
import type { NewBackup, NewFile, Store } from '../../stores/store.ts'
import { makeStoreName, nowhere, type StoredPlaces } from './stored-places.ts'
import { checkUnchanged } from '../finish.ts'
import type { BackupInputs } from '../inputs.ts'
import type { BackupReport } from '../report/report.ts'

/**
 * Asks the further places before the dump whether a backup could be put there. One that could not is warned of, since it
 * may be there again by the end.
 * @throws what the first of them says when the backup would have no home at all
 */
export async function checkStores(inputs: BackupInputs, run: Run): Promise<void> {
  const { copyTo, encryption, upload, outputDirectory } = inputs
  if (encryption === undefined && copyTo.some(({ kind }) => kind === 's3')) {
    run.log.info(
      'The backup goes to S3 without encryption of its own, so whoever may read the bucket can read the data. Set `age-recipients` to encrypt it.',
    )
  }
  const results = await Promise.allSettled(
    copyTo.map((address) => openStore(address, run.log).check(run.signal)),
  )
  run.signal.throwIfAborted()
  const failures = results
    .filter((result) => result.status === 'rejected')
    .map(({ reason }): unknown => reason)
  const isHomeless = !upload && outputDirectory === undefined && failures.length === copyTo.length
  if (isHomeless && failures.length > 0) throw failures[0]
  for (const failure of failures)
    run.log.warning(`${describe(failure)} It is tried again at the end.`, 'Store')
}

/**
 * Uploads the backup and copies it to each further place, one after the other. One that fails leaves the others alone.
 * @throws BackupError PGB_VERIFY when a file is not any more what was verified; the reason of the run's signal
 */
export async function storeBackup(report: BackupReport, run: Run): Promise<StoredPlaces> {
  const { plan, inputs, files } = report.result
  await checkUnchanged(files)
  run.signal.throwIfAborted()
  if (files.length === 0 || (!inputs.upload && inputs.copyTo.length === 0)) return nowhere
  const failures: Error[] = []
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work()
    } catch (error) {
      run.signal.throwIfAborted()
      failures.push(error instanceof Error ? error : new Error(String(error)))
      return undefined
    }
  }
  const artifact = inputs.upload ? await attempt(() => upload(report, run)) : undefined
  const copies: string[] = []
  const setPlaces = (): void => {
    setOutputs({ 'stored-at': [...(artifact === undefined ? [] : [artifact.url]), ...copies] })
  }
  setPlaces()
  if (inputs.copyTo.length === 0) return { artifact, copies, failures }
  const backup = await describeBackup(makeStoreName(plan), report, run.signal)
  for (const address of inputs.copyTo) {
    const copied = await attempt(() => copy(backup, openStore(address, run.log), run))
    if (copied === undefined) continue
    copies.push(copied)
    setPlaces()
  }
  await checkUnchanged(files)
  return { artifact, copies, failures }
}

async function upload({ result, paths }: BackupReport, { log, signal }: Run): Promise<UploadedArtifact> {
  const { plan, inputs, output } = result
  log.startGroup('Uploading')
  try {
    const artifact = await uploadArtifact({
      name: plan.artifactName,
      files: paths,
      rootDirectory: output.outputDirectory,
      retentionDays: inputs.retentionDays,
      log,
      signal,
    })
    setOutputs({
      'artifact-name': artifact.name,
      'artifact-id': artifact.id,
      'artifact-url': artifact.url,
      'artifact-digest': artifact.digest,
    })
    return artifact
  } finally {
    log.endGroup()
  }
}

async function copy(backup: NewBackup, store: Store, { log, signal }: Run): Promise<string> {
  log.startGroup(`Copying to ${store.address}`)
  try {
    const { address } = await store.put(backup, signal)
    log.info(`Copied to ${address}`)
    return address
  } finally {
    log.endGroup()
  }
}

async function describeBackup(name: string, report: BackupReport, signal: AbortSignal): Promise<NewBackup> {
  const { result, checksumsPath, manifestPath } = report
  const describeFile = async (file: string, path: string): Promise<NewFile> => ({
    name: file,
    path,
    ...(await hashFile(path, signal)),
  })
  return {
    name,
    files: result.files.map(({ planned, path, size, sha256 }) => ({
      name: planned.name,
      path,
      size,
      sha256,
    })),
    checksums: await describeFile('SHA256SUMS', checksumsPath),
    manifest: await describeFile('manifest.json', manifestPath),
  }
}

function describe(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure)
}
