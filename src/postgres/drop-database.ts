import { askPatiently, type Persistence } from './ask-patiently.ts'
import { mayServerReturn } from './failure/failure-kind.ts'
import { runSql, type Session } from './psql.ts'
import { makeDropDatabase, makeDropSubscriptions } from './sql/drop-database.ts'

/** A database, and how it is to go. */
export interface DropRequest {
  readonly name: string
  /** The database from which it is dropped. */
  readonly maintenance: string
  /** Of the server. */
  readonly major: number
  /**
   * Which subscriptions go first, for whose sake PostgreSQL keeps a database: `all` in one that was restored, which are
   * not known to their publishers (pg_dump.c: dumpSubscription makes them without a connection), else only those without
   * a slot there.
   */
  readonly subscriptions: 'all' | 'without-slot'
  /** The first sentence of the error. */
  readonly failing?: string
  /** How long a server is asked again that fails by what may pass; once where it is missing. */
  readonly persistence?: Persistence
}

/**
 * Drops a database if it is there; subscriptions only when it could not be dropped with them.
 * @throws BackupError with why it could not be dropped
 */
export async function dropDatabase(session: Session, request: DropRequest): Promise<void> {
  const { name, maintenance, major, subscriptions, failing = 'It was not dropped', persistence } = request
  const query = { database: maintenance, sql: makeDropDatabase(name, major), failing, kind: 'alone' } as const
  const drop = (): Promise<string> =>
    persistence === undefined ? runSql(session, query) : askPatiently(session, query, persistence)
  try {
    await drop()
  } catch (error) {
    if (mayServerReturn(error)) throw error
    const clear = {
      database: name,
      sql: makeDropSubscriptions(subscriptions),
      failing,
      kind: 'work',
    } as const
    await runSql(session, clear).catch(() => {
      throw error
    })
    await drop()
  }
}
