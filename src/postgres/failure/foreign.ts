import { BackupError, type ErrorCode } from '../../errors.ts'
import { explainExpired } from './expired-login.ts'
import { quoteRole, type FailureContext } from './failure-kind.ts'

/*
 * What a server says in another language than English. Its `lc_messages` only superusers may change, and what refuses
 * a connection comes before anybody could. So it is recognised by what no translation changes: the SQLSTATE, which psql
 * prints for queries, the names in a message, and the words of the tools around it, which are told to speak English.
 * Seen with PostgreSQL 15 in German: e2e/machine/languages.test.ts.
 */

/** A message of the server, `FEHLER:  keine Berechtigung …`: libpq sets two blanks behind its level. */
interface Message {
  /** Five characters, from psql with `VERBOSITY=verbose`. */
  readonly state: string | undefined
  readonly words: string
  /** Whether lines such as DETAIL or HINT follow. */
  readonly hasMore: boolean
}

/** Cause of an error that may mean the user or the database, since the message holds one name that is both. */
export const unclearRefusal: unique symbol = Symbol('unclear refusal')

// States that begin with 00 and 01 are notices and warnings.
const messagePattern =
  /(?:^|: )[^\s:][^\n:]{0,30}: {2}(?!0[01][0-9A-Z]{3}: )(?:([0-9A-Z]{5})(?:: |$))?([^\n]*)(\n[^\s:][^\n:]{0,30}: {2})?/m
const statePattern = /((?:^|: )[^\s:][^\n:]{0,30}: {2})[0-9A-Z]{5}(?:: |$)/gm
const statementPattern = /^(?:\w+: )?(?:detail: )?(?:Query|(?:The )?[Cc]ommand) was: ([^\n]+)/m

const states: Readonly<Record<string, ErrorCode>> = {
  '28000': 'PGB_AUTH',
  '28P01': 'PGB_AUTH',
  '3D000': 'PGB_NO_DATABASE',
  '42501': 'PGB_PERMISSION',
  '55P03': 'PGB_LOCK',
  '53100': 'PGB_DISK',
}

/** PURE. What psql printed, as without `VERBOSITY=verbose`: neither SQLSTATEs nor places in the server's sources. */
export function withoutStates(stderr: string): string {
  return stderr.replace(statePattern, '$1').replace(/^LOCATION: {2}[^\n]*\n?/gm, '')
}

/** PURE. Whether a server said something; of a connection that did not come about libpq itself tells. */
export function isSaidByServer(stderr: string): boolean {
  return readMessage(stderr) !== undefined
}

/** PURE. Whether the server was reached and refused a query, as only psql tells. */
export function isRefusedQuery(stderr: string): boolean {
  return readMessage(stderr)?.state !== undefined
}

/** PURE. The error that the server means, in whatever language; undefined for one of another kind. */
export function explainForeign(stderr: string, context: FailureContext): BackupError | undefined {
  const message = readMessage(stderr)
  if (message === undefined) return undefined
  if (message.state !== undefined) return explainState(states[message.state], message, context)
  const statement = statementPattern.exec(stderr)?.[1]
  if (statement !== undefined) return explainStatement(statement, message, context)
  return /connect(?:ion)? to (?:server|database) |^psql: /m.test(stderr)
    ? explainConnection(message, context)
    : undefined
}

function readMessage(stderr: string): Message | undefined {
  const [, state, words, more] = messagePattern.exec(stderr.replace(/^LOCATION: {2}[^\n]*\n?/gm, '')) ?? []
  return words === undefined ? undefined : { state, words, hasMore: more !== undefined }
}

function explainState(
  code: ErrorCode | undefined,
  message: Message,
  context: FailureContext,
): BackupError | undefined {
  if (code === 'PGB_PERMISSION') return refusePrivilege('something', message, context)
  return code === undefined ? undefined : refuse(code, 'the server refused it', message, context)
}

/**
 * Names in what pg_dump asked for. A message about a privilege or about row-level security holds the bare name of the
 * table or its schema, one about a table that is gone holds both, and one about a time-out holds none.
 */
