import { compareVersions } from './version.ts'
import type { Client } from './find-clients.ts'

/** What is known of the server and of the user's wish. */
export interface ClientDemand {
  readonly serverMajor: number
  /** Undefined follows the server. */
  readonly requestedMajor: number | undefined
}

export type ClientDecision =
  /** A client of just the wanted major version is there. */
  | { readonly kind: 'exact'; readonly client: Client }
  /** It must be installed; where that fails, `otherwise` serves with a warning. */
  | { readonly kind: 'install'; readonly major: number; readonly otherwise: Client | undefined }
  /** The requested version is older than the server, so its pg_dump would refuse. */
  | { readonly kind: 'refuse'; readonly requestedMajor: number }

/**
 * Chooses among the clients that are there. Without a request the wanted major version is the server's own, since
 * an older pg_dump refuses and a newer one writes settings that the server does not know; a request is never
 * replaced by another version.
 */
export function chooseClient(clients: readonly Client[], demand: ClientDemand): ClientDecision {
  const { serverMajor, requestedMajor } = demand
  if (requestedMajor !== undefined && requestedMajor < serverMajor) return { kind: 'refuse', requestedMajor }
  const major = requestedMajor ?? serverMajor
  const client = findNewest(clients.filter((candidate) => candidate.major === major))
  if (client !== undefined) return { kind: 'exact', client }
  const otherwise = requestedMajor === undefined ? findNearestNewer(clients, major) : undefined
  return { kind: 'install', major, otherwise }
}

function findNewest(clients: readonly Client[]): Client | undefined {
  return clients.toSorted((left, right) => compareVersions(left.version, right.version)).at(-1)
}

/** The nearest major version differs least in what it writes. */
function findNearestNewer(clients: readonly Client[], major: number): Client | undefined {
  const newer = clients.filter((candidate) => candidate.major > major)
  const nearest = Math.min(...newer.map((candidate) => candidate.major))
  return findNewest(newer.filter((candidate) => candidate.major === nearest))
}
