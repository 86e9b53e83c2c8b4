import type { OpenServer } from '../../postgres/open-server.ts'
import type { Session } from '../../postgres/psql.ts'

/** A server into which finished files are restored. */
export interface ScratchServer {
  readonly session: Session
  /** As whom files are restored; no superuser on a server of ours that nothing contains. */
  readonly restorer: OpenServer
  /** The database from which others are created. */
  readonly maintenance: string
  readonly major: number
  /** It is ours alone, and goes away with all that is in it. */
  readonly isThrowAway: boolean
  /** What runs in it cannot get out, so that files are restored by a superuser there. */
  readonly isContained: boolean
  /** Where the tablespaces of the source shall lie, by name; none on a server that is not ours. */
  readonly tablespaceDirectories: ReadonlyMap<string, string>
  stop(): Promise<void>
}

/** PURE. Whether a server is ours, and nothing contains it. */
export function isUncontained({
  isThrowAway,
  isContained,
}: Pick<ScratchServer, 'isThrowAway' | 'isContained'>): boolean {
  return isThrowAway && !isContained
}