function explainStatement(
  statement: string,
  message: Message,
  context: FailureContext,
): BackupError | undefined {
  const { words, hasMore } = message
  if (mentions(words, 'pg_authid')) return refusePrivilege('the passwords of roles', message, context)
  const target = /^(?:LOCK TABLE|COPY|SELECT last_value, is_called FROM) (?:ONLY )?(.*)$/.exec(statement)?.[1]
  if (target === undefined) return undefined
  const names = [...target.matchAll(/((?:"(?:[^"]|"")+"|[^\s,.();"]+))\.((?:"(?:[^"]|"")+"|[^\s,.();"]+))/g)]
  const pairs = names.map(
    ([full, schema = '', table = '']) => [full, unquote(schema), unquote(table)] as const,
  )
  const meant = pairs.find(([, schema, table]) => mentions(words, table) || mentions(words, schema))
  if (meant !== undefined) {
    const [full, schema, table] = meant
    return words.includes(`${schema}.${table}`) ? undefined : refusePrivilege(full, message, context)
  }
  if (!statement.startsWith('LOCK TABLE') || hasMore || /\d/.test(words)) return undefined
  return refuse('PGB_LOCK', 'a table could not be locked within "lock-wait-timeout"', message, context)
}

function explainConnection(message: Message, context: FailureContext): BackupError {
  const { words, hasMore } = message
  const { user } = context.parameters
  const refused = (code: ErrorCode, subject: string): BackupError =>
    refuse(code, `the server refused ${subject}`, message, context)
  if (words.includes('pg_hba.conf'))
    return refused('PGB_CONNECT', 'this combination of host, user and database')
  const isUser = mentions(words, user)
  const isDatabase = mentions(words, context.database)
  if (isDatabase && hasMore) return refused('PGB_PERMISSION', 'to open this database for the connecting role')
  if (isDatabase && user !== context.database) return refused('PGB_NO_DATABASE', 'this database')
  if (!isUser) return refused('PGB_CONNECT', 'the connection')
  const cause = isDatabase ? { cause: unclearRefusal } : {}
  if (context.accepted !== undefined)
    return new BackupError('PGB_AUTH', { what: context.action, ...explainExpired(context.accepted) }, cause)
  return refuse('PGB_AUTH', 'the server refused the user name or password', message, context, cause)
}

const advice: Readonly<Partial<Record<ErrorCode, string>>> = {
  PGB_AUTH:
    'Check both; a password with special characters is safest in the input "password", which needs no encoding',
  PGB_NO_DATABASE:
    'Check the name, which minds upper and lower case, and whether the database accepts connections',
  PGB_LOCK: 'Run the backup when no migration or long ALTER TABLE is running, or raise "lock-wait-timeout"',
  PGB_DISK: 'Free space on the server',
  PGB_CONNECT: 'Do what it says; it may be out of connections, starting, or admit no such connection',
}

function refusePrivilege(object: string, message: Message, context: FailureContext): BackupError {
  return refuse('PGB_PERMISSION', `the server refused the connecting role ${object}`, message, context)
}

function refuse(
  code: ErrorCode,
  why: string,
  { words }: Message,
  context: FailureContext,
  options?: ErrorOptions,
): BackupError {
  const whatToDo =
    advice[code] ?? `Grant the privilege TO ${quoteRole(context)}, or connect as the owner or a superuser`
  const quoted = words
    .trim()
    .replace(/[.\s]+$/, '')
    .slice(0, 400)
  return new BackupError(code, { what: context.action, why: `${why} (${quoted})`, whatToDo }, options)
}

/** Whether the words hold the name as a word of its own, in whatever quotes. */
function mentions(words: string, name: string | undefined): boolean {
  if (name === undefined || name === '') return false
  const literal = name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  return new RegExp(`(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`, 'u').test(words)
}

function unquote(identifier: string): string {
  return identifier.startsWith('"') ? identifier.slice(1, -1).replaceAll('""', '"') : identifier
}
