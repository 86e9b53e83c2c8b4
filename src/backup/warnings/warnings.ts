import type { Log } from '../../github/log.ts'
import { describeSubject } from '../subject.ts'
import type { FinishedDump } from '../finish.ts'
import type { BackupPlan, PlannedBackup, PlannedFile } from '../plan.ts'
import type { SilentLacks } from './silent-lacks.ts'

/** What a reader of a green backup should know, and of which files it is true. */
export interface BackupWarning {
  /** As in `The database "shop"`; at least one. */
  readonly subjects: readonly string[]
  /** Without final stop. */
  readonly text: string
  /** Said by pg_dump, so that it may hold names of tables. */
  readonly isQuoted: boolean
}

/**
 * PURE. What the finished files do not hold though nothing failed, each thing once.
 * @param silent what the server keeps from the role that backs up
 */
export function gatherWarnings(
  { server, plan }: PlannedBackup,
  files: readonly Pick<FinishedDump, 'planned' | 'warnings' | 'isEmpty'>[],
  silent: readonly SilentLacks[],
): readonly BackupWarning[] {
  const found = new Map<string, { subjects: string[]; text: string; isQuoted: boolean }>()
  const add = (planned: PlannedFile, text: string, isQuoted: boolean): void => {
    const warning = found.get(text) ?? { subjects: [], text, isQuoted }
    found.set(text, warning)
    const subject = describeSubject(planned)
    if (!warning.subjects.includes(subject)) warning.subjects.push(subject)
  }
  for (const { planned, warnings, isEmpty } of files) {
    for (const text of warnings) add(planned, text, true)
    if (isEmpty && planned.kind === 'database' && !isOrdinarilyEmpty(planned, plan))
      add(planned, emptyText, false)
    const hasRoles = planned.kind === 'globals' || planned.kind === 'cluster'
    if (hasRoles && !server.facts.mayReadPasswords) add(planned, passwordsText, false)
    for (const { database, unloggedTables, hiddenMappings } of silent) {
      if (planned.kind !== 'cluster' && planned.database !== database) continue
      if (unloggedTables > 0) add(planned, formatUnlogged(unloggedTables), false)
      if (hiddenMappings > 0) add(planned, formatMappings(hiddenMappings), false)
    }
  }
  return [...found.values()]
}

const passwordsText =
  'it holds no passwords of roles, which only a superuser may read; set them anew after a restore'

const emptyText =
  'it holds no table, so look at the inputs "databases" and "options", and at the database in "url"'

function formatUnlogged(tables: number): string {
  const what = tables === 1 ? 'one unlogged table' : `${tables} unlogged tables`
  return `the rows of ${what} are not in it, since a standby does not have them; back up from the primary to keep them`
}

function formatMappings(mappings: number): string {
  const whose = mappings === 1 ? 'one user mapping' : `${mappings} user mappings`
  return `the options of ${whose} of foreign servers are not in it, since this role may not see them; keep them elsewhere, or back up as their owner or a superuser`
}

/** The database that every server has beside the others. */
function isOrdinarilyEmpty({ database }: PlannedFile, { files }: BackupPlan): boolean {
  return (
    database === 'postgres' && files.some((file) => file.kind === 'database' && file.database !== database)
  )
}

/** GitHub shows ten annotations of a step, and others need room too. */
const shownWarnings = 5

/** Shows the first ones as annotations, and the others in the log. */
export function announceWarnings(warnings: readonly BackupWarning[], log: Log): void {
  for (const warning of warnings.slice(0, shownWarnings))
    log.warning(`${format(warning)}.`, 'Incomplete dump')
  for (const warning of warnings.slice(shownWarnings)) log.info(`${format(warning)}.`)
}

/** Warnings of a backup that its manifest lists. */
const listedWarnings = 100

/** PURE. The warnings as a manifest lists them: an encrypted backup keeps names of tables to itself. */
export function describeWarnings(
  warnings: readonly BackupWarning[],
  isEncrypted: boolean,
): readonly string[] {
  const texts = warnings.map((warning) =>
    format(isEncrypted && warning.isQuoted ? { ...warning, text: 'see the log of the run' } : warning),
  )
  const unique = [...new Set(texts)]
  const rest = unique.length - listedWarnings
  return rest > 0
    ? [...unique.slice(0, listedWarnings), `There are ${rest} more; see the log of the run`]
    : unique
}

function format({ subjects: [first = '', ...others], text }: BackupWarning): string {
  const were = others.length === 0 ? 'was' : `and ${others.length} more were`
  return `${first} ${were} dumped with a warning: ${text}`
}
