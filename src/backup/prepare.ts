import type { Run } from '../step/run.ts'
import { prepareOutputDirectory, type OutputPlaces } from './output-directory.ts'
import type { PlannedBackup } from './plan.ts'
import { listMissing } from './subject.ts'
import { provideToolbox, type Toolbox } from './toolbox.ts'

/** A backup whose dumps can begin. */
export interface PreparedBackup extends PlannedBackup {
  readonly toolbox: Toolbox
  readonly output: OutputPlaces
}

/**
 * Provides what the dumps pass on their way, and where they go.
 * @throws BackupError PGB_NO_DATABASE for one that is missing, with `fail-fast`; PGB_INPUT, PGB_ENCRYPT, PGB_DISK
 */
export async function prepareBackup(planned: PlannedBackup, run: Run): Promise<PreparedBackup> {
  const [missing] = listMissing(planned.plan)
  if (planned.inputs.failFast && missing !== undefined) throw missing.error
  const toolbox = await provideToolbox(planned, run)
  const output = await prepareOutputDirectory(planned, run)
  return { ...planned, toolbox, output }
}
