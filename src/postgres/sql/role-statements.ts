import { quoteLiteral } from './quote.ts'
import { readIdentifier } from './identifier.ts'

const identifier = '("(?:[^"]|"")+"|[^\\s"\';]+)'
const createRole = new RegExp(`^CREATE ROLE ${identifier};`)
const giveAttributes = new RegExp(`^(ALTER ROLE ${identifier} WITH)((?: [A-Z]+)+)([^]*)$`)
const ofRole = new RegExp(`^(?:ALTER ROLE|COMMENT ON ROLE) ${identifier} `)
const membership = new RegExp(`^(GRANT ${identifier} TO ${identifier})( [^]*)?;\\s*$`)
/** What only a superuser may write: even the words that take the attribute away. */
const ofSuperusers = /^(NO)?(SUPERUSER|REPLICATION|BYPASSRLS)$/
const beyond = /^(?:CREATE TABLESPACE |ALTER TABLESPACE |GRANT [^]* ON (?:PARAMETER|TABLESPACE) )/

/** How the line begins by which psql tells what a statement could not do. */
const leftOutMark = 'postgres-backup: left out: '

/** PURE. What psql said that was left out, from all that it printed. */
export function readLeftOutOfRoles(printed: string): string[] {
  return [...printed.matchAll(new RegExp(`${leftOutMark}([^\\n]*)`, 'g'))].map(([, text = '']) => text)
}

/**
 * PURE. Rewrites what pg_dumpall says of roles for one who is no superuser: roles that are there, or are the service's,
 * are left alone; of new ones all is made that the connecting role may make, and psql tells the rest.
 * @param isKept whether a role is left alone
 * @returns the statement as it is to be run, or undefined
 */
export function rewriteRoleStatement(
  statement: string,
  isKept: (role: string) => boolean,
): string | undefined {
  const created = createRole.exec(statement)?.[1]
  if (created !== undefined) return isKept(readIdentifier(created)) ? undefined : statement
  const [, alter = '', altered, attributes = '', rest = ''] = giveAttributes.exec(statement) ?? []
  if (altered !== undefined) {
    if (isKept(readIdentifier(altered))) return undefined
    const words = attributes.trim().split(' ')
    const lost = words.filter((word) => ofSuperusers.exec(word)?.[1] === undefined && ofSuperusers.test(word))
    const given = words.filter((word) => !ofSuperusers.test(word))
    const warnings = lost.map((word) => tell(`${word} of ${altered}`))
    return [...warnings, `${alter} ${given.join(' ')}${rest}`].join('')
  }
  const role = ofRole.exec(statement)?.[1]
  if (role !== undefined) {
    return isKept(readIdentifier(role)) ? undefined : tryOut(statement, `a setting or comment of ${role}`)
  }
  const [, grant = '', group, member, options = ''] = membership.exec(statement) ?? []
  if (group !== undefined && member !== undefined) {
    if (isKept(readIdentifier(member))) return undefined
    const own = options.replace(new RegExp(` GRANTED BY ${identifier}`), '')
    return tryOut(`${grant}${own};`, `${group} for ${member}`)
  }
  return beyond.test(statement) ? tell(statement.split(' ').slice(0, 3).join(' ')) : statement
}

function tryOut(statement: string, what: string): string {
  const exceptions =
    'insufficient_privilege or undefined_object or invalid_catalog_name or invalid_grant_operation'
  const body = `begin ${statement.trimEnd()} exception when ${exceptions} then ${raise(what)} end`
  return `DO ${quoteLiteral(body)};\n`
}

function tell(what: string): string {
  return `DO ${quoteLiteral(`begin ${raise(what)} end`)};\n`
}

function raise(what: string): string {
  return `raise warning '%', ${quoteLiteral(`${leftOutMark}${what.replaceAll('\n', ' ')}`)};`
}
