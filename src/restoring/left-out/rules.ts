import { about, isOf, readName, unquote, type DumpEntry } from './dump-entry.ts'
import { findMainOwner, type Memory } from './memory.ts'
import { readSignature, withoutStar } from './routine-signature.ts'
import { needsSuperuser } from './superusers.ts'
import { qualify, type TargetFacts } from './target-facts.ts'

/** Why something is left out; these words stand in the output `left-out`. */
export const reasons = [
  'default-privileges',
  'event-trigger',
  'extension-missing',
  'extension-not-own',
  'missing-role',
  'not-own',
  'needs-superuser',
  'publication',
  'security-label',
  'service',
  'stands',
  'subscription',
] as const

export type Reason = (typeof reasons)[number]

export interface Rule {
  readonly reason: Reason
  readonly applies: (entry: DumpEntry, facts: TargetFacts, memory: Memory) => boolean
}

/** The rules, of which the first that applies counts. */
export const rules: readonly Rule[] = [
  { reason: 'stands', applies: isStandingEventTrigger },
  { reason: 'stands', applies: isStandingPublication },
  { reason: 'stands', applies: isStandingServer },
  { reason: 'stands', applies: (entry, facts) => readMapping(entry, facts)?.stands === true },
  { reason: 'not-own', applies: (entry, facts) => readMapping(entry, facts)?.isOfOther === true },
  {
    reason: 'missing-role',
    applies: ({ type, name }, { roles }) => type === 'USER MAPPING' && isForMissing(name, roles),
  },
  {
    reason: 'event-trigger',
    applies: (entry, { isSuperuser }) => !isSuperuser && isOf(entry, 'EVENT TRIGGER'),
  },
  {
    reason: 'subscription',
    applies: (entry, { isSuperuser }) => !isSuperuser && isOf(entry, 'SUBSCRIPTION'),
  },
  {
    reason: 'security-label',
    applies: ({ type }, { isSuperuser }) => !isSuperuser && type === 'SECURITY LABEL',
  },
  { reason: 'needs-superuser', applies: needsSuperuser },
  { reason: 'publication', applies: isForeignPublication },
  { reason: 'extension-missing', applies: isMissingExtension },
  { reason: 'extension-not-own', applies: isForeignExtensionComment },
  { reason: 'default-privileges', applies: isForeignDefault },
  { reason: 'stands', applies: isStandingSchema },
  { reason: 'service', applies: liesWithService },
  { reason: 'not-own', applies: liesWithOthers },
  { reason: 'extension-not-own', applies: isPrivilegeOfExtension },
  { reason: 'missing-role', applies: commentsOnLeftOut },
]

function isStandingEventTrigger(entry: DumpEntry, { eventTriggers }: TargetFacts): boolean {
  const name = entry.type === 'EVENT TRIGGER' ? entry.name : readName(entry.name, 'EVENT TRIGGER')
  return isOf(entry, 'EVENT TRIGGER') && eventTriggers.has(name)
}

/** A comment on one of one's own is set all the same. */
function isStandingPublication({ type, name }: DumpEntry, { publications }: TargetFacts): boolean {
  if (type === 'PUBLICATION') return publications.has(name)
  const isComment = type === 'COMMENT' && name.startsWith('PUBLICATION ')
  return isComment && publications.get(readName(name, 'PUBLICATION'))?.isOwn === false
}

/** With its privileges and its comment. */
function isStandingServer(entry: DumpEntry, { servers }: TargetFacts): boolean {
  const { type, name } = entry
  if (type === 'SERVER') return servers.has(name)
  const kind = type === 'ACL' ? 'FOREIGN SERVER' : 'SERVER'
  return isOf(entry, kind) && servers.has(readName(name, kind))
}

