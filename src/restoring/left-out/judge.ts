import type { DumpEntry } from './dump-entry.ts'
import { findMainOwner, rules, type Memory, type Reason } from './rules.ts'
import { readGrantees, withoutRoles } from './statement-roles.ts'
import { qualify, type TargetFacts } from './target-facts.ts'

/** Something of the dump that the target does not get. */
export interface LeftOut {
  readonly entry: DumpEntry
  readonly reason: Reason
  /** Roles that are missing, where that is the reason. */
  readonly roles: readonly string[]
}

/** Decides about one dump, from its beginning to its end. */
export interface Judge {
  /** Takes an entry's heading. @returns whether its statements are restored, by {@link Judge.judgeStatement} each */
  readonly judgeEntry: (entry: DumpEntry) => boolean
  /** @returns the statement as it is to be run, or undefined */
  readonly judgeStatement: (statement: string) => string | undefined
  readonly leftOut: () => readonly LeftOut[]
}

/** PURE. What of a dump is restored into a target, entry by entry in the order of the dump. */
export function createJudge(facts: TargetFacts): Judge {
  const memory: Memory = {
    made: new Set(),
    subjects: new Set(),
    owners: new Map(),
    leftOut: new Set(),
    missingExtensions: new Set(),
  }
  const leftOut = new Map<DumpEntry, LeftOut>()
  let current: DumpEntry | undefined
  const note = (entry: DumpEntry, reason: Reason, roles: readonly string[] = []): void => {
    const known = leftOut.get(entry)?.roles ?? []
    leftOut.set(entry, { entry, reason, roles: [...new Set([...known, ...roles])] })
  }
  const leaveOut = (entry: DumpEntry, reason: Reason): void => {
    note(entry, reason)
    remember(memory, entry, false)
  }
  return {
    judgeEntry: (entry) => {
      current = entry
      const rule =
        entry.type === undefined ? undefined : rules.find(({ applies }) => applies(entry, facts, memory))
      if (rule === undefined) remember(memory, entry, true)
      else leaveOut(entry, rule.reason)
      return rule === undefined
    },
    judgeStatement: (statement) => {
      if (current === undefined || !namesRoles.test(current.type ?? '')) return statement
      // Around grants that others have made: made by the owner they are the same, but for their grantor.
      if (!facts.isSuperuser && /^(?:RE)?SET SESSION AUTHORIZATION\b/.test(statement)) return undefined
      const own = withoutForRole(statement, current, memory, facts)
      const isMissing = (role: string): boolean => !facts.roles.has(role)
      const missing = readGrantees(own).filter(isMissing)
      if (missing.length === 0) return own
      const kept = withoutRoles(own, isMissing)
      note(current, 'missing-role', missing)
      if (kept === undefined && current.type === 'POLICY') remember(memory, current, false)
      return kept
    },
    leftOut: () => [...leftOut.values()],
  }
}

/** Entries whose statements name roles for whom they are. */
const namesRoles = /^(?:ACL|DEFAULT ACL|POLICY)$/

/** Default privileges of a role whose things become the connecting role's are set for that one. */
function withoutForRole(statement: string, entry: DumpEntry, memory: Memory, facts: TargetFacts): string {
  if (entry.type !== 'DEFAULT ACL' || entry.owner === undefined || facts.ownRoles.has(entry.owner))
    return statement
  return entry.owner === findMainOwner(memory)
    ? statement.replace(/^(ALTER DEFAULT PRIVILEGES) FOR ROLE (?:"(?:[^"]|"")+"|[^\s"]+)/, '$1')
    : statement
}

function remember(memory: Memory, entry: DumpEntry, isMade: boolean): void {
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
