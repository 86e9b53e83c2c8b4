import { ownProgram } from '../../process/own-program.ts'
import type { Command } from '../../process/command.ts'

/**
 * The program that unpacks the tar file of a directory archive from its standard input, and takes nothing but the
 * plain files that pg_dump writes, which refer to nothing else. It prints how many bytes it read.
 * @param directory absolute, empty
 * @param limit the most bytes that the tar file may have
 */
export function unpackProgram(directory: string, limit: number): Command {
  return ownProgram('unpack-directory', directory, `${limit}`)
}
