import { refuseInput } from '../inputs/read-inputs.ts'
import type { DatabaseFacts } from '../postgres/server.ts'

/** Databases by name, and those that were asked for by a name that the server does not have. */
export interface DatabaseSelection {
  readonly names: readonly string[]
  readonly missing: readonly string[]
}

/**
 * PURE. Reads the `databases` input: a JSON array, or names separated by line ends or commas.
 * @returns undefined when it is empty
 * @throws BackupError PGB_INPUT
 */
export function parseDatabases(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined
  const entries = text.trim().startsWith('[') ? parseJsonArray(text) : splitList(text)
  if (entries.length > 0 && entries.every((entry) => entry.startsWith('!'))) {
    throw refuseInput('databases', 'it only excludes', 'Name what to back up first, as in "*, !scratch"')
  }
  return entries.length === 0 ? undefined : entries
}

function splitList(text: string): string[] {
  return text
    .split(/[\r\n,]+/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
}

function parseJsonArray(text: string): string[] {
  const entries = readJson(text)
  if (Array.isArray(entries) && entries.every((entry) => typeof entry === 'string' && entry !== '')) {
    return entries as string[]
  }
  throw refuseInput('databases', 'it begins like a JSON array of names but is none', 'Write ["shop", "blog"]')
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * PURE. The databases that the entries name. An entry that is a database's exact name means that database, whatever
 * characters it holds; else `*` and `?` match, and a leading `!` excludes. A pattern never matches a template or a
 * database that forbids connections.
 */
export function selectDatabases(
  entries: readonly string[],
  databases: readonly DatabaseFacts[],
): DatabaseSelection {
  const names = new Set(databases.map(({ name }) => name))
  const isExclusion = (entry: string): boolean => entry.startsWith('!') && !names.has(entry)
  const excluded = entries.filter(isExclusion).map((entry) => makeMatcher(entry.slice(1), names))
  const included = entries.filter((entry) => !isExclusion(entry))
  const patterns = included.filter((entry) => !names.has(entry) && /[*?]/.test(entry))
  const matchers = patterns.map((pattern) => makeMatcher(pattern, names))
  const selected = databases.filter(({ name, isTemplate, allowsConnections }) => {
    if (excluded.some((matches) => matches(name))) return false
    if (included.includes(name)) return true
    return !isTemplate && allowsConnections && matchers.some((matches) => matches(name))
  })
  const missing = included.filter((entry) => !names.has(entry) && !patterns.includes(entry))
  return { names: selected.map(({ name }) => name), missing: [...new Set(missing)] }
}

function makeMatcher(entry: string, names: ReadonlySet<string>): (name: string) => boolean {
  if (names.has(entry)) return (name) => name === entry
  const source = entry.replace(/[\\^$.+()[\]{}|*?]/g, (character) => {
    if (character === '*') return '[^]*'
    return character === '?' ? '[^]' : `\\${character}`
  })
  const pattern = new RegExp(`^${source}$`, 'u')
  return (name) => pattern.test(name)
}
