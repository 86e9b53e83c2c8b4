import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Command } from '../process/pipeline.ts'

/**
 * The program that encrypts or decrypts a stream, in a process of its own.
 * @param keyFile private file with the keys
 */
export function ageProgram(name: 'age-encrypt' | 'age-decrypt', keyFile: string): Command {
  // Beside the bundle of a story lies the bundle of the program; beside this source lies its source.
  const places = [`../${name}/index.js`, `${name}.ts`].map((place) =>
    fileURLToPath(new URL(place, import.meta.url)),
  )
  const script = places.find((place) => existsSync(place)) ?? ''
  return { path: process.execPath, args: [script, keyFile] }
}
