import type { Judgement } from '../../catalogue/judge.ts'
import type { Problem, Verdict } from '../../catalogue/problems.ts'
import { BackupError } from '../../errors.ts'
import type { Client } from '../../postgres/client/find-clients.ts'
import { majorOf } from '../../postgres/client/version.ts'
import { openClient } from '../../postgres/open-client.ts'
import type { Run } from '../../step/run.ts'
import type { ExaminedBackup, Store } from '../../stores/store.ts'
import { formatSeconds } from '../../units.ts'
import type { CheckMethod, ProofInputs } from '../inputs.ts'
import { decodeCopy } from './decode-copy.ts'
import { withFetchedFile, type StoredBackup } from './fetch-file.ts'

/** A verdict, and how far its copy was proved. */
export interface ProvenVerdict extends Verdict {
  /** Undefined where there is no copy. */
  readonly verified: CheckMethod | undefined
}

/** What a check found, its copies proved as far as it was asked for. */
export interface ProvenJudgement extends Judgement {
  readonly verdicts: readonly ProvenVerdict[]
}

interface ProofSetting {
  readonly inputs: ProofInputs
  /** Undefined where no file takes one. */
  readonly client: Client | undefined
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
  if (inputs.method === 'manifest') return { ...judgement, verdicts: unproven }
  const problems: Problem[] = [...judgement.problems]
  const proven = new Map<ProvenVerdict, ProvenVerdict>()
  const failure = await attempt(run, async () => {
    const setting = { inputs, client: await provideReader(unproven, run, inputs), run }
    for (const [backup, verdicts] of groupByBackup(unproven)) {
      const store = stores.get(backup)
      if (store === undefined) throw new Error(`the store of ${backup.address} is not known`)
      problems.push(...(await proveShared({ backup, store }, setting)))
      for (const verdict of verdicts) proven.set(verdict, await prove(verdict, { backup, store }, setting))
    }
  })
  if (failure !== undefined) problems.push(failure)
  return { verdicts: unproven.map((verdict) => proven.get(verdict) ?? verdict), problems }
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

/** Roles and properties, which a restore of each database of the backup may need. */
async function proveShared(stored: StoredBackup, { inputs, client, run }: ProofSetting): Promise<Problem[]> {
  const files = stored.backup.manifest.files.filter(({ kind }) => kind === 'globals' || kind === 'properties')
  const problems: Problem[] = []
  for (const file of files) {
    const problem = await attempt(run, () =>
      withFetchedFile(file, stored, { ...inputs, run }, (fetched) =>
        decodeCopy(fetched, stored, { client, run }),
      ),
    )
    if (problem !== undefined) problems.push(problem)
  }
  return problems
}

async function prove(
  verdict: ProvenVerdict,
  stored: StoredBackup,
  { inputs, client, run }: ProofSetting,
): Promise<ProvenVerdict> {
  const { copy, subject } = verdict
  if (copy === undefined) return verdict
  const startedAt = performance.now()
  const problem = await attempt(run, () =>
    withFetchedFile(copy.file, stored, { ...inputs, run }, (fetched) =>
      decodeCopy(fetched, stored, { client, run }),
    ),
  )
  if (problem !== undefined) return { ...verdict, problems: [...verdict.problems, problem] }
  const seconds = formatSeconds((performance.now() - startedAt) / 1000)
  run.log.info(`${subject}: fetched from ${copy.backup.address} and read to its end in ${seconds}`)
  return { ...verdict, verified: 'decode' }
}

/** The client that reads the archives among the copies. */
async function provideReader(
  verdicts: readonly ProvenVerdict[],
  run: Run,
  inputs: ProofInputs,
): Promise<Client | undefined> {
  const copies = verdicts.map(({ copy }) => copy).filter((copy) => copy !== undefined)
  const reading = copies.filter(({ file }) => file.format !== 'plain' && file.kind !== 'properties')
  const versions = reading.map(({ backup }) => backup.manifest.client.version)
  const version = versions.toSorted((a, b) => majorOf(b) - majorOf(a))[0]
  if (version === undefined) return undefined
  return openClient({ version, versionNumber: toVersionNumber(version) }, inputs, run)
}

/** PURE. The number of a version as servers tell it, without the minor one: 150000, and 90600 for 9.6. */
export function toVersionNumber(version: string): number {
  const major = majorOf(version)
  return major >= 10 ? major * 10_000 : Math.floor(major) * 10_000 + Math.round((major % 1) * 10) * 100
}
