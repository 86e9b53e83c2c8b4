import type { Log } from '../github/log.ts'
import type { OpenServer } from '../postgres/open-server.ts'
import type { BackupPlan } from './plan.ts'

/** Says what the server is, and what of it is not backed up though nothing failed. */
export function announceServer({ passedOver }: BackupPlan, { facts }: OpenServer, log: Log): void {
  const { service, role } = facts
  if (service !== undefined) log.info(`The server is one of ${service.name}, by what it says of itself`)
  if (passedOver.length > 0) {
    const names = passedOver.map((name) => `"${name}"`).join(', ')
    log.info(`Passed over, as they are the service's own or closed to "${role}": ${names}`)
  }
}
