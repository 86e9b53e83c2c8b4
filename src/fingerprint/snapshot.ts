import { explainPsqlFailure, makePsqlCommand, type Session } from '../postgres/psql.ts'
import { runPipeline } from '../process/pipeline.ts'

/** A snapshot of one database that other sessions can read for as long as it is held. */
export interface HeldSnapshot {
  /** As `pg_export_snapshot()` names it. */
  readonly id: string
  /** Ends the session that holds it. */
  release(): Promise<void>
}

/** Seconds; the session is ended long before, and no program is asked to wait for longer. */
const longestHold = 2_147_483

/**
 * Opens a session that exports its snapshot and then waits. While it is held, the server cannot clean up rows that
 * were deleted since.
 * @throws BackupError PGB_VERIFY, or the code that fits what psql says
 */
export async function holdSnapshot(session: Session, database: string): Promise<HeldSnapshot> {
  const released = new AbortController()
  const signal = AbortSignal.any([session.signal, released.signal])
  const { promise: id, resolve, reject } = Promise.withResolvers<string>()
  const statements = ["select 'snapshot ' || pg_export_snapshot()", `\\! exec sleep ${longestHold}`]
  const commands = statements.map((statement) => `--command=${statement}`)
  const psql = makePsqlCommand(
    session,
    database,
    { snapshot: undefined },
    '--no-align',
    '--tuples-only',
    ...commands,
  )
  const ended = runPipeline([psql], {
    environment: session.connection.environment,
    signal,
    onOutput: (printed) => {
      const found = /^snapshot ([0-9A-Za-z-]{1,63})$/m.exec(printed)?.[1]
      if (found !== undefined) resolve(found)
    },
  }).then(({ stderr }) => {
    const failing = `The database "${database}" was not dumped, because its snapshot could not be shared`
    const whatToDo = 'Use `verify: decode`'
    reject(explainPsqlFailure(stderr, session, { database, failing }, { code: 'PGB_VERIFY', whatToDo }))
  }, reject)
  const release = async (): Promise<void> => {
    released.abort()
    await ended
  }
  return { id: await id, release }
}
