import { BackupError } from '../errors.ts'
import { readCount, readObject, type ReadBy } from '../archive/json-reader.ts'
import { askJson } from './answer.ts'
import type { Session } from './psql.ts'

/**
 * SQL for the number of objects of which a server can hold locks at once (storage/lmgr/lock.c: NLOCKENTS;
 * utils/init/postinit.c: InitializeMaxBackends). A few more fit while nothing else needs the memory.
 */
export const lockCapacity = `(select current_setting('max_locks_per_transaction')::bigint * sum(setting::bigint)
  from pg_settings where name in ('max_connections', 'max_prepared_transactions', 'autovacuum_max_workers',
    'max_worker_processes', 'max_wal_senders'))`

/** Cause of the error of a dump that found no room for its locks, or for those of its workers. */
const lackOfLocks: unique symbol = Symbol('lack of locks')

export function isLackOfLocks(error: unknown): error is BackupError {
  return error instanceof BackupError && error.cause === lackOfLocks
}

const readRoom = readObject({
  /** Objects that can be locked at once. */
  capacity: readCount,
  /** Locks that others hold. */
  held: readCount,
  /** Of the work in question. */
  needed: readCount,
  maxLocksPerTransaction: readCount,
})

/** The locks of a server, and those that some work needs. */
export type LockRoom = ReadBy<typeof readRoom>

/** A dump locks tables and sequences. */
const neededByDump = `(select count(*) from pg_class where relkind in ('r', 'p', 'S') and oid >= 16384)`

/**
 * Asks how many locks a server has room for, and how many some work needs.
 * @param needed SQL for the number of them
 * @throws BackupError as runSql does
 */
export async function readLockRoom(
  session: Session,
  { database, failing, needed }: { database: string; failing: string; needed: string },
): Promise<LockRoom> {
  const sql = `select json_build_object('capacity', ${lockCapacity},
  'held', (select count(*) from pg_locks where not fastpath), 'needed', ${needed},
  'maxLocksPerTransaction', current_setting('max_locks_per_transaction')::int)`
  return askJson(session, { database, sql, failing }, readRoom)
}

/** The hint of a server is translated, but for the name of the setting. */
const hint = /max_locks_per_transaction/
/** All that a worker of pg_dump tells, also where somebody waits to change a table that it is to read. */
const workerFailure = /could not obtain lock on relation/

/**
 * The error for a dump that found no room for its locks, with the figures of the server where it tells them; undefined
 * for any other failure.
 * @param what first sentence of the error
 */
export async function explainLackOfLocks(
  what: string,
  stderr: string,
  session: Session,
  database: string,
): Promise<BackupError | undefined> {
  if (!hint.test(stderr) && !workerFailure.test(stderr)) return undefined
  const room = await readLockRoom(session, { database, failing: what, needed: neededByDump }).catch(
    () => undefined,
  )
  session.signal.throwIfAborted()
  if (!isLack(stderr, room)) return undefined
  return new BackupError('PGB_LOCK', { what, ...describeLack(room) }, { cause: lackOfLocks })
}

/** PURE. Whether a tool failed for want of locks: a worker needs those of the whole dump once more. */
export function isLack(stderr: string, room: LockRoom | undefined): boolean {
  if (hint.test(stderr)) return true
  return room !== undefined && room.held + 2 * room.needed > room.capacity
}

/** PURE. Why there was no room, and what `max_locks_per_transaction` should be. */
export function describeLack(room: LockRoom | undefined): { why: string; whatToDo: string } {
  const why = 'the server has no room for the locks of so many objects'
  const whatToDo = (value: string): string =>
    `Raise max_locks_per_transaction on the server${value} and restart it, or dump a part at a time, as with --schema`
  if (room === undefined) return { why, whatToDo: whatToDo('') }
  const { capacity, held, needed } = room
  return {
    why: `${why}: there is room for ${capacity}, others hold ${held}, and the dump needs ${needed}, one for each table and sequence`,
    whatToDo: whatToDo(` to ${adviseSetting(room)} or more`),
  }
}

/** PURE. What `max_locks_per_transaction` should be, with a tenth to spare. */
export function adviseSetting({ capacity, held, needed, maxLocksPerTransaction }: LockRoom): number {
  const wanted = Math.ceil((1.1 * (needed + held) * maxLocksPerTransaction) / Math.max(capacity, 1))
  return Math.max(wanted, maxLocksPerTransaction + 1)
}
