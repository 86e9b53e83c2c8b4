import type { DumpEntry } from './dump-entry.ts'
import { qualify } from './target-facts.ts'

/** What was decided about earlier entries of the dump, as `TYPE schema.name`. */
export interface Memory {
  readonly made: Set<string>
  /** Tables and their like, and routines up to their parenthesis, that were made. */
  readonly subjects: Set<string>
  /** How much of what was made belonged to whom. */
  readonly owners: Map<string, number>
  readonly leftOut: Set<string>
  /** What was left out since its statement takes a superuser, as `TYPE name`. */
  readonly beyondRole: Set<string>
  readonly missingExtensions: Set<string>
}

/** Takes down what was decided about an entry. */
export function remember(memory: Memory, entry: DumpEntry, isMade: boolean): void {
  const { type = '', name, schema = '' } = entry
  ;(isMade ? memory.made : memory.leftOut).add(`${type} ${schema}.${name}`)
  if (type === 'EXTENSION' && !isMade) memory.missingExtensions.add(name)
  if (!isMade) return
  if (entry.owner !== undefined) memory.owners.set(entry.owner, (memory.owners.get(entry.owner) ?? 0) + 1)
  memory.subjects.add(qualify(schema, name))
  // The name of a routine stands unquoted before its arguments, and may hold a parenthesis itself.
  for (let at = name.indexOf('('); at >= 0; at = name.indexOf('(', at + 1))
    memory.subjects.add(qualify(schema, name.slice(0, at + 1)))
}

/** PURE. The role that owned most of what was made so far. */
export function findMainOwner({ owners }: Memory): string | undefined {
  return [...owners].sort(([, a], [, b]) => b - a)[0]?.[0]
}
