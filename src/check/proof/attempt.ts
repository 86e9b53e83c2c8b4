import type { Problem } from '../../catalogue/problems.ts'
import { BackupError } from '../../errors.ts'
import type { Run } from '../../step/run.ts'

/**
 * Does a part of the work, so that the others go on where it fails.
 * @returns the problem that ended it
 */
export async function attempt({ signal }: Run, work: () => Promise<void>): Promise<Problem | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof BackupError)) throw error
    // A restore that fails is here a file that is not good.
    const code = error.code === 'PGB_RESTORE' ? 'PGB_VERIFY' : error.code
    return { code, ...error.explanation }
  }
}
