import { createHash } from 'node:crypto'

/** Bytes of a server's id: two servers never share one by chance. */
export const idLength = 16

/**
 * PURE. What stands for a server in the manifests of a repository. The identifier is the time of initdb, its microseconds
 * and a process id: it leads nobody to the server, and is hidden all the same.
 */
export function hideSystemIdentifier(repository: string, identifier: string): string {
  const hash = createHash('sha256').update(`${repository}\0${identifier}`).digest('hex')
  return hash.slice(0, 2 * idLength)
}