/** A user mapping on a server that stands: there a role makes its own and no other. */
function readMapping(
  { type, name }: DumpEntry,
  { servers, role }: TargetFacts,
): { stands: boolean; isOfOther: boolean } | undefined {
  if (type !== 'USER MAPPING') return undefined
  const server = [...servers].find(([known]) => name.endsWith(` SERVER ${known}`))
  if (server === undefined) return undefined
  const [known, { takesMapping }] = server
  const isOfOther = name !== `USER MAPPING ${role} SERVER ${known}`
  return { stands: !isOfOther && !takesMapping, isOfOther }
}

/** The names of role and server stand there as they are, so all that the beginning can be are tried. */
function isForMissing(name: string, roles: ReadonlySet<string>): boolean {
  const words = name.slice('USER MAPPING '.length).split(' SERVER ')
  return words.slice(1).every((_, at) => {
    const role = words.slice(0, at + 1).join(' SERVER ')
    return role !== 'public' && !roles.has(role)
  })
}

/** The tables of a publication are entries of their own, called `publication table`. */
function isForeignPublication(entry: DumpEntry, { publications, mayCreate }: TargetFacts): boolean {
  const { type, name } = entry
  const isTable = /^PUBLICATION TABLE/.test(type ?? '')
  if (!isTable && !isOf(entry, 'PUBLICATION')) return false
  const called = type === 'PUBLICATION' || isTable ? name : readName(name, 'PUBLICATION')
  const known = [...publications].find(([publication]) =>
    isTable ? called.startsWith(`${publication} `) : called === publication,
  )
  if (known === undefined) return !mayCreate
  return !known[1].isOwn
}

function isMissingExtension({ type, name, schema }: DumpEntry, facts: TargetFacts, memory: Memory): boolean {
  if (type === 'EXTENSION') return !facts.extensions.has(name) && !facts.creatable.has(name)
  if (type === 'COMMENT' && name.startsWith('EXTENSION '))
    return memory.missingExtensions.has(readName(name, 'EXTENSION'))
  // The rows of a table that the dump does not make are an extension's configuration.
  const isRowsOfExtension = type === 'TABLE DATA' && !memory.made.has(`TABLE ${schema ?? ''}.${name}`)
  return memory.missingExtensions.size > 0 && isRowsOfExtension && !facts.schemas.has(schema ?? '')
}

/** What the dump sets privileges of and does not make belongs to an extension, or to PostgreSQL itself. */
function isPrivilegeOfExtension(
  { type, name, schema }: DumpEntry,
  facts: TargetFacts,
  memory: Memory,
): boolean {
  if (type !== 'ACL' || facts.isSuperuser || schema === undefined) return false
  const identifier = '("(?:[^"]|"")*"|[^".(]+)'
  const [, routine] = new RegExp(`^(?:FUNCTION|PROCEDURE) ${identifier}\\(`).exec(name) ?? []
  const [, table] = new RegExp(`^(?:TABLE|SEQUENCE|COLUMN) ${identifier}(?:\\.|$)`).exec(name) ?? []
  if (routine === undefined && table === undefined) return false
  const subject = table === undefined ? `${unquote(routine ?? '')}(` : unquote(table)
  return !memory.subjects.has(qualify(schema, subject))
}

/** The comment is the extension's own, in nearly every dump. */
function isForeignExtensionComment({ type, name }: DumpEntry, facts: TargetFacts): boolean {
  if (type !== 'COMMENT' || !name.startsWith('EXTENSION ') || facts.isSuperuser) return false
  const known = facts.extensions.get(readName(name, 'EXTENSION'))
  return known === undefined ? (facts.service?.ownsExtensions ?? false) : !known.isOwn
}

/** Those of the role whose things become the connecting role's are its own from now on. */
function isForeignDefault({ type, owner }: DumpEntry, facts: TargetFacts, memory: Memory): boolean {
  if (type !== 'DEFAULT ACL' || owner === undefined || owner === findMainOwner(memory)) return false
  return !facts.roles.has(owner) || (!facts.isSuperuser && !facts.ownRoles.has(owner))
}

