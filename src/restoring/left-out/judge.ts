import type { DumpEntry } from './dump-entry.ts'
import type { DumpedObject, DumpedTable, DumpReport, LeftOut } from './dump-report.ts'
import { findMainOwner, remember, type Memory } from './memory.ts'
import { rules, type Reason } from './rules.ts'
import { readGrantees, readGrantor, readNewOwner, withoutRoles } from './statement-roles.ts'
import { mayNeedSuperuser, takesSuperuser } from './superusers.ts'
import { qualify, type TargetFacts } from './target-facts.ts'
import { tryOwner } from './try-owner.ts'

/** Where an entry stands in an archive, and what it is in the source. */
export interface EntryNumbers {
  readonly number: number
  readonly oid: number
}

/** Decides about one dump, from its beginning to its end: entry by entry, in the order of the dump. */
export class Judge {
  private readonly facts: TargetFacts | undefined
  private readonly isStrict: boolean
  private readonly memory: Memory = {
    made: new Set(),
    subjects: new Set(),
    owners: new Map(),
    leftOut: new Set(),
    beyondRole: new Set(),
    missingExtensions: new Set(),
  }
  private readonly leftOut = new Map<DumpEntry, LeftOut>()
  private readonly tables = new Map<string, DumpedTable>()
  private readonly objects: DumpedObject[] = []
  private hasLargeObjects = false
  private readonly lostOwners = new Map<string, number>()
  private hasOtherOwners = false
  private isChanged = false
  private total = 0
  private relations = 0
  private current: DumpEntry | undefined
  private currentNumber: number | null = null

  /**
   * @param facts undefined to learn no more than what the dump holds
   * @param isStrict fail where an owner cannot be given, which only the server knows
   */
  constructor(facts: TargetFacts | undefined, isStrict = false) {
    this.facts = facts
    this.isStrict = isStrict
  }

  /** Takes an entry's heading. @returns whether its statements are restored, by {@link Judge.judgeStatement} each */
  judgeEntry(entry: DumpEntry, numbers?: EntryNumbers): boolean {
    const { facts, memory } = this
    this.total += 1
    if (isRelation.test(entry.type ?? '')) this.relations += 1
    this.current = entry
    this.currentNumber = numbers?.number ?? null
    noteTable(this.tables, entry, numbers?.oid)
    if (isObject.test(entry.type ?? '')) this.objects.push(readObject(entry))
    this.hasLargeObjects ||= isLargeObject.test(entry.type ?? '')
    if (facts === undefined) return true
    const rule =
      entry.type === undefined ? undefined : rules.find(({ applies }) => applies(entry, facts, memory))
    if (rule !== undefined) this.note(entry, rule.reason)
    else if (isTimescale(entry)) throw new Error('the dump needs timescaledb_pre_restore()')
    remember(memory, entry, rule === undefined)
    return rule === undefined
  }

  /** Whether statements of the present entry may be changed, beside those that give it an owner. */
  mayChange(): boolean {
    const { current } = this
    return current !== undefined && (namesRoles.test(current.type ?? '') || mayNeedSuperuser(current))
  }

  /** @returns the statement as it is to be run, or undefined */
  judgeStatement(statement: string): string | undefined {
    const { facts, current } = this
    if (facts === undefined || current === undefined) return statement
    if (!facts.isSuperuser && takesSuperuser(statement)) {
      this.note(current, 'needs-superuser')
      this.memory.beyondRole.add(`${current.type ?? ''} ${current.name}`)
    }
    // With that statement goes all of its entry, so that pg_restore itself can leave it out.
    if (this.leftOut.get(current)?.reason === 'needs-superuser') return undefined
    const owner = readNewOwner(statement)
    if (owner !== undefined) return this.judgeOwner(statement, owner, facts)
    const kept = this.judgeRoles(statement, current, facts)
    this.isChanged ||= kept !== statement
    return kept
  }

  report(): DumpReport {
    return {
      total: this.total,
      leftOut: [...this.leftOut.values()],
      owners: [...this.lostOwners].map(([role, entries]) => ({ role, entries })),
      hasOtherOwners: this.hasOtherOwners,
      isChanged: this.isChanged,
      tables: [...this.tables.values()],
      objects: this.objects,
      hasLargeObjects: this.hasLargeObjects,
      databases: [],
      relations: this.relations,
    }
  }

