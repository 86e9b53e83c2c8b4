import type { Log } from '../github/log.ts'
import { formatBytes, formatCount } from '../units.ts'
import type { RestoreChoice } from './inputs.ts'
import type { LocatedBackup } from './locating/located-backup.ts'
import type { PlannedDatabase, RestorePlan } from './plan.ts'

/** Says what is about to happen, and above all what will be lost. */
export function announcePlan(plan: RestorePlan, log: Log): void {
  for (const planned of plan.databases) {
    log.info(
      `${planned.target}: ${describeWay(planned)}, from ${planned.file.name} (${formatBytes(planned.file.size)})`,
    )
    if (planned.endsSessions && planned.sessions > 0) {
      log.warning(
        `${formatCount(planned.sessions, 'session')} in the database "${planned.target}" will be ended when it is replaced.`,
        'Sessions',
      )
    }
    if (planned.way === 'in-place') {
      log.warning(
        `The contents of the database "${planned.target}" will be replaced in one transaction, by one worker. Until it ends other sessions wait for its tables, and if it fails all is as before.`,
        'Replaced in place',
      )
    }
  }
}

function describeWay({ way, workName, target }: PlannedDatabase): string {
  if (way === 'fill') return 'the empty database is filled in one transaction'
  if (way === 'in-place') return 'its contents are replaced in one transaction'
  const fate = way === 'create' ? `becomes "${target}"` : `replaces "${target}"`
  return `restored as "${workName}", which ${fate} when it is complete`
}

/** A backup can be incomplete and good for what it holds. */
export function warnOfFailures({ manifest }: LocatedBackup, { database }: RestoreChoice, log: Log): void {
  if (database !== undefined || manifest.failures.length === 0) return
  const names = manifest.failures.map((failure) =>
    failure.database === null ? 'the globals' : `"${failure.database}"`,
  )
  log.warning(`The backup is not complete: it lacks ${names.join(', ')}.`, 'Partial backup')
}
