import type { ManifestFile } from '../../archive/manifest.ts'
import type { DatabaseProperties } from '../../archive/properties.ts'
import type { Judgement } from '../../catalogue/judge.ts'
import type { Copy, Problem } from '../../catalogue/problems.ts'
import { BackupError } from '../../errors.ts'
import type { Client } from '../../postgres/client/find-clients.ts'
import { openClient } from '../../postgres/open-client.ts'
import { readProperties, type PropertiesByName } from '../../restoring/properties/read-properties.ts'
import type { Run } from '../../step/run.ts'
import type { ExaminedBackup, Store } from '../../stores/store.ts'
import { formatCount, formatSeconds } from '../../units.ts'
import type { ProofInputs } from '../inputs.ts'
import { decodeCopy } from './decode-copy.ts'
import { withFetchedFile, type FetchedFile } from './fetch-file.ts'
import { withDrill } from './open-drill.ts'
import { refuseWhole, restoreCopy, type DrillSetting } from './restore-copy.ts'
import { judgeDrill, listCopies, type ProvenJudgement, type ProvenVerdict } from './proven.ts'
import { withStoredFiles, type StoredBackup } from './stored-files.ts'
import { findNewest, toVersionNumber } from './versions.ts'

interface ProofSetting {
  readonly inputs: ProofInputs
  /** Undefined where no file takes one. */
  readonly client: Client | undefined
  /** Undefined where nothing is restored. */
  readonly drill: DrillSetting | undefined
  readonly run: Run
}

/**
 * Proves the newest copies one by one, each fetched from where it is stored. What goes wrong with one is a problem of its
 * database, and the others go on.
 */
export async function proveCopies(
  judgement: Judgement,
  stores: ReadonlyMap<ExaminedBackup, Store>,
  inputs: ProofInputs,
  run: Run,
): Promise<ProvenJudgement> {
  const unproven = judgement.verdicts.map((verdict): ProvenVerdict => {
    return { ...verdict, verified: verdict.copy === undefined ? undefined : 'manifest' }
  })
  if (inputs.method === 'manifest') return { ...judgement, verdicts: unproven, restoreSeconds: undefined }
  const problems: Problem[] = [...judgement.problems]
  const proven = new Map<ProvenVerdict, ProvenVerdict>()
  const copies = listCopies(unproven)
  let sharedSeconds = 0
  const failure = await attempt(run, async () => {
    const client = await provideReader(copies, run, inputs)
    await withDrill(copies, { client, inputs, run }, async (drill) => {
      const setting = { inputs, client, drill, run }
      for (const [backup, verdicts] of groupByBackup(unproven)) {
        const store = stores.get(backup)
        if (store === undefined) throw new Error(`the store of ${backup.address} is not known`)
        const names = [...listShared(backup), ...listCopies(verdicts).map(({ file }) => file)]
        const wanted = { names: names.map(({ name }) => name), run }
        await withStoredFiles(backup, store, wanted, async (stored) => {
          const shared = await proveShared(stored, setting)
          problems.push(...shared.problems)
          sharedSeconds += shared.seconds
          for (const verdict of verdicts) proven.set(verdict, await prove(verdict, stored, shared, setting))
        })
      }
    })
  })
  if (failure !== undefined) problems.push(failure)
  const verdicts = unproven.map((verdict) => proven.get(verdict) ?? verdict)
  if (inputs.method !== 'restore') return { verdicts, problems, restoreSeconds: undefined }
  const restoreSeconds = verdicts.reduce((sum, verdict) => sum + (verdict.restoreSeconds ?? 0), sharedSeconds)
  return {
    verdicts,
    problems: [...problems, ...judgeDrill(verdicts, restoreSeconds, inputs)],
    restoreSeconds,
  }
}

function groupByBackup(verdicts: readonly ProvenVerdict[]): Map<ExaminedBackup, ProvenVerdict[]> {
  const groups = new Map<ExaminedBackup, ProvenVerdict[]>()
  for (const verdict of verdicts) {
    const backup = verdict.copy?.backup
    if (backup !== undefined) groups.set(backup, [...(groups.get(backup) ?? []), verdict])
  }
  return groups
}

