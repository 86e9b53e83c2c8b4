import { rm, rmdir } from 'node:fs/promises'
import { readNodeCode } from '../node-error.ts'
import { runPipeline } from './pipeline.ts'

/** Milliseconds for removing what belongs to another account. */
const sudoTimeout = 10_000

/**
 * Removes a file or a directory with all that is in it; one that is not there is no error. What belongs to another
 * account, as the cluster of a sandbox that sudo made, is removed by sudo.
 * @throws Node's error when it cannot be removed
 */
export async function removeTree(path: string): Promise<void> {
  try {
    // Tries again while a process that is ending still writes there.
    await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  } catch (error) {
    const code = readNodeCode(error)
    if (code !== 'EACCES' && code !== 'EPERM') throw error
    const { failure } = await runPipeline([{ path: 'sudo', args: ['-n', '--', 'rm', '-rf', '--', path] }], {
      environment: { PATH: process.env['PATH'] ?? '' },
      signal: AbortSignal.timeout(sudoTimeout),
    })
    if (failure !== undefined) throw error
  }
}

/** Removes a directory in which nothing is, and leaves any other alone. */
export async function removeIfEmpty(directory: string): Promise<void> {
  await rmdir(directory).catch(() => undefined)
}
