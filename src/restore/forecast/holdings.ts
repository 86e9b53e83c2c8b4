import { readHoldings, type Holdings } from '../../restoring/list-tables.ts'
import type { RestoreSetting } from '../../restoring/restore-setting.ts'
import type { PlannedDatabase } from '../plan.ts'

/** Tells what the file of a database holds. */
export type HoldingsReader = (planned: PlannedDatabase) => Promise<Holdings>

/** Each file is read once, however often it is asked about, and not at all where nobody asks. */
export function rememberHoldings(setting: RestoreSetting): HoldingsReader {
  const known = new Map<PlannedDatabase, Promise<Holdings>>()
  return (planned) => {
    const holdings = known.get(planned) ?? readHoldings(planned.file, planned.target, setting)
    known.set(planned, holdings)
    return holdings
  }
}
