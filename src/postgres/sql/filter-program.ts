import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  readArray,
  readBoolean,
  readNullable,
  readObject,
  readOneOf,
  readString,
} from '../../archive/json-reader.ts'
import { ownProgram } from '../../process/own-program.ts'
import type { Command } from '../../process/command.ts'
import type { SqlFilterRules } from './sql-filter.ts'

/**
 * The program that filters a plain dump, in a process of its own.
 * @param directory private; gets a file with the rules
 */
export async function provideSqlFilter(rules: SqlFilterRules, directory: string): Promise<Command> {
  const path = join(await mkdtemp(join(directory, 'filter-sql-')), 'rules.json')
  const omit = { ...rules.omit, ownRole: rules.omit.ownRole ?? null }
  await writeFile(path, JSON.stringify({ ...rules, omit }), { mode: 0o600, flag: 'wx' })
  return ownProgram('filter-sql', path)
}

const text = readString(/^[^\0]*$/, 'a text')

const readRules = readObject({
  completionMarker: text,
  oneTransaction: readBoolean,
  restriction: readOneOf('none', 'leaking', 'tight'),
  proof: readString(/^[A-Za-z0-9]+$/, 'a word'),
  omit: readObject({
    owners: readBoolean,
    transactionTimeout: readBoolean,
    existingRoles: readArray(text),
    existingTablespaces: readArray(text),
    ownRole: readNullable(text),
  }),
})

/** The reverse of what {@link provideSqlFilter} writes. */
export function parseFilterRules(json: string): SqlFilterRules {
  const { omit, ...rules } = readRules(JSON.parse(json), 'rules')
  return { ...rules, omit: { ...omit, ownRole: omit.ownRole ?? undefined } }
}
