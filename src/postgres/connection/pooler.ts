import { BackupError } from '../../errors.ts'
import type { ConnectionParameters } from './connection-keywords.ts'
import { listHosts } from './hosts.ts'

const transactionPort = '6543'
const poolerHost = /-pooler\./
const sessionPoolerHost = /\.pooler\.supabase\.com$/

/**
 * PURE. Whether the connection looks like a transaction pooler: port 6543, as Supabase and others use it, or a
 * host with `-pooler.`, as Neon's. A dump through one can change the search_path of other clients (pgbouncer
 * issues 452 and 976).
 * @throws BackupError PGB_URL when the hosts and ports do not fit
 */
export function isTransactionPooler(parameters: ConnectionParameters): boolean {
  return listHosts(parameters).some(
    ({ host, port }) =>
      host?.startsWith('/') !== true && (port === transactionPort || poolerHost.test(host ?? '')),
  )
}

/** PURE. Whether the connection leads to any pooler that is known by its name or port: one of sessions is Supabase's. */
export function isPooler(parameters: ConnectionParameters): boolean {
  return (
    isTransactionPooler(parameters) ||
    listHosts(parameters).some(({ host }) => sessionPoolerHost.test(host ?? ''))
  )
}

/** PURE. The refusal to dump through a transaction pooler. */
export function refuseTransactionPooler(parameters: ConnectionParameters): BackupError {
  const isNeon = poolerHost.test(parameters['host'] ?? '')
  return new BackupError('PGB_CONNECT', {
    what: 'The connection leads to a transaction pooler',
    why: isNeon
      ? 'the host holds "-pooler.", and a dump through such a pooler can break the search_path of other clients'
      : 'port 6543 is that of a transaction pooler, and a dump through it can break the search_path of other clients',
    whatToDo: isNeon
      ? 'Remove "-pooler" from the host to connect directly, or set the input "allow-transaction-pooler"'
      : 'Use the session pooler or the database itself on port 5432, or set the input "allow-transaction-pooler"',
  })
}
