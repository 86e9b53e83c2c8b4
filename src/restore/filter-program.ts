import { existsSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from '../process/pipeline.ts'
import type { SqlFilterRules } from './sql-filter.ts'

/**
 * The program that filters a plain dump, in a process of its own.
 * @param directory private; gets a file with the rules
 */
export async function provideSqlFilter(rules: SqlFilterRules, directory: string): Promise<Command> {
  const path = join(await mkdtemp(join(directory, 'filter-sql-')), 'rules.json')
  await writeFile(path, JSON.stringify(rules), { mode: 0o600, flag: 'wx' })
  // Beside the bundle of the restore lies the bundle of the program; beside this source lies its source.
  const places = ['../filter-sql/index.js', 'filter-sql.ts'].map((place) =>
    fileURLToPath(new URL(place, import.meta.url)),
  )
  const script = places.find((place) => existsSync(place)) ?? ''
  return { path: process.execPath, args: [script, path] }
}
