import type { Log } from '../github/log.ts'
import type { OpenServer } from '../postgres/open-server.ts'
import type { BackupPlan } from './plan.ts'

/** Says what of the server is not backed up though nothing failed. */
export function announcePassedOver({ passedOver }: BackupPlan, { facts }: OpenServer, log: Log): void {
  if (passedOver.length === 0) return
  const names = passedOver.map((name) => `"${name}"`).join(', ')
  log.info(`Passed over, as they are the service's own or closed to "${facts.role}": ${names}`)
}
