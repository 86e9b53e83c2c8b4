import { read, write } from 'node:fs'
import type { ReadableStream } from 'node:stream/web'
import { promisify } from 'node:util'
import { readNodeCode } from '../node-error.ts'
import { brokenPipeExitCode } from '../process/exit-codes.ts'
import { readOnDemand } from '../process/read-on-demand.ts'

const readFrom = promisify(read)
const writeTo = promisify(write)

const stdin = 0
const stdout = 1
/** What Linux gives at once from a pipe of the usual size. */
const chunkSize = 64 * 1024

/** Turns the bytes of stdin into those of stdout. */
export type Transform = (input: ReadableStream<Uint8Array>) => Promise<ReadableStream<Uint8Array>>

/**
 * Runs a program that reads stdin and writes stdout, in constant memory.
 *
 * An error becomes one line on stderr, except that nobody is left to read the output.
 * @returns the exit status
 */
export async function runFilter(name: string, transform: Transform): Promise<number> {
  try {
    const output = await transform(readStdin())
    for await (const chunk of output) await writeStdout(chunk)
    return 0
  } catch (error) {
    // Node ignores SIGPIPE, so the program ends by itself as other tools do by the signal.
    if (readNodeCode(error) === 'EPIPE') return brokenPipeExitCode
    const message = error instanceof Error ? error.message : 'unknown'
    process.stderr.write(`${name}: error: ${message.replace(/\s+/g, ' ')}\n`)
    return 1
  }
}

/** Node's own stdin is as fast, but takes a quarter more memory. */
function readStdin(): ReadableStream<Uint8Array> {
  return readOnDemand(
    async (buffer) => (await readFrom(stdin, buffer, 0, chunkSize, null)).bytesRead,
    chunkSize,
  )
}

async function writeStdout(chunk: Uint8Array): Promise<void> {
  let written = 0
  while (written < chunk.length) {
    const { bytesWritten } = await writeTo(stdout, chunk, written, chunk.length - written, null)
    written += bytesWritten
  }
}
