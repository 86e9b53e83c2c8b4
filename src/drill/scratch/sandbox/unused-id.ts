import { randomInt } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'

/** Numbers from `first` on, `count` of them. */
export interface IdRange {
  readonly first: number
  readonly count: number
}

/** What is known about the numbers of accounts and groups on a machine. */
export interface IdFacts {
  /** Numbers that exist at all in this user namespace, as users and as groups. */
  readonly users: readonly IdRange[]
  readonly groups: readonly IdRange[]
  /** Numbers that an account, a group or a process has. */
  readonly taken: ReadonlySet<number>
  /** Numbers that are set aside for containers. */
  readonly reserved: readonly IdRange[]
}

/** Numbers that no distribution and no service gives out (systemd: UIDS-GIDS), the small ones for small namespaces. */
const unusedRanges: readonly IdRange[] = [
  { first: 1_879_048_192, count: 250_000_000 },
  { first: 60_578, count: 128 },
]

const attempts = 64

/** A number that nobody uses, as an account and as a group of our own; undefined where there is none to be found. */
export function findUnusedId(): number | undefined {
  return chooseUnusedId(readIdFacts(), (range) => range.first + randomInt(range.count))
}

/** PURE but for the pick. */
export function chooseUnusedId(facts: IdFacts, pick: (range: IdRange) => number): number | undefined {
  const lies = (id: number, ranges: readonly IdRange[]): boolean =>
    ranges.some(({ first, count }) => id >= first && id < first + count)
  const candidates = unusedRanges.flatMap((range) => Array.from({ length: attempts }, () => pick(range)))
  return candidates.find(
    (id) =>
      lies(id, facts.users) && lies(id, facts.groups) && !facts.taken.has(id) && !lies(id, facts.reserved),
  )
}

function readIdFacts(): IdFacts {
  return {
    users: parseIdMap(readText('/proc/self/uid_map')),
    groups: parseIdMap(readText('/proc/self/gid_map')),
    taken: new Set([...listNamedIds(), ...listRunningIds()]),
    reserved: ['/etc/subuid', '/etc/subgid'].flatMap((path) => parseSubordinateIds(readText(path))),
  }
}

/** PURE. The numbers inside of a user namespace (user_namespaces(7)). */
export function parseIdMap(text: string): IdRange[] {
  return [...text.matchAll(/^\s*(\d+)\s+\d+\s+(\d+)$/gm)].map(([, first, count]) => ({
    first: Number(first),
    count: Number(count),
  }))
}

/** PURE. The ranges of `/etc/subuid` (subuid(5)). */
export function parseSubordinateIds(text: string): IdRange[] {
  return [...text.matchAll(/^[^:\n]*:(\d+):(\d+)$/gm)].map(([, first, count]) => ({
    first: Number(first),
    count: Number(count),
  }))
}

function listNamedIds(): number[] {
  const text = readText('/etc/passwd') + readText('/etc/group')
  return [...text.matchAll(/^[^:\n]*:[^:\n]*:(\d+)(?::(\d+):)?/gm)].flatMap(([, user, group]) => [
    Number(user),
    ...(group === undefined ? [] : [Number(group)]),
  ])
}

function listRunningIds(): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.flatMap((pid) =>
    [...readText(`/proc/${pid}/status`).matchAll(/^[UG]id:(.*)$/gm)].flatMap(([, ids]) =>
      (ids ?? '').trim().split(/\s+/).map(Number),
    ),
  )
}

/** A file that is not there holds nothing, and a process may be gone. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
