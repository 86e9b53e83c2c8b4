import type { ExpectedServer } from '../catalogue/judge.ts'
import { databaseOf } from '../catalogue/copies.ts'
import type { Verdict } from '../catalogue/problems.ts'
import { isServiceDatabase } from '../postgres/hosting/services.ts'
import { isClosed } from '../postgres/select-databases.ts'
import type { DatabaseFacts, ServerFacts } from '../postgres/server.ts'

/** A database of the server that was asked, of which `databases: '*'` makes no backup. */
export interface PassedOver {
  readonly name: string
  /** As in `the service's own`; it follows the name and a comma. */
  readonly why: string
  /** Whether a right of the role would change that. */
  readonly lacksRight: boolean
}

/** PURE. All but templates. */
export function listPassedOver({ databases, service, role }: ServerFacts): PassedOver[] {
  const explain = ({ name, allowsConnections }: DatabaseFacts): Omit<PassedOver, 'name'> => {
    if (isServiceDatabase(name, service)) return { why: "the service's own", lacksRight: false }
    if (!allowsConnections) return { why: 'which allows no connections', lacksRight: false }
    return { why: `to which the role "${role}" may not connect`, lacksRight: true }
  }
  return databases
    .filter((facts) => !facts.isTemplate && (!facts.allowsConnections || isClosed(facts, service)))
    .map((facts) => ({ name: facts.name, ...explain(facts) }))
}

/** PURE. Those of which no verdict tells, be it that they are named, or that another role has backed them up of late. */
export function selectUnjudged(
  passedOver: readonly PassedOver[],
  verdicts: readonly Verdict[],
  { owns }: ExpectedServer,
): PassedOver[] {
  const own = verdicts.filter(({ copy }) => copy === undefined || owns(copy.backup.manifest.series))
  const judged = new Set(own.flatMap(({ subject, wanted }) => [databaseOf(subject), ...wanted]))
  return passedOver.filter(({ name }) => !judged.has(name))
}

/** PURE. What the check did not look at, in sentences without final stop. */
export function describePassedOver(passedOver: readonly PassedOver[]): string[] {
  const groups = Map.groupBy(passedOver, ({ why }) => why)
  return [...groups].map(([why, of]) => `Not looked at: ${nameAll(of)}, ${why}`)
}

/** PURE. What somebody could do something about, in a sentence without final stop; undefined where there is none. */
export function warnOfPassedOver(passedOver: readonly PassedOver[]): string | undefined {
  const [said] = describePassedOver(passedOver.filter(({ lacksRight }) => lacksRight))
  if (said === undefined) return undefined
  return `${said}: a backup with \`databases: '*'\` and this role would not hold it. Grant it CONNECT, or name in "databases" what must have a backup`
}

/** Names that are shown of those that share a reason. */
const shownNames = 20

function nameAll(passedOver: readonly PassedOver[]): string {
  const names = passedOver.slice(0, shownNames).map(({ name }) => `"${name}"`)
  const rest = passedOver.length > shownNames ? ` and ${passedOver.length - shownNames} more` : ''
  return `${names.join(', ')}${rest}`
}
