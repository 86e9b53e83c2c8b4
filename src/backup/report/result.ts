import type { OpenServer } from '../../postgres/open-server.ts'
import type { BackupInputs } from '../inputs.ts'
import type { OutputPlaces } from '../output-directory.ts'
import type { BackupPlan } from '../plan.ts'
import type { FailedSubject } from '../produce.ts'
import type { BackupWarning } from '../warnings/warnings.ts'
import type { FinishedDump } from '../finish.ts'

/** All that is known at the end of a backup. */
export interface BackupResult {
  readonly plan: BackupPlan
  readonly inputs: BackupInputs
  readonly server: OpenServer
  readonly files: readonly FinishedDump[]
  readonly failures: readonly FailedSubject[]
  readonly warnings: readonly BackupWarning[]
  readonly output: OutputPlaces
}
