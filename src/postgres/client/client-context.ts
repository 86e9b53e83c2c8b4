import type { Log } from '../../github/log.ts'
import type { Environment } from '../../process/command.ts'

/** An apt repository with PostgreSQL's packages, and the key that signs it. */
export interface AptRepository {
  /** Without a slash at its end. */
  readonly url: string
  readonly keyUrl: string
  /** Fingerprint of the primary key, 40 upper-case hex digits. */
  readonly keyFingerprint: string
}

/** The PostgreSQL project's own apt repository; source: https://wiki.postgresql.org/wiki/Apt */
export const postgresqlAptRepository: AptRepository = {
  url: 'https://apt.postgresql.org/pub/repos/apt',
  keyUrl: 'https://www.postgresql.org/media/keys/ACCC4CF8.asc',
  keyFingerprint: 'B97B0AFCAA1A47F044F244A07FCC7D46ACCC4CF8',
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
