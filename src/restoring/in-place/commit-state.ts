import { askPatiently, persistence, type Persistence } from '../../postgres/ask-patiently.ts'
import type { StagedWork } from '../stages.ts'
import { readTransactionNumber } from './transaction.ts'

/**
 * Whether a transaction was committed though its session failed, as when the connection was lost while the server was
 * about to answer. The server may restart meanwhile, or still work at it.
 * @param proof the line behind the transaction's end
 * @throws BackupError PGB_CONNECT where it is not known
 */
export async function isCommitted(
  printed: string,
  proof: string,
  { setting, to }: Pick<StagedWork, 'setting' | 'to'>,
  patience: Persistence = persistence,
): Promise<boolean> {
  const number = readTransactionNumber(printed)
  // Whoever got to the line behind the end has told of it himself.
  if (number === undefined || printed.includes(proof)) return false
  const sql = `select pg_catalog.txid_status(${number})`
  const failing = `Whether the database "${to.target}" was restored is not known, since the connection was lost`
  const session = { ...setting.server, signal: setting.signal }
  return (await askPatiently(session, { database: to.database, sql, failing }, patience)) === 'committed'
}
