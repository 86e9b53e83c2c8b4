import type { Progress } from '../progress.ts'
import type { NewFile } from '../store.ts'
import { findRefusal } from './s3-connection.ts'

/** A file on its way to a bucket. */
export interface ObjectUpload {
  readonly file: NewFile
  readonly key: string
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** What was written, and so what the service has to say of it. */
export interface WrittenObject {
  /** As the service writes it: in base64, with the number of parts behind a `-` where there are any. */
  readonly checksum: string
  /** Something was there already, which may be what an attempt wrote whose answer was lost. */
  readonly wasTaken: boolean
}

/** Whether a write was refused because there is something of that name. */
export async function isRefusedAsTaken(written: Promise<unknown>): Promise<boolean> {
  try {
    await written
    return false
  } catch (error) {
    if (findRefusal(error, 412, 'PreconditionFailed') !== undefined) return true
    throw error
  }
}
