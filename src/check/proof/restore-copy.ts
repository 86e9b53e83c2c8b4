import type { DatabaseProperties } from '../../archive/properties.ts'
import type { Readers } from '../../archive/reading/readers.ts'
import type { Problem } from '../../catalogue/problems.ts'
import { judgeHealth, type HealthVerdict } from '../../drill/judge-health.ts'
import { readHealth } from '../../drill/read-health.ts'
import { withScratchDatabase, type DatabaseFacts } from '../../drill/scratch/scratch-database.ts'
import type { ScratchServer } from '../../drill/scratch/scratch-server.ts'
import type { OpenServer } from '../../postgres/open-server.ts'
import { readTarget } from '../../restoring/left-out/ask-target.ts'
import { describeLeftOut, isLoss } from '../../restoring/left-out/describe-left-out.ts'
import type { DumpReport } from '../../restoring/left-out/dump-report.ts'
import { restoreDatabaseFile } from '../../restoring/restore-file.ts'
import type { RestoreSetting } from '../../restoring/restore-setting.ts'
import { compareRowCounts, readContents, type DatabaseContents } from '../../restoring/row-counts.ts'
import type { CheckedFile } from '../../restoring/checked-file.ts'
import type { Run } from '../../step/run.ts'
import { formatCount } from '../../units.ts'
import { refuseCopy, type FetchedFile } from './fetch-file.ts'
import { judgeParts, type RolesState } from './judge-restored.ts'
import type { StoredBackup } from './stored-files.ts'
import { askCheck, type UserCheck } from './user-checks.ts'

/** Where stored copies are restored. */
export interface DrillSetting {
  readonly scratch: ScratchServer
  /** The scratch server, as the role that restores. */
  readonly server: OpenServer
  readonly jobs: number
  readonly run: Run
}

/** What is known of a copy beside its file. */
export interface CopyContext extends Pick<StoredBackup, 'backup'> {
  readonly properties: DatabaseProperties | undefined
  readonly roles: RolesState
}

/** What restoring a copy has shown. */
export interface DrillResult {
  /** Names of the databases that were restored. */
  readonly databases: readonly string[]
  readonly problems: readonly Problem[]
  /** Of the restore alone. */
  readonly restoreSeconds: number
  readonly checksSeconds: number
  /** Of all tables of the copy. */
  readonly rows: number
  /** What was not looked at, in sentences without final stop. */
  readonly unseen: readonly string[]
}

/**
 * Restores a fetched file into a scratch database as a restore would, compares the rows with those that the backup
 * counted, looks at what would fail later, and asks the user's checks of this database.
 * @throws BackupError PGB_RESTORE and others where it cannot be restored
 */
export async function restoreCopy(
  { file, readers }: FetchedFile,
  { backup, properties, roles }: CopyContext,
  checks: readonly UserCheck[],
  drill: DrillSetting,
): Promise<DrillResult> {
  const { scratch, server, run } = drill
  const target = file.database ?? ''
  const setting = makeSetting(file, readers, drill)
  return withScratchDatabase(makeFacts(properties), scratch, run, async (database, renew) => {
    const startedAt = performance.now()
    const known = await readTarget(server, database, { target, replaces: false })
    const to = { database, target, facts: known, transaction: undefined, renew }
    const report = await restoreDatabaseFile(file, to, setting)
    const restoredAt = performance.now()
    const contents = await readContents(server, database)
    const differences = findDifferences(file, report, contents)
    const health = judgeHealth(await readHealth(server, database, scratch.major), properties?.locale)
    // One that is there could not be given what only a superuser may own here.
    const owners = report.owners.filter(({ role }) => !known.answer.roles.includes(role))
    const place = { database: target, address: backup.address }
    const parts = judgeParts({ ...report, owners }, roles, place)
    const answers: (Problem | undefined)[] = []
    const askedAt = performance.now()
    for (const check of checks.filter((check) => check.database === target)) {
      answers.push(await askCheck(check, server, database))
    }
    return {
      databases: [target],
      problems: [
        ...parts.problems,
        ...(differences.length === 0 ? [] : [refuseRows(file, backup, differences)]),
        ...refuseFaults(file, backup, health),
        ...answers.filter((answer) => answer !== undefined),
      ],
      restoreSeconds: (restoredAt - startedAt) / 1000,
      checksSeconds: (performance.now() - askedAt) / 1000,
      rows: sumKnown(contents),
      unseen: [...parts.unseen, ...listUnseen(file, report, server), ...health.unseen],
    }
  })
}

