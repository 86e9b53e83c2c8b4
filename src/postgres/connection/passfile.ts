import type { ConnectionParameters } from './connection-keywords.ts'
import { listHosts } from './hosts.ts'
import { refuseUrl } from './url-error.ts'

/** Default socket directories of the usual builds: libpq looks these up as "localhost". */
const defaultSocketDirectories = ['/tmp', '/var/run/postgresql', '/run/postgresql']

/**
 * PURE. A passfile that gives the password away only to the hosts and ports of this connection and to one user,
 * for any database (libpq: passwordFromFile). A wildcard for the host would serve a stranger's server too.
 * @throws BackupError PGB_URL for a line break, which a passfile cannot hold
 */
export function formatPassfile(parameters: ConnectionParameters, user: string, password: string): string {
  const lines = new Set<string>()
  for (const { host, hostaddr, port } of listHosts(parameters))
    for (const name of listPassfileHosts(host, hostaddr))
      lines.add(
        `${[name, port].map(escapePassfileField).join(':')}:*:${[user, password].map(escapePassfileField).join(':')}\n`,
      )
  return [...lines].join('')
}

function listPassfileHosts(host: string | undefined, hostaddr: string | undefined): readonly string[] {
  const name = host ?? hostaddr ?? 'localhost'
  return defaultSocketDirectories.includes(name) ? [name, 'localhost'] : [name]
}

/**
 * PURE. One field of a passfile, with ":" and "\" escaped, and whatever would make it a comment or a wildcard.
 * @throws BackupError PGB_URL for a line break
 */
export function escapePassfileField(field: string): string {
  if (/[\r\n]/.test(field))
    throw refuseUrl(
      'the password, user or host holds a line break, which no passfile of PostgreSQL can hold',
      'Remove the line break; it often slips in when a secret is pasted',
    )
  return field.replace(/[\\:]|^#|^\*$/g, '\\$&')
}
