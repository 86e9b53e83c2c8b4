/**
 * Program: passes stdin to stdout, or with a second argument just as many of the last bytes as it says. To the file that
 * the first one names it writes how many bytes there were, and their CRC-32.
 */
import { readSync, writeSync } from 'node:fs'
import { brokenPipeExitCode } from '../process/exit-codes.ts'
import { createByteCounter, createEndKeeper } from './byte-counter.ts'

/** What Linux gives at once from a pipe of the usual size. */
const chunkSize = 64 * 1024

function passBytes(resultPath: string, endLength: number | undefined): void {
  const counter = createByteCounter()
  const keeper = endLength === undefined ? undefined : createEndKeeper(endLength)
  const buffer = Buffer.allocUnsafeSlow(chunkSize)
  for (let length = readInput(buffer); length > 0; length = readInput(buffer)) {
    const chunk = buffer.subarray(0, length)
    counter.add(chunk)
    if (keeper === undefined) writeWhole(chunk)
    else keeper.add(chunk)
  }
  counter.write(resultPath)
  if (keeper !== undefined) writeWhole(keeper.end())
}

function writeWhole(bytes: Buffer): void {
  for (let written = 0; written < bytes.length;)
    written += writeSync(1, bytes, written, bytes.length - written)
}

/** On Windows the end of a pipe is an error. */
function readInput(buffer: Buffer): number {
  try {
    return readSync(0, buffer, 0, chunkSize, null)
  } catch (error) {
    if (hasCode(error, 'EOF')) return 0
    throw error
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

try {
  const [, , resultPath = '', endLength] = process.argv
  passBytes(resultPath, endLength === undefined ? undefined : Number(endLength))
} catch (error) {
  // Node ignores SIGPIPE, so the program ends by itself as other tools do by the signal.
  process.exitCode = hasCode(error, 'EPIPE') ? brokenPipeExitCode : 1
  if (process.exitCode === 1)
    process.stderr.write(`count-bytes: error: ${error instanceof Error ? error.message : String(error)}\n`)
}
