import type { Log } from '../../github/log.ts'
import type { Environment } from '../../process/command.ts'
import { postgresqlAptKey } from './apt-key.ts'

/** An apt repository with PostgreSQL's packages, and the key that signs it. */
export interface AptRepository {
  /** Without a slash at its end. */
  readonly url: string
  /** The key file that apt gets, armoured; apt trusts its first block, and for this repository only. */
  readonly key: string
}

/** The PostgreSQL project's own apt repository; source: https://wiki.postgresql.org/wiki/Apt */
export const postgresqlAptRepository: AptRepository = {
  url: 'https://apt.postgresql.org/pub/repos/apt',
  key: postgresqlAptKey,
}

/** What finding and installing a client needs to know of this machine and this run. */
export interface ClientContext {
  /** The whole environment of every process that is started. */
  readonly environment: Environment
  /** Value of the PATH variable. */
  readonly path: string
  readonly platform: NodeJS.Platform
  readonly signal: AbortSignal
  readonly log: Log
  /** The major version that the user asked for; undefined follows the server. */
  readonly requestedMajor: number | undefined
  /** Client versions whose holes this run has warned of already: each is named once, however many servers. */
  readonly warned: Set<string>
  /** Where the system's own places begin; other than `/` only in tests. */
  readonly root: string
  readonly aptRepository: AptRepository
}
