import type { Readers } from '../archive/reading/readers.ts'
import type { OpenServer } from '../postgres/open-server.ts'
import type { Run } from '../step/run.ts'

/** All that restoring a file needs beside the file. */
export interface RestoreSetting {
  readonly server: OpenServer
  readonly readers: Readers
  readonly run: Run
  readonly signal: AbortSignal
  readonly noOwner: boolean
  readonly options: readonly string[]
  /** Tables restored at once, where the file allows it. */
  readonly tableJobs: number
  /** Whether a backup is refused of which something cannot be restored by this role. */
  readonly strict: boolean
  /** Whether the plaintext of an encrypted archive is refused rather than written to a disk. */
  readonly memoryOnly?: boolean
}
