import { randomInt } from 'node:crypto'
import { BackupError } from '../../errors.ts'
import { adviseSetting, readLockRoom, type LockRoom } from '../../postgres/lock-table.ts'
import { runSql } from '../../postgres/psql.ts'
import { countDroppedLocks } from '../../restoring/in-place/dropped-locks.ts'
import { isQuickToRead } from '../../restoring/list-tables.ts'
import type { RestoreSetting } from '../../restoring/restore-setting.ts'
import { isWithin, type PlannedDatabase, type RestorePlan } from '../plan.ts'
import type { RestoreTarget } from '../target/target.ts'
import type { HoldingsReader } from './holdings.ts'

/** The locks of a restore that is one transaction, and the room that its server has for them. */
interface Need extends LockRoom {
  readonly planned: PlannedDatabase
  /** Those of `needed` that dropping takes. */
  readonly dropped: number
}

/**
 * Counts, before anything is touched, the locks of restores that are one transaction each: it locks all that it drops and
 * all that it makes, and a new database, which takes no transaction, may be the way out.
 * @returns the plan, with such restores one after the other where side by side they had no room
 * @throws BackupError PGB_LOCK
 */
export async function fitLocks(
  plan: RestorePlan,
  target: RestoreTarget,
  { setting, holdings }: { setting: RestoreSetting; holdings: HoldingsReader },
): Promise<RestorePlan> {
  const needs: Need[] = []
  for (const planned of plan.databases.filter(({ way }) => isWithin(way)))
    needs.push(await countLocks(planned, setting, holdings))
  const [largest, ...others] = needs.sort((left, right) => right.needed - left.needed)
  if (largest === undefined) return plan
  const beside = others.slice(0, plan.concurrency - 1)
  const together = { ...largest, needed: sum([largest, ...beside].map(({ needed }) => needed)) }
  if (await hasRoom(together, setting)) return plan
  if (beside.length === 0 || !(await hasRoom(largest, setting))) throw refuseLocks(largest, target)
  const fact = `The server has room for about ${largest.capacity} locks, and side by side the databases need ${together.needed}`
  setting.run.log.warning(`${fact}. They are restored one after the other.`, 'Few locks')
  return { ...plan, concurrency: 1 }
}

/** Those that are sure: a table with long values brings two more, and no dump says which has. */
async function countLocks(
  planned: PlannedDatabase,
  { server }: RestoreSetting,
  holdings: HoldingsReader,
): Promise<Need> {
  const { way, target: database, file } = planned
  const failing = `The database "${database}" was not asked how many locks its replacement takes`
  const needed = way === 'in-place' ? countDroppedLocks(server.facts.service?.schemas ?? []) : '0'
  const room = await readLockRoom(server, { database, failing, needed })
  const isRead = way === 'in-place' || isQuickToRead(file)
  const made = isRead ? (await holdings(planned)).relations : (file.verification.rowCounts ?? []).length
  return { ...room, planned, dropped: room.needed, needed: room.needed + made }
}

/** A server has shared memory to spare for some more locks: seen were 1.5 to 2.3 times as many as it promises. */
const mostOfPromised = 3

/**
 * Whether a server has room for so many locks at once. Beyond what it promises it is tried for a moment, with locks that
 * nobody else takes.
 */
async function hasRoom(
  { needed, held, capacity, planned }: Need,
  { server }: RestoreSetting,
): Promise<boolean> {
  if (needed + held <= capacity) return true
  if (needed + held > mostOfPromised * capacity) return false
  const database = planned.target
  const space = randomInt(2 ** 30, 2 ** 31 - 1)
  const sql = `select count(pg_try_advisory_xact_lock_shared(${space}, i)) from generate_series(1, ${needed}) i`
  const failing = `The database "${database}" was not asked whether it has room for locks`
  return runSql(server, { database, sql, failing }).then(
    () => true,
    (error: unknown) => {
      if (error instanceof BackupError && error.code === 'PGB_LOCK') return false
      throw error
    },
  )
}

function refuseLocks(need: Need, target: RestoreTarget): BackupError {
  const { planned, dropped, needed, held, capacity } = need
  const parts = `${dropped} for what is dropped and at least ${needed - dropped} for what the backup holds`
  return new BackupError('PGB_LOCK', {
    what: `The database "${planned.target}" was not restored, and was left as it is`,
    why: `in one transaction that takes ${needed} locks (${parts}), and the server has room for about ${capacity}, of which others hold ${held}`,
    whatToDo: `Raise max_locks_per_transaction on the server to ${adviseSetting(need)} or more and restart it${adviseNewDatabase(planned, target)}`,
  })
}

/** A new database is restored without a single transaction, since a failure drops it. */
function adviseNewDatabase({ way }: PlannedDatabase, { server, mayCreateDatabases }: RestoreTarget): string {
  if (server.facts.service?.hasOneDatabase === true) return ''
  const elsewhere = 'restore under another name with "target-database", which takes no single transaction'
  if (!mayCreateDatabases)
    return `, or let the role create databases (ALTER ROLE … CREATEDB) and ${elsewhere}`
  return way === 'in-place' ? `, or set \`replace: database\`, or ${elsewhere}` : `, or ${elsewhere}`
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
