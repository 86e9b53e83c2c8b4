import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Command } from './command.ts'

/**
 * A program of this project, to be run by Node as a stage of a pipeline: beside the bundle of an action lies that of the
 * program, and the sources lie in programs/.
 */
export function ownProgram(name: string, ...args: readonly string[]): Command {
  const places = [`../${name}/index.js`, `../programs/${name}.ts`].map((place) =>
    fileURLToPath(new URL(place, import.meta.url)),
  )
  return { path: process.execPath, args: [places.find((place) => existsSync(place)) ?? '', ...args] }
}
