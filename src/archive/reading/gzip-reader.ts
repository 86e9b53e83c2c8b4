import { ownProgram } from '../../process/own-program.ts'
import type { Command } from '../../process/command.ts'

/**
 * The program that decompresses gzip to its end, prints the last bytes of the content, and counts them all.
 * @param endLength bytes of the end
 * @param resultPath gets the count, which is that of `countBytes` for a large file
 */
export function gzipReader(endLength: number, resultPath: string): Command {
  return ownProgram('read-gzip', `${endLength}`, resultPath)
}
