import { BackupError } from '../errors.ts'
import { readArray } from '../archive/json-reader.ts'
import type { Log } from '../github/log.ts'
import { askJson, readName } from '../postgres/answer.ts'
import { majorOfVersionNumber } from '../postgres/client/version.ts'
import { dropDatabase, type DropRequest } from '../postgres/drop-database.ts'
import type { OpenServer } from '../postgres/open-server.ts'
import { makeSubscriptionsQuery } from '../postgres/sql/drop-database.ts'
import { quoteIdentifier } from '../postgres/sql/quote.ts'
import { ignoreCancellation, type CreationSetting } from './database-steps.ts'
import type { PlannedDatabase } from './plan.ts'

/** Milliseconds for clearing up after a failure; when a job is cancelled the runner grants ten seconds in all. */
const dropTimeout = 6_000
/** Milliseconds between two attempts at it. */
const dropPause = 500

/** Drops the old databases whose names others have taken. */
export async function dropReplaced(
  databases: readonly PlannedDatabase[],
  { server, maintenance, log }: Pick<CreationSetting, 'server' | 'maintenance' | 'log'>,
): Promise<void> {
  for (const { retiredName } of databases) {
    if (retiredName !== undefined)
      await dropRetired(retiredName, ignoreCancellation(server), maintenance, log)
  }
}

/** The new database is complete and in place, so an old one that stays behind is no failure. */
async function dropRetired(name: string, server: OpenServer, maintenance: string, log: Log): Promise<void> {
  const remains = await tryToDrop(server, { name, maintenance, subscriptions: 'without-slot' })
  if (remains === undefined) return
  const still = `The database that was replaced is still there as "${name}"`
  const subscriptions = await listSubscriptions(name, server, maintenance)
  log.warning(
    subscriptions.length === 0
      ? `${still}: ${remains}. Drop it by hand.`
      : `${still}, since it goes on receiving, or holds a slot of a publisher, by its subscriptions: ${subscriptions.join(', ')}. ${adviseOnSlot}`,
  )
}

/** DROP SUBSCRIPTION drops the slot too, by which the new database could go on where the old one stopped. */
const adviseOnSlot =
  'If the new database is to take over the slot, run there ALTER SUBSCRIPTION … DISABLE, and ALTER SUBSCRIPTION … SET (slot_name = NONE). Then DROP SUBSCRIPTION, and drop the database.'

/** Best effort: without an answer the reason why it was not dropped must do. */
async function listSubscriptions(
  name: string,
  server: OpenServer,
  maintenance: string,
): Promise<readonly string[]> {
  const query = { database: maintenance, sql: makeSubscriptionsQuery(name), failing: 'It was not asked' }
  const names = await askJson(server, query, readArray(readName)).catch(() => [])
  return names.map(quoteIdentifier)
}

/**
 * Removes what a failed restore began. It has a time limit of its own, because the run may have been cancelled.
 */
export async function dropWorkDatabase(
  name: string,
  server: OpenServer,
  maintenance: string,
  log: Log,
): Promise<void> {
  const limited = { ...server, signal: AbortSignal.timeout(dropTimeout) }
  const remains = await tryToDrop(limited, { name, maintenance, subscriptions: 'all' })
  if (remains === undefined) return
  log.warning(
    `A half-restored database was left behind as "${name}": ${remains}. Drop it by hand, if it is there.`,
  )
}

/** @returns why it was not dropped, after some attempts where that may pass */
async function tryToDrop(
  server: OpenServer,
  request: Omit<DropRequest, 'major' | 'persistence'>,
): Promise<string | undefined> {
  const major = majorOfVersionNumber(server.facts.versionNumber)
  const persistence = { limit: dropTimeout, pause: dropPause }
  return dropDatabase(server, { ...request, major, persistence }).then(
    () => undefined,
    (error: unknown) => (error instanceof BackupError ? error.explanation.why : String(error)),
  )
}
