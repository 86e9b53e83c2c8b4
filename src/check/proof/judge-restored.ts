import type { Problem } from '../../catalogue/problems.ts'
import type { DumpReport } from '../../restoring/left-out/dump-report.ts'

/**
 * What a scratch server has of the roles of a backup. `absent`: the backup holds none; `unrestored`: they were read, and
 * nothing here can contain what they may do, or they could not be restored.
 */
export type RolesState = 'restored' | 'absent' | 'unrestored'

/** What restoring a dump has shown beside its rows. */
export interface RestoredParts {
  readonly problems: readonly Problem[]
  /** In sentences without final stop. */
  readonly unseen: readonly string[]
}

/**
 * PURE. Judges what a dump needs and did not find: roles that the backup should hold and does not, and extensions, of
 * which the machine may be guilty, so that nobody knows.
 */
export function judgeParts(
  { owners, leftOut }: Pick<DumpReport, 'owners' | 'leftOut'>,
  roles: RolesState,
  { database, address }: { database: string; address: string },
): RestoredParts {
  const missing = leftOut.filter(({ reason }) => reason === 'missing-role').flatMap((entry) => entry.roles)
  const strangers = [...new Set([...owners.map(({ role }) => role), ...missing])]
  const extensions = leftOut.filter(
    ({ type, reason }) => type === 'EXTENSION' && reason === 'extension-missing',
  )
  return {
    problems: [
      ...(roles === 'restored' && strangers.length > 0 ? [refuseRoles(strangers, database, address)] : []),
      ...(extensions.length > 0
        ? [
            refuseExtensions(
              extensions.map(({ name }) => name),
              database,
              address,
            ),
          ]
        : []),
    ],
    unseen: unseenRoles[roles],
  }
}

const unseenRoles: Readonly<Record<RolesState, readonly string[]>> = {
  restored: [],
  absent: ['Roles, owners and privileges: the backup holds no roles (`globals: true` backs them up)'],
  unrestored: ['Roles, owners and privileges: the roles were read and not restored'],
}

/** Names that one sentence shows. */
const shownNames = 5

function refuseRoles(roles: readonly string[], database: string, address: string): Problem {
  return {
    code: 'PGB_VERIFY',
    what: `The backup ${address} lacks roles that "${database}" needs`,
    why: `things in it belong, or are granted, to ${showFirst(roles)}, and its file of roles does not make them`,
    whatToDo:
      'Back up again with `globals: true`; a restore of this one gives those things to the restoring role',
  }
}

function refuseExtensions(extensions: readonly string[], database: string, address: string): Problem {
  return {
    code: 'PGB_UNKNOWN',
    what: `"${database}" of ${address} was not restored whole`,
    why: `it needs the extensions ${showFirst(extensions)}, which the scratch server lacks`,
    whatToDo:
      'Install them on the runner in an earlier step, or name a server that has them in "verify-url"; a restore needs them too',
  }
}

function showFirst(names: readonly string[]): string {
  const rest = names.length - shownNames
  const shown = names.slice(0, shownNames).map((name) => `"${name}"`)
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}
