import type { Judgement } from '../../catalogue/judge.ts'
import type { Copy, Problem } from '../../catalogue/problems.ts'
import { dropRoles } from '../../drill/restore-roles.ts'
import type { Client } from '../../postgres/client/find-clients.ts'
import { openClient } from '../../postgres/open-client.ts'
import type { Run } from '../../step/run.ts'
import type { ExaminedBackup, Store } from '../../stores/store.ts'
import { formatCount, formatSeconds } from '../../units.ts'
import type { ProofInputs } from '../inputs.ts'
import { attempt } from './attempt.ts'
import { checkArchiveName, decodeCopy } from './decode-copy.ts'
import { withFetchedFile, type FetchedFile } from './fetch-file.ts'
import { withDrill } from './open-drill.ts'
import type { ProofSetting } from './proof-setting.ts'
import { listShared, proveShared, type Shared } from './prove-shared.ts'
import { restoreCluster } from './restore-cluster.ts'
import { restoreCopy } from './restore-copy.ts'
import { judgeDrill, listCopies, type ProvenJudgement, type ProvenVerdict } from './proven.ts'
import { withStoredFiles, type StoredBackup } from './stored-files.ts'
import { findNewest, toVersionNumber } from './versions.ts'

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
          if (drill?.scratch.isContained === true) await dropRoles(drill.scratch)
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

async function prove(
  verdict: ProvenVerdict,
  stored: StoredBackup,
  shared: Shared,
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
      const known = { backup: copy.backup, shared, fetchSeconds }
      proven = await proveFetched(verdict, withRows(fetched, shared.rows), known, setting)
    }),
  )
  return problem === undefined ? proven : { ...proven, problems: [...proven.problems, problem] }
}

/** An encrypted backup tells the rows of its tables to who has the key. */
function withRows(fetched: FetchedFile, rows: Shared['rows']): FetchedFile {
  const { file } = fetched
  const rowCounts = file.verification.rowCounts ?? rows.get(file.name) ?? null
  return { ...fetched, file: { ...file, verification: { ...file.verification, rowCounts } } }
}

async function proveFetched(
  verdict: ProvenVerdict,
  fetched: FetchedFile,
  known: { backup: ExaminedBackup; shared: Shared; fetchSeconds: number },
  { inputs, client, drill, run }: ProofSetting,
): Promise<ProvenVerdict> {
  const { subject, wanted } = verdict
  const { fetchSeconds, backup } = known
  const fetchedIn = `${subject}: fetched from ${backup.address} in ${formatSeconds(fetchSeconds)}`
  const startedAt = performance.now()
  if (drill === undefined) {
    const { rows } = await decodeCopy(fetched, known, { client, run })
    run.log.info(`${fetchedIn}, read to its end in ${formatSeconds(secondsSince(startedAt))}`)
    return { ...verdict, verified: 'decode', ...(rows === null ? {} : { rows }) }
  }
  const { shared } = known
  const { pgRestore } = drill.server.client
  await checkArchiveName(fetched, known, { pgRestore, run })
  const properties = shared.properties.get(fetched.file.database ?? '')
  const result =
    fetched.file.kind === 'cluster'
      ? await restoreCluster(fetched, { backup, properties: shared.properties, wanted }, inputs.checks, drill)
      : await restoreCopy(fetched, { backup, properties, roles: shared.roles }, inputs.checks, drill)
  const checks = inputs.checks.filter(({ database }) => result.databases.includes(database))
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
    restored: result.databases,
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
