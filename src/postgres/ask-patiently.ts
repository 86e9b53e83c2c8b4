import { setTimeout as sleep } from 'node:timers/promises'
import { BackupError } from '../errors.ts'
import { mayServerReturn } from './failure/failure-kind.ts'
import { runSql, type Query, type Session } from './psql.ts'

/** How long one asks again, in milliseconds: in all, and between two attempts. */
export interface Persistence {
  readonly limit: number
  readonly pause: number
  /** Ends the waiting, not the question; the session's own signal where it is missing. */
  readonly until?: AbortSignal
}

/** For a question whose answer decides what is said of a database: the time of a restart. */
export const persistence: Persistence = { limit: 60_000, pause: 1_000 }

/** What a query answers while the server is still at what it asks about, as `txid_status` does. */
export const inProgress = 'in progress'

/**
 * Runs SQL as {@link runSql} does, and again while the server fails by what may pass (a restart, a gap in the network) or
 * answers `in progress`.
 * @throws BackupError as the last attempt does; PGB_CONNECT where it is still in progress
 */
export async function askPatiently(
  session: Session,
  query: Query,
  { limit, pause, until = session.signal }: Persistence = persistence,
): Promise<string> {
  const deadline = performance.now() + limit
  for (;;) {
    let failure: BackupError
    try {
      const answer = await runSql(session, query)
      if (answer !== inProgress) return answer
      failure = refuseProgress(query.failing)
    } catch (error) {
      if (!(error instanceof BackupError) || !mayServerReturn(error)) throw error
      failure = error
    }
    if (performance.now() + pause > deadline) throw failure
    await sleep(pause, undefined, { signal: until }).catch(() => {
      throw failure
    })
  }
}

function refuseProgress(what: string): BackupError {
  const whatToDo = 'Look at the sessions of the server, and run the job again when none is at it'
  return new BackupError('PGB_CONNECT', { what, why: 'the server is still at work on it', whatToDo })
}