/** @returns the problem that ended the work */
async function attempt({ signal }: Run, work: () => Promise<void>): Promise<Problem | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof BackupError)) throw error
    // A restore that fails is here a file that is not good.
    const code = error.code === 'PGB_RESTORE' ? 'PGB_VERIFY' : error.code
    return { code, ...error.explanation }
  }
}

function listShared({ manifest }: ExaminedBackup): ManifestFile[] {
  return manifest.files.filter(({ kind }) => kind === 'globals' || kind === 'properties')
}

/** What all databases of a backup share. */
interface Shared {
  readonly problems: readonly Problem[]
  readonly properties: PropertiesByName
  readonly seconds: number
}

/** Roles and properties, which a restore of each database of the backup may need. */
async function proveShared(stored: StoredBackup, { inputs, client, run }: ProofSetting): Promise<Shared> {
  const startedAt = performance.now()
  const problems: Problem[] = []
  let properties: PropertiesByName = new Map()
  for (const file of listShared(stored.backup)) {
    const problem = await attempt(run, () =>
      withFetchedFile(file, stored, { ...inputs, run }, async (fetched) => {
        await decodeCopy(fetched, stored, { client, run })
        if (file.kind === 'properties') properties = await readProperties(fetched.file, fetched.readers, run)
      }),
    )
    if (problem !== undefined) problems.push(problem)
  }
  return { problems, properties, seconds: secondsSince(startedAt) }
}

async function prove(
  verdict: ProvenVerdict,
  stored: StoredBackup,
  { properties }: Shared,
  setting: ProofSetting,
): Promise<ProvenVerdict> {
  const { copy } = verdict
  if (copy === undefined) return verdict
  const { inputs, run } = setting
  let proven = verdict
  const startedAt = performance.now()
  const problem = await attempt(run, () =>
    withFetchedFile(copy.file, stored, { ...inputs, run }, async (fetched) => {
      const fetchSeconds = secondsSince(startedAt)
      const like = properties.get(copy.file.database ?? '')
      proven = await proveFetched(
        verdict,
        fetched,
        { backup: copy.backup, properties: like, fetchSeconds },
        setting,
      )
    }),
  )
  return problem === undefined ? proven : { ...proven, problems: [...proven.problems, problem] }
}

async function proveFetched(
  verdict: ProvenVerdict,
  fetched: FetchedFile,
  known: { backup: ExaminedBackup; properties: DatabaseProperties | undefined; fetchSeconds: number },
  { inputs, client, drill, run }: ProofSetting,
): Promise<ProvenVerdict> {
  const { subject } = verdict
  const { fetchSeconds, backup } = known
  const fetchedIn = `${subject}: fetched from ${backup.address} in ${formatSeconds(fetchSeconds)}`
  const startedAt = performance.now()
  if (drill === undefined) {
    await decodeCopy(fetched, known, { client, run })
    run.log.info(`${fetchedIn}, read to its end in ${formatSeconds(secondsSince(startedAt))}`)
    return { ...verdict, verified: 'decode' }
  }
  if (fetched.file.kind === 'cluster') throw refuseWhole(fetched.file)
  const checks = inputs.checks.filter(({ database }) => database === fetched.file.database)
  const result = await restoreCopy(fetched, known, checks, drill)
  const asked =
    checks.length === 0
      ? ''
      : `, ${formatCount(checks.length, 'check')} asked in ${formatSeconds(result.checksSeconds)}`
  run.log.info(`${fetchedIn}, decrypted and restored in ${formatSeconds(result.restoreSeconds)}${asked}`)
  return {
    ...verdict,
    problems: [...verdict.problems, ...result.problems],
    verified: 'restore',
    restoreSeconds: fetchSeconds + result.restoreSeconds,
    rows: result.rows,
    unseen: result.unseen,
  }
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1000
}

/** The client that reads the archives among the copies, and restores them all. */
async function provideReader(
  copies: readonly Copy[],
  run: Run,
  inputs: ProofInputs,
): Promise<Client | undefined> {
  const reading = copies.filter(({ file }) => inputs.method === 'restore' || file.format !== 'plain')
  const version = findNewest(reading.map(({ backup }) => backup.manifest.client.version))
  if (version === undefined) return undefined
  return openClient({ version, versionNumber: toVersionNumber(version) }, inputs, run)
}
