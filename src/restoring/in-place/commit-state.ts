import { setTimeout as sleep } from 'node:timers/promises'
import { runSql } from '../../postgres/psql.ts'
import type { StagedWork } from '../stages.ts'
import { readTransactionNumber } from './transaction.ts'

/** How often, and how many milliseconds apart, a server is asked about a transaction that it still works at. */
const attempts = 60
const interval = 1_000

/**
 * Whether a transaction was committed though its session failed, as when the connection was lost while the server was
 * about to answer.
 * @param proof the line behind the transaction's end
 * @throws BackupError PGB_CONNECT where it is not known
 */
export async function isCommitted(printed: string, proof: string, work: StagedWork): Promise<boolean> {
  const number = readTransactionNumber(printed)
  // Whoever got to the line behind the end has told of it himself.
  if (number === undefined || printed.includes(proof)) return false
  const { setting, to } = work
  const sql = `select pg_catalog.txid_status(${number})`
  const failing = `Whether the database "${to.target}" was restored is not known, since the connection was lost`
  const session = { ...setting.server, signal: setting.signal }
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const state = await runSql(session, { database: to.database, sql, failing })
    if (state !== 'in progress') return state === 'committed'
    await sleep(interval, undefined, { signal: setting.signal })
  }
  return false
}
