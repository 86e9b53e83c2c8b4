import type { Client } from '../../postgres/client/find-clients.ts'
import type { Run } from '../../step/run.ts'
import type { ProofInputs } from '../inputs.ts'
import type { DrillSetting } from './restore-copy.ts'

/** All that proving copies needs beside them. */
export interface ProofSetting {
  readonly inputs: ProofInputs
  /** Undefined where no file takes one. */
  readonly client: Client | undefined
  /** Undefined where nothing is restored. */
  readonly drill: DrillSetting | undefined
  readonly run: Run
}