/**
 * Its privileges and its comment are set all the same, where it is the role's. A stranger's is refused by the server: its
 * owner could drop what is made in it.
 */
function isStandingSchema(entry: DumpEntry, { schemas, isSuperuser }: TargetFacts): boolean {
  if (entry.type === 'SCHEMA') {
    const known = schemas.get(entry.name)
    return known !== undefined && (known.isOwn || known.isManaged || entry.name === 'public')
  }
  if (isSuperuser || !isOf(entry, 'SCHEMA')) return false
  return schemas.get(readName(entry.name, 'SCHEMA'))?.isOwn === false
}

/** In the schemas of a service that stand, only triggers and policies that are not there are the user's. */
function liesWithService({ type, name, schema }: DumpEntry, facts: TargetFacts): boolean {
  if (schema === undefined || !facts.schemas.has(schema)) return false
  if (facts.service?.schemas.includes(schema) !== true) return false
  if (type === 'TRIGGER' || type === 'POLICY') return facts.standing.has(qualify(schema, name))
  if (type === 'TABLE DATA' || type === 'SEQUENCE SET') return !facts.fillable.has(qualify(schema, name))
  const subject = type === 'COMMENT' ? readNameOnTable(name) : undefined
  return subject === undefined || facts.standing.has(qualify(schema, subject.name))
}

/** In other schemas that stand, what is managed by others is there already, with all that hangs on it. */
function liesWithOthers({ type, name, schema }: DumpEntry, facts: TargetFacts): boolean {
  if (facts.isSuperuser || schema === undefined) return false
  const known = facts.schemas.get(schema)
  if (known === undefined || facts.service?.schemas.includes(schema) === true) return false
  if (/^PUBLICATION TABLE/.test(type ?? '')) return false
  if (!known.mayCreate) return known.isManaged
  return listSubjects(type ?? '', name).some((subject) => facts.others.has(qualify(schema, subject)))
}

/** Entries called by what they belong to, a blank and their own name, as in `customers own_row`. */
const onAnother =
  /^(?:CHECK CONSTRAINT|CONSTRAINT|DEFAULT|FK CONSTRAINT|POLICY|PUBLICATION TABLE|RULE|TRIGGER)$/

/** PURE. What an entry may be about: itself, the table before a blank in its name, or what it is a comment or privilege of. */
export function listSubjects(type: string, name: string): string[] {
  if (!about.test(type)) {
    if (!onAnother.test(type)) return [type === 'AGGREGATE' ? withoutStar(name) : name]
    const words = name.split(' ')
    return words.map((_, at) => words.slice(0, words.length - at).join(' '))
  }
  const signature = readSignature(name)
  if (signature !== undefined) return [signature]
  const text = name.replace(/^[A-Z ]+ /, '').replace(/^.* ON /, '')
  const [, identifier = ''] = /^("(?:[^"]|"")*"|[^".(]+)/.exec(text) ?? []
  return [unquote(text), unquote(identifier)]
}

function commentsOnLeftOut({ type, name, schema }: DumpEntry, _: TargetFacts, memory: Memory): boolean {
  const subject = type === 'COMMENT' ? readNameOnTable(name) : undefined
  return subject !== undefined && memory.leftOut.has(`${subject.kind} ${schema ?? ''}.${subject.name}`)
}

/** The subject of `POLICY name ON table`, as its own entry is called: `table name`. */
function readNameOnTable(text: string): { kind: string; name: string } | undefined {
  const identifier = '("(?:[^"]|"")*"|[^ "]+)'
  const [, kind, name, table] =
    new RegExp(`^(POLICY|TRIGGER) ${identifier} ON ${identifier}$`).exec(text) ?? []
  if (kind === undefined || name === undefined || table === undefined) return undefined
  return { kind, name: `${unquote(table)} ${unquote(name)}` }
}
