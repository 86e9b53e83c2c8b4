import { refuseInput } from '../inputs/read-inputs.ts'
import { isServiceDatabase } from './hosting/services.ts'
import type { DatabaseFacts, ServerFacts } from './server.ts'

/** Databases by name, and those that were asked for by a name that the server does not have. */
export interface DatabaseSelection {
  readonly names: readonly string[]
  readonly missing: readonly string[]
  /** Those that a pattern would match if they were the user's, or open to him. */
  readonly passedOver: readonly string[]
}

/**
 * PURE. Reads the `databases` input: a JSON array of names, one name as a JSON string, or names separated by line ends
 * or commas.
 * @returns undefined when it is empty
 * @throws BackupError PGB_INPUT
 */
export function parseDatabases(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined
  const { entries } = readEntries(text.trim())
  if (entries.length > 0 && entries.every((entry) => entry.startsWith('!'))) {
    throw refuseInput('databases', 'it only excludes', 'Name what to back up first, as in "*, !scratch"')
  }
  return entries.length === 0 ? undefined : entries
}

/**
 * PURE. Reads the same input where each entry is a database's own name, since a pattern would be content with whatever is
 * there: in a list `*`, `?` and a leading `!` are refused, and in JSON they are part of the name.
 * @returns undefined when it is empty
 * @throws BackupError PGB_INPUT
 */
export function parseDatabaseNames(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined
  const { entries, isJson } = readEntries(text.trim())
  if (entries.length === 0) {
    throw refuseInput('databases', 'it names none', 'Name databases, or leave it empty')
  }
  if (isJson || !entries.some((entry) => /^!|[*?]/.test(entry))) return entries
  throw refuseInput(
    'databases',
    'it holds a pattern, which would be content with whatever is there',
    'Name each database; a name that itself holds *, ? or ! stands in JSON, as in ["shop*"]',
  )
}

interface Entries {
  readonly entries: readonly string[]
  readonly isJson: boolean
}

function readEntries(text: string): Entries {
  if (text.startsWith('[')) return { entries: parseJsonArray(text), isJson: true }
  const name = text.startsWith('"') ? readJson(text) : undefined
  const isJson = typeof name === 'string' && name !== ''
  return { entries: isJson ? [name] : splitList(text), isJson }
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
 * characters it holds; else `*` and `?` match, and a leading `!` excludes. A pattern never matches a template, a
 * database that forbids connections, nor one that {@link isClosed}.
 */
export function selectDatabases(
  entries: readonly string[],
  { databases, service }: Pick<ServerFacts, 'databases' | 'service'>,
): DatabaseSelection {
  const names = new Set(databases.map(({ name }) => name))
  const isExclusion = (entry: string): boolean => entry.startsWith('!') && !names.has(entry)
  const excluded = entries.filter(isExclusion).map((entry) => makeMatcher(entry.slice(1), names))
  const included = entries.filter((entry) => !isExclusion(entry))
  const isIncluded = new Set(included)
  const patterns = included.filter((entry) => !names.has(entry) && /[*?]/.test(entry))
  const matchers = patterns.map((pattern) => makeMatcher(pattern, names))
  const eligible = databases.filter(({ name }) => !excluded.some((matches) => matches(name)))
  const matched = eligible.filter(
    ({ name, isTemplate, allowsConnections }) =>
      !isIncluded.has(name) && !isTemplate && allowsConnections && matchers.some((matches) => matches(name)),
  )
  const isMatched = new Set(matched)
  const passedOver = matched.filter((facts) => isClosed(facts, service)).map(({ name }) => name)
  const selected = eligible.filter(
    (facts) => isIncluded.has(facts.name) || (isMatched.has(facts) && !isClosed(facts, service)),
  )
  const missing = included.filter((entry) => !names.has(entry) && !patterns.includes(entry))
  return { names: selected.map(({ name }) => name), missing: [...new Set(missing)], passedOver }
}

/** PURE. Whether a database is the hosting service's own, or one that the connecting role may not connect to. */
export function isClosed({ name, mayConnect }: DatabaseFacts, service: ServerFacts['service']): boolean {
  return !mayConnect || isServiceDatabase(name, service)
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
