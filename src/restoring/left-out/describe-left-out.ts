import type { HostingService } from '../../postgres/hosting/services.ts'
import type { DumpReport, LeftOut } from './dump-report.ts'
import type { Reason } from './rules.ts'

/** How many names a sentence shows for each reason. */
const shownNames = 3

/** What one reason is called: `stays` where the target has it all the same, or it never was the user's. */
const reasons: Readonly<Record<Reason, { readonly stays: boolean; readonly why: string }>> = {
  stands: { stays: true, why: 'what is there already' },
  service: { stays: true, why: 'what belongs to the service' },
  'not-own': { stays: true, why: 'what belongs to other roles' },
  'extension-not-own': { stays: true, why: "what belongs to extensions that are not the role's" },
  'default-privileges': { stays: true, why: 'default privileges of other roles' },
  'missing-role': { stays: false, why: 'what is for the missing roles' },
  'event-trigger': { stays: false, why: 'event triggers, which take a superuser' },
  'extension-missing': {
    stays: false,
    why: 'extensions that the role cannot create here, and what hangs on them',
  },
  'needs-superuser': { stays: false, why: 'what takes a superuser' },
  publication: { stays: false, why: "publications that are not the role's" },
  'security-label': { stays: false, why: 'security labels' },
  subscription: { stays: false, why: 'subscriptions' },
}

/** One entry of the output `left-out`. */
export type LeftOutRecord = { readonly database: string } & Omit<LeftOut, 'number'>

/** PURE. Whether the target lacks something by it, so that `strict` refuses. */
export function isLoss({ reason }: LeftOut): boolean {
  return !reasons[reason].stays
}

/** PURE. Whether the target lacks nothing of a dump, and all belongs to those to whom it belonged. */
export function isWhole({ leftOut, owners }: DumpReport): boolean {
  return owners.length === 0 && !leftOut.some(isLoss)
}

/** PURE. Tables of the dump that stand in the target and belong to others: their rows would silently not come back. */
export function listOccupied({ leftOut }: DumpReport): string[] {
  const tables = leftOut.filter(({ type, reason }) => reason === 'not-own' && /^TABLE(?: DATA)?$/.test(type))
  return [...new Set(tables.map(({ schema, name }) => `${schema ?? ''}.${name}`))]
}

/** PURE. Whether something was left out that roles would bring back. */
export function lacksRoles({ leftOut, owners }: Pick<DumpReport, 'leftOut' | 'owners'>): boolean {
  return owners.length > 0 || leftOut.some(({ reason }) => reason === 'missing-role')
}

/** PURE. What the output `left-out` says of one database. */
export function listLeftOut(database: string, leftOut: readonly LeftOut[]): LeftOutRecord[] {
  return leftOut.map(({ type, schema, name, reason, roles }) => ({
    database,
    type,
    schema,
    name,
    reason,
    roles,
  }))
}

/** PURE. One paragraph about one database, for the warning and the summary; undefined when nothing was left out. */
export function describeLeftOut(
  database: string,
  { leftOut, owners, total }: DumpReport,
  { role, service }: { role: string; service: HostingService | undefined },
): string | undefined {
  const sentences = [
    ...describeEntries(database, { leftOut, total }, { role, service }),
    ...describeOwners(owners, role),
    ...(lacksRoles({ leftOut, owners })
      ? ['Roles that are missing come back by `globals: true`, where the backup holds them.']
      : []),
  ]
  return sentences.length === 0 ? undefined : sentences.join(' ')
}

function describeEntries(
  database: string,
  { leftOut, total }: Pick<DumpReport, 'leftOut' | 'total'>,
  { role, service }: { role: string; service: HostingService | undefined },
): string[] {
  if (leftOut.length === 0) return []
  const lost = describeGroup(leftOut.filter(isLoss))
  const kept = describeGroup(leftOut.filter((entry) => !isLoss(entry)))
  const place = service === undefined ? 'the target' : service.name
  return [
    `${leftOut.length} of ${total} entries of the backup of "${database}" were left out, as they are not for "${role}" to restore.`,
    ...(lost === '' ? [] : [`The target lacks them: ${lost}.`]),
    ...(kept === '' ? [] : [`What ${place} has or manages itself stays as it is: ${kept}.`]),
  ]
}

function describeOwners(owners: DumpReport['owners'], role: string): string[] {
  if (owners.length === 0) return []
  const names = showFirst(owners.map((owner) => `"${owner.role}"`))
  return [`What belonged to ${names} belongs to "${role}" now.`]
}

function showFirst(list: readonly string[]): string {
  const rest = list.length - shownNames
  return `${list.slice(0, shownNames).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

function describeGroup(leftOut: readonly LeftOut[]): string {
  const groups = Map.groupBy(leftOut, ({ reason }) => reason)
  return [...groups].map(([reason, entries]) => describeReason(reason, entries)).join('; ')
}

function describeReason(reason: Reason, entries: readonly LeftOut[]): string {
  const roles = [...new Set(entries.flatMap((entry) => entry.roles))].map((role) => `"${role}"`)
  const names = entries.map(describeEntry)
  const missing = roles.length === 0 ? '' : ` ${showFirst(roles)}`
  return `${reasons[reason].why}${missing}: ${entries.length} (${showFirst(names)})`
}

function describeEntry({ type, schema, name }: LeftOut): string {
  return `${type.toLowerCase()} ${schema === null ? '' : `${schema}.`}${name}`
}
