import type { Session } from '../../postgres/psql.ts'

/** A server into which finished files are restored. */
export interface ScratchServer {
  readonly session: Session
  /** The database from which others are created. */
  readonly maintenance: string
  readonly major: number
  /** It is ours alone, and goes away with all that is in it. */
  readonly isThrowAway: boolean
  /** Where the tablespaces of the source shall lie, by name; none on a server that is not ours. */
  readonly tablespaceDirectories: ReadonlyMap<string, string>
  stop(): Promise<void>
}
