/** Program: passes stdin to stdout. To the file that its argument names it writes how many bytes there were, and their CRC-32. */
import { writeSync } from 'node:fs'
import { readNodeCode } from '../node-error.ts'
import { brokenPipeExitCode } from '../process/exit-codes.ts'
import { createByteCounter } from './byte-counter.ts'
import { readInput } from './read-input.ts'

function passBytes(resultPath: string): void {
  const counter = createByteCounter()
  readInput((bytes) => {
    counter.add(bytes)
    writeWhole(bytes)
  })
  counter.write(resultPath)
}

function writeWhole(bytes: Buffer): void {
  for (let written = 0; written < bytes.length;)
    written += writeSync(1, bytes, written, bytes.length - written)
}

try {
  passBytes(process.argv[2] ?? '')
} catch (error) {
  // Node ignores SIGPIPE, so the program ends by itself as other tools do by the signal.
  process.exitCode = readNodeCode(error) === 'EPIPE' ? brokenPipeExitCode : 1
  if (process.exitCode === 1)
    process.stderr.write(`count-bytes: error: ${error instanceof Error ? error.message : String(error)}\n`)
}
