import { hashFile } from '../../archive/checksum.ts'
import { setOutputs } from '../../github/outputs.ts'
import type { Run } from '../../step/run.ts'
import { uploadArtifact, type UploadedArtifact } from '../../stores/artifact/upload-artifact.ts'
import { openStore } from '../../stores/open-store.ts'
import { markFinished, type FinishedFile } from '../../archive/finished-file.ts'
import type { NewBackup } from '../../stores/store.ts'
import { type Copies, type PlacedCopy } from './copies.ts'
import { nowhere, type StoredPlaces } from './stored-places.ts'
import { checkUnchanged } from '../finish.ts'
import type { BackupInputs } from '../inputs.ts'
import type { ReportedBackup } from '../report/report.ts'

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
 * Uploads the backup and ends its copies in the further places, one after the other. One that fails leaves the others alone;
 * what was copied of a backup that is not to be is taken back.
 * @throws BackupError PGB_VERIFY when a file is not any more what was verified; the reason of the run's signal
 */
export async function storeBackup(backup: ReportedBackup, copies: Copies, run: Run): Promise<StoredPlaces> {
  copies.close()
  try {
    return await storeAll(backup, copies, run)
  } catch (error) {
    await copies.abandon()
    throw error
  }
}

async function storeAll(reported: ReportedBackup, { placed }: Copies, run: Run): Promise<StoredPlaces> {
  const { inputs, files } = reported
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
  const backup = await describeBackup(reported, run.signal)
  const artifact = inputs.upload ? await attempt(() => upload(backup, reported, run)) : undefined
  const addresses: string[] = []
  const setPlaces = (): void => {
    setOutputs({ 'stored-at': [...(artifact === undefined ? [] : [artifact.url]), ...addresses] })
  }
  setPlaces()
  if (placed.length === 0) return { artifact, copies: addresses, failures }
  for (const place of placed) {
    const copied = await attempt(() => complete(place, backup, run))
    if (copied === undefined) continue
    addresses.push(copied)
    setPlaces()
  }
  await checkUnchanged(files)
  return { artifact, copies: addresses, failures }
}

async function upload(
  { files, manifest, checksums }: NewBackup,
  { plan, inputs, output }: ReportedBackup,
  { log, signal }: Run,
): Promise<UploadedArtifact> {
  log.startGroup('Uploading')
  try {
    const artifact = await uploadArtifact({
      name: plan.artifactName,
      files: [...files, manifest, checksums],
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

async function complete(
  { store, copy }: PlacedCopy,
  backup: NewBackup,
  { log, signal }: Run,
): Promise<string> {
  log.startGroup(`Copying to ${store.address}`)
  try {
    const { address } = await copy.complete(backup, signal)
    log.info(`Copied to ${address}`)
    return address
  } finally {
    log.endGroup()
  }
}

async function describeBackup(
  { files, checksumsPath, manifestPath }: ReportedBackup,
  signal: AbortSignal,
): Promise<NewBackup> {
  const describeFile = async (name: string, path: string): Promise<FinishedFile> =>
    markFinished({ name, path, ...(await hashFile(path, signal)) })
  return {
    files,
    checksums: await describeFile('SHA256SUMS', checksumsPath),
    manifest: await describeFile('manifest.json', manifestPath),
  }
}

function describe(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure)
}
