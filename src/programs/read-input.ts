import { readSync } from 'node:fs'
import { readNodeCode } from '../node-error.ts'

/** What Linux gives at once from a pipe of the usual size. */
const chunkSize = 64 * 1024

/** Hands on what comes by standard input, to its end; each piece is written over by the next one. */
export function readInput(take: (bytes: Buffer) => void): void {
  const buffer = Buffer.allocUnsafeSlow(chunkSize)
  for (let length = read(buffer); length > 0; length = read(buffer)) take(buffer.subarray(0, length))
}

/** On Windows the end of a pipe is an error. */
function read(buffer: Buffer): number {
  try {
    return readSync(0, buffer, 0, chunkSize, null)
  } catch (error) {
    if (readNodeCode(error) === 'EOF') return 0
    throw error
  }
}
