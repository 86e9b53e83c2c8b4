import { isOf, readName, unquote, type DumpEntry } from './dump-entry.ts'
import type { Memory } from './memory.ts'
import type { TargetFacts } from './target-facts.ts'

/** Things that only a superuser makes. */
const kinds = [
  ...['ACCESS METHOD', 'FOREIGN DATA WRAPPER', 'LANGUAGE', 'OPERATOR CLASS', 'OPERATOR FAMILY'],
  ...['PROCEDURAL LANGUAGE', 'TEXT SEARCH PARSER', 'TEXT SEARCH TEMPLATE', 'TRANSFORM'],
]

/**
 * Statements that take a superuser, where others of their kind do not (functioncmds.c: CreateCast, publicationcmds.c:
 * CreatePublication).
 */
const statements = [
  /^CREATE CAST \([^]*\) WITHOUT FUNCTION(?: AS (?:ASSIGNMENT|IMPLICIT))?;\s*$/,
  /^CREATE PUBLICATION (?:"(?:[^"]|"")*"|[^\s"]+) FOR ALL /,
]

/** PURE. Whether only a superuser can restore an entry, as far as its heading tells and what came before it. */
export function needsSuperuser(entry: DumpEntry, { isSuperuser }: TargetFacts, memory: Memory): boolean {
  if (isSuperuser) return false
  if (kinds.some((kind) => isOf(entry, kind))) return true
  const { type, name } = entry
  if (isOf(entry, 'CAST')) return memory.beyondRole.has(`CAST ${name}`) || !castsOwnType(name, memory)
  if (type !== 'COMMENT' || !isOf(entry, 'PUBLICATION')) return type === 'PUBLICATION TABLES IN SCHEMA'
  return memory.beyondRole.has(`PUBLICATION ${readName(name, 'PUBLICATION')}`)
}

/** PURE. Whether statements of such an entry may take a superuser, which their heading does not tell. */
export function mayNeedSuperuser({ type }: DumpEntry): boolean {
  return type === 'CAST' || type === 'PUBLICATION'
}

/** PURE. Whether a statement takes a superuser. */
export function takesSuperuser(statement: string): boolean {
  return statements.some((pattern) => pattern.test(statement))
}

/** A cast is made by the owner of one of its types, and what the dump has made is the role's. */
function castsOwnType(name: string, { made }: Memory): boolean {
  const written = '((?:"(?:[^"]|"")*"|[^"])+?)'
  const [, ...types] = new RegExp(`^CAST \\(${written} AS ${written}\\)$`).exec(name) ?? []
  return types.some((type) => {
    const [, schema, called] = /^("(?:[^"]|"")*"|[^".]+)\.("(?:[^"]|"")*"|[^"[]+)(?:\[\])?$/.exec(type) ?? []
    if (schema === undefined || called === undefined) return false
    return typeKinds.some((kind) => made.has(`${kind} ${unquote(schema)}.${unquote(called)}`))
  })
}

/** Entries that make a type; tables and their like make one of their rows. */
const typeKinds = ['TYPE', 'DOMAIN', 'TABLE', 'VIEW', 'MATERIALIZED VIEW', 'FOREIGN TABLE']
