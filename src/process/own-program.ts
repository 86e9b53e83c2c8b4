import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Command } from './pipeline.ts'

/**
 * A program of this project, to be run by Node as a stage of a pipeline.
 * @param base URL of the module whose neighbour the program is: beside the bundle of a story lies the bundle of the
 * program, and beside a source lies its source
 */
export function ownProgram(name: string, base: string, ...args: readonly string[]): Command {
  const places = [`../${name}/index.js`, `${name}.ts`].map((place) => fileURLToPath(new URL(place, base)))
  return { path: process.execPath, args: [places.find((place) => existsSync(place)) ?? '', ...args] }
}