  private judgeOwner(statement: string, owner: string, facts: TargetFacts): string | undefined {
    if (facts.roles.has(owner) && (facts.isSuperuser || facts.ownRoles.has(owner))) {
      this.hasOtherOwners ||= owner !== facts.role
      const mayFail = !facts.isSuperuser || ofSuperusers.test(this.current?.type ?? '')
      if (owner === facts.role || !mayFail) return statement
      this.isChanged = true
      return tryOwner(statement, owner, this.isStrict)
    }
    this.lostOwners.set(owner, (this.lostOwners.get(owner) ?? 0) + 1)
    return undefined
  }

  private judgeRoles(statement: string, entry: DumpEntry, facts: TargetFacts): string | undefined {
    // Around grants that others have made: made by the owner they are the same, but for their grantor. With the first
    // left out, the second of the two changes nothing.
    if (!facts.isSuperuser && /^(?:RE)?SET SESSION AUTHORIZATION\b/.test(statement)) return undefined
    if (!namesRoles.test(entry.type ?? '')) return statement
    const grantor = readGrantor(statement)
    if (grantor !== undefined && !facts.roles.has(grantor)) {
      this.note(entry, 'missing-role', [grantor])
      return undefined
    }
    const own = withoutForRole(statement, entry, this.memory, facts)
    const isMissing = (role: string): boolean => !facts.roles.has(role)
    const missing = readGrantees(own).filter(isMissing)
    if (missing.length === 0) return own
    const kept = withoutRoles(own, isMissing)
    this.note(entry, 'missing-role', missing)
    if (kept === undefined && entry.type === 'POLICY') remember(this.memory, entry, false)
    return kept
  }

  private note(entry: DumpEntry, reason: Reason, roles: readonly string[] = []): void {
    const { type = '', schema = null, name } = entry
    const known = this.leftOut.get(entry)?.roles ?? []
    const all = [...new Set([...known, ...roles])]
    this.leftOut.set(entry, { type, schema, name, reason, roles: all, number: this.currentNumber })
  }
}

function isTimescale({ type, name }: DumpEntry): boolean {
  return type === 'EXTENSION' && name === 'timescaledb'
}

/** Entries that make something of pg_class; a constraint that is called just so brings its index. */
const isRelation = /^(?:(?:FOREIGN )?TABLE|(?:MATERIALIZED )?VIEW|SEQUENCE|INDEX|CONSTRAINT)$/

/** Entries of what is neither a table nor hangs on something else. */
const isObject =
  /^(?:(?:MATERIALIZED )?VIEW|SEQUENCE|FOREIGN TABLE|AGGREGATE|FUNCTION|PROCEDURE|DOMAIN|(?:SHELL )?TYPE|OPERATOR(?: CLASS)?|COLLATION|CONVERSION|TEXT SEARCH (?:CONFIGURATION|DICTIONARY)|SERVER|EXTENSION|PUBLICATION|EVENT TRIGGER)$/

/** Before 17 each was an entry of its own, and their data one of all (pg_dump.c: getLOs, dumpLOs). */
const isLargeObject = /^BLOB/

/** What PostgreSQL lets a superuser alone own, and some services others as well. */
const ofSuperusers = /^(?:EVENT TRIGGER|FOREIGN DATA WRAPPER)$/

/** Entries whose statements name roles for whom they are. */
const namesRoles = /^(?:ACL|DEFAULT ACL|POLICY)$/

function readObject({ type = '', schema = '', name }: DumpEntry): DumpedObject {
  return { type, schema, name }
}

function noteTable(
  tables: Map<string, DumpedTable>,
  { type, name, schema = '' }: DumpEntry,
  oid: number | undefined,
): void {
  if (type !== 'TABLE' && type !== 'TABLE DATA') return
  const key = qualify(schema, name)
  const known = tables.get(key)
  const hasRows = type === 'TABLE DATA' || known?.hasRows === true
  tables.set(key, { schema, name, oid: known?.oid ?? oid ?? null, hasRows })
}

/** Default privileges of a role whose things become the connecting role's are set for that one. */
function withoutForRole(statement: string, entry: DumpEntry, memory: Memory, facts: TargetFacts): string {
  if (entry.type !== 'DEFAULT ACL' || entry.owner === undefined || facts.ownRoles.has(entry.owner))
    return statement
  return entry.owner === findMainOwner(memory)
    ? statement.replace(/^(ALTER DEFAULT PRIVILEGES) FOR ROLE (?:"(?:[^"]|"")+"|[^\s"]+)/, '$1')
    : statement
}
