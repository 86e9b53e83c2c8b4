import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ownProgram } from '../../process/own-program.ts'
import type { Command } from '../../process/command.ts'
import type { SqlFilterRules } from './sql-filter.ts'

/**
 * The program that filters a plain dump, in a process of its own.
 * @param directory private; gets a file with the rules
 */
export async function provideSqlFilter(rules: SqlFilterRules, directory: string): Promise<Command> {
  const path = join(await mkdtemp(join(directory, 'filter-sql-')), 'rules.json')
  await writeFile(path, JSON.stringify(rules), { mode: 0o600, flag: 'wx' })
  return ownProgram('filter-sql', path)
}
