import { constants, openSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Writable } from 'node:stream'
import { runPipeline, type PipelineOptions } from './pipeline.ts'

/**
 * Makes a named pipe and opens it for writing, without waiting for its reader; not to be had on Windows.
 * What was written reaches a reader only if it opens the pipe before the stream ends.
 * @param path must not exist yet
 * @throws Node's error when the pipe cannot be made
 */
export async function openFifo(
  path: string,
  options: Pick<PipelineOptions, 'environment' | 'signal'>,
): Promise<Writable> {
  await runPipeline([{ path: 'mkfifo', args: ['-m', '600', path] }], options)
  // Whoever opens it for both does not wait (fifo(7)).
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  return new Socket({ fd, readable: false, writable: true })
}