function makeFacts(properties: DatabaseProperties | undefined): DatabaseFacts {
  const { encoding = 'UTF8', locale } = properties ?? {}
  const places = { collate: locale?.collate ?? 'C', ctype: locale?.ctype ?? 'C' }
  return { encoding, ...places, extensions: [], privilegedOwners: [] }
}

/** How a fetched file is restored. */
export function makeSetting(
  { format }: CheckedFile,
  readers: Readers,
  { server, jobs, run }: DrillSetting,
): RestoreSetting {
  // The source's tablespaces are not there.
  const options = format === 'plain' ? [] : ['--no-tablespaces']
  const { signal } = run
  return { server, readers, run, signal, options, noOwner: false, tableJobs: jobs, strict: false }
}

/** One sentence for each table, or for all together where the manifest tells no more. */
function findDifferences(file: CheckedFile, report: DumpReport, contents: DatabaseContents): string[] {
  const { rowCounts } = file.verification
  // What the scratch server cannot be given is no fault of the backup; what is for missing roles holds no rows.
  const isWhole = !report.leftOut.some((entry) => isLoss(entry) && entry.reason !== 'missing-role')
  if (rowCounts === null) {
    const now = sumKnown(contents)
    const differs = isWhole && file.rows !== null && file.rows !== now
    return differs ? [`its tables have ${formatCount(now, 'row')} instead of ${file.rows}`] : []
  }
  const missing = rowCounts.filter(({ table, rows }) => isWhole && rows > 0 && !contents.rows.has(table))
  return [
    ...compareRowCounts(rowCounts, contents),
    ...missing.map(({ table, rows }) => `${table} is missing, and had ${formatCount(rows, 'row')}`),
  ]
}

function sumKnown({ rows }: DatabaseContents): number {
  return [...rows.values()].reduce<number>((sum, count) => sum + (count ?? 0), 0)
}

function refuseRows(
  file: CheckedFile,
  backup: StoredBackup['backup'],
  differences: readonly string[],
): Problem {
  const more = differences.length > 3 ? `, and ${formatCount(differences.length - 3, 'more table')}` : ''
  const why = `"${file.database ?? ''}" was restored, but ${differences.slice(0, 3).join(', ')}${more}`
  const { code, explanation } = refuseCopy(file, backup, why)
  return { code, ...explanation }
}

/** One problem for each fault, which the source has too. */
function refuseFaults(
  { name, database }: CheckedFile,
  { address }: StoredBackup['backup'],
  { faults }: HealthVerdict,
): Problem[] {
  return faults.map((why) => ({
    code: 'PGB_VERIFY',
    what: `The file ${name} in ${address} brings back "${database ?? ''}" with a fault`,
    why,
    whatToDo:
      'Correct it in the source, by setval() or REINDEX, and back up again; a restore of this file needs the same',
  }))
}

function listUnseen(file: CheckedFile, report: DumpReport, { facts }: OpenServer): string[] {
  const leftOut = describeLeftOut(file.database ?? '', report, { role: facts.role, service: facts.service })
  const isCounted = file.verification.rowCounts !== null || file.rows !== null
  return [
    ...(isCounted ? [] : ['Rows: the backup did not count them']),
    ...(leftOut === undefined ? [] : [leftOut.replace(/\.$/, '')]),
  ]
}
