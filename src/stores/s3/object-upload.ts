import type { Progress } from '../progress.ts'
import type { FinishedFile } from '../../archive/finished-file.ts'
import { findRefusal } from './s3-connection.ts'

/** A file on its way to a bucket. */
export interface ObjectUpload {
  readonly file: FinishedFile
  readonly key: string
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** What was written, and so what the service has to say of it. */
export interface WrittenObject {
  /** As the service writes it: in base64, with the number of parts behind a `-` where there are any. */
  readonly checksum: string
  /** Who wrote what is there: `perhaps ours` where the answer to an attempt before may have been lost. */
  readonly owner: Owner
}

export type Owner = 'ours' | 'perhaps ours' | 'foreign'

/**
 * Writes under the condition that nothing is there, and tells who wrote what is there then.
 * @param write counts each request that may have written something
 */
export async function findOwner(write: (countRequest: () => void) => Promise<unknown>): Promise<Owner> {
  let requests = 0
  try {
    await write(() => {
      requests += 1
    })
    return 'ours'
  } catch (error) {
    if (findRefusal(error, 412, 'PreconditionFailed') === undefined) throw error
    return requests > 1 ? 'perhaps ours' : 'foreign'
  }
}
