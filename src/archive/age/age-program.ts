import { ownProgram } from '../../process/own-program.ts'
import type { Command } from '../../process/command.ts'

/**
 * The program that encrypts or decrypts a stream, in a process of its own.
 * @param keyFile private file with the keys
 */
export function ageProgram(name: 'age-encrypt' | 'age-decrypt', keyFile: string): Command {
  return ownProgram(name, keyFile)
}
