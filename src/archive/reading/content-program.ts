import { ownProgram } from '../../process/own-program.ts'
import type { Command } from '../../process/command.ts'

/**
 * The last stage for much SQL: reads it to its end, and prints what is known of it, for `parseContent`.
 * @param endLength bytes of the end
 * @param resultPath gets the count of bytes as `countBytes` writes it for a large file; undefined where nobody wants it
 */
export function contentProgram(endLength: number, resultPath?: string): Command {
  return ownProgram('read-content', `${endLength}`, ...(resultPath === undefined ? [] : [resultPath]))
}

/**
 * The same for what gzip compressed.
 * @param resultPath gets the count of the bytes that were compressed
 */
export function gzipProgram(endLength: number, resultPath: string): Command {
  return ownProgram('read-gzip', `${endLength}`, resultPath)
}
