import { isOf, unquote, type DumpEntry } from './dump-entry.ts'
import type { Memory } from './memory.ts'
import type { TargetFacts } from './target-facts.ts'

/** Things that only a superuser makes. */
const kinds = [
  ...['ACCESS METHOD', 'FOREIGN DATA WRAPPER', 'LANGUAGE', 'OPERATOR CLASS', 'OPERATOR FAMILY'],
  ...['PROCEDURAL LANGUAGE', 'TEXT SEARCH PARSER', 'TEXT SEARCH TEMPLATE', 'TRANSFORM'],
]

/** Statements that take a superuser, where others of their kind do not (functioncmds.c: CreateCast). */
const statements = /^CREATE CAST \([^]*\) WITHOUT FUNCTION(?: AS (?:ASSIGNMENT|IMPLICIT))?;\s*$/

/** PURE. Whether only a superuser can restore an entry, as far as its heading tells and what came before it. */
export function needsSuperuser(entry: DumpEntry, { isSuperuser }: TargetFacts, memory: Memory): boolean {
  if (isSuperuser) return false
  if (kinds.some((kind) => isOf(entry, kind))) return true
  return (
    isOf(entry, 'CAST') && (memory.beyondRole.has(`CAST ${entry.name}`) || !castsOwnType(entry.name, memory))
  )
}

/** PURE. Whether statements of such an entry may take a superuser, which their heading does not tell. */
export function mayNeedSuperuser({ type }: DumpEntry): boolean {
  return type === 'CAST'
}

/** PURE. Whether a statement takes a superuser. */
export function takesSuperuser(statement: string): boolean {
  return statements.test(statement)
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
