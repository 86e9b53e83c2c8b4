import { BackupError } from '../../errors.ts'
import type { StagedWork } from '../stages.ts'
import { describeLeftOut, isWhole, lacksRoles, listOccupied } from './describe-left-out.ts'
import type { DumpReport, LeftOut } from './dump-report.ts'

/**
 * The error for a restore that failed when something of the dump had been left out: because that is not allowed, or
 * maybe because what was left out is needed.
 */
export function refuseIncomplete(
  error: BackupError,
  report: DumpReport,
  { to, setting }: StagedWork,
): BackupError {
  const known = findRefusal(report, { to, setting })
  if (known !== undefined) return known
  const missing = report.leftOut.filter(isExtension).map(({ name }) => `"${name}"`)
  if (missing.length === 0) return error
  const { what, why, whatToDo } = error.explanation
  return new BackupError(
    error.code,
    {
      what,
      why: `${why}; the backup needs ${missing.join(', ')}, which the role cannot create here`,
      whatToDo: `Have these extensions installed on the server, and run the job again. Otherwise: ${whatToDo}`,
    },
    { cause: error },
  )
}

/** PURE. Why a backup of which something is not for the target is refused; undefined where it is not. */
export function findRefusal(
  report: DumpReport,
  work: Pick<StagedWork, 'to' | 'setting'>,
): BackupError | undefined {
  const occupied = listOccupied(report)
  if (occupied.length > 0) return refuseOccupied(occupied, work)
  return work.setting.strict && !isWhole(report) ? refuseLeftOut(report, work) : undefined
}

function refuseOccupied(tables: readonly string[], { to }: Pick<StagedWork, 'to'>): BackupError {
  return new BackupError('PGB_PERMISSION', {
    what: `The database "${to.target}" was not restored, and was left as it is`,
    why: `it holds tables of the backup that belong to other roles, such as ${tables.slice(0, 3).join(', ')}`,
    whatToDo: 'Connect as the role that owns them, or restore under another name with "target-database"',
  })
}

function refuseLeftOut(report: DumpReport, { to, setting }: Pick<StagedWork, 'to' | 'setting'>): BackupError {
  const { role, service } = setting.server.facts
  return new BackupError('PGB_PERMISSION', {
    what: `The database "${to.target}" was not restored, and the server was left as it is, because of \`strict: true\``,
    why: (describeLeftOut(to.target, report, { role, service }) ?? '').replace(/\.$/, ''),
    whatToDo: lacksRoles(report)
      ? 'Restore the roles first by `globals: true`, or create them, or remove "strict"'
      : `Connect as ${service?.highestRole ?? 'a superuser'}, or remove "strict"`,
  })
}

function isExtension({ type, reason }: LeftOut): boolean {
  return type === 'EXTENSION' && reason === 'extension-missing'
}
