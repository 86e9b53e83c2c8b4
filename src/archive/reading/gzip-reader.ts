import { ownProgram } from '../../process/own-program.ts'
import type { Command } from '../../process/command.ts'

/**
 * The program that decompresses gzip to its end, prints the last bytes of the content, and counts them all as dd does.
 * @param endLength bytes of the end
 */
export function gzipReader(endLength: number): Command {
  return ownProgram('read-gzip', `${endLength}`)
}
