import { readOmissions, type Omissions } from '../../archive/omissions.ts'
import { readArray, readCount } from '../../archive/json-reader.ts'
import type { Manifest } from '../../archive/manifest.ts'
import { BackupError } from '../../errors.ts'
import { askJson } from '../../postgres/answer.ts'
import { quoteIdentifier } from '../../postgres/sql/quote.ts'
import { formatCount } from '../../units.ts'
import type { Holdings } from '../../restoring/list-tables.ts'
import type { RestoreSetting } from '../../restoring/restore-setting.ts'
import type { PlannedDatabase, RestorePlan } from '../plan.ts'
import type { HoldingsReader } from './holdings.ts'
import { makePresentQuery, readPresent, type Present, type PresentObject } from './present.ts'

/** How many losses a message names. */
const shownLosses = 5
/** How many tables are counted, in one command. */
const countedTables = 100

/**
 * Compares, before anything is touched, what is to be replaced with what the backup holds: who backed up a part of a
 * database would lose the rest; and tables and large objects made since a whole backup are named before they go.
 * @throws BackupError PGB_TARGET_NOT_EMPTY where a backup of a part would wipe the rest
 */
export async function refuseLosses(
  { databases }: RestorePlan,
  { plan }: Manifest,
  { setting, allowLoss, holdings }: { setting: RestoreSetting; allowLoss: boolean; holdings: HoldingsReader },
): Promise<void> {
  // Those of pg_restore leave out as much as those of pg_dump.
  const omissions = readOmissions([...plan.options, ...setting.options])
  for (const planned of databases.filter(({ loses }) => loses)) {
    const lost = await findLosses(planned, omissions, { setting, holdings })
    if (lost.length === 0) continue
    const names = describeLosses(lost)
    if ((omissions.objects || omissions.data) && !allowLoss) throw refuseLoss(planned, names)
    setting.run.log.warning(
      `The backup does not hold this of "${planned.target}", which will be gone: ${names}.`,
      'Not in the backup',
    )
  }
}

/** @returns in words */
async function findLosses(
  planned: PlannedDatabase,
  omissions: Omissions,
  { setting, holdings }: { setting: RestoreSetting; holdings: HoldingsReader },
): Promise<string[]> {
  const { server } = setting
  const database = planned.target
  const failing = `The database "${database}" was not asked what it holds`
  const serviceSchemas = server.facts.service?.schemas ?? []
  const sql = makePresentQuery(serviceSchemas, {
    withObjects: omissions.objects,
    isReplaced: planned.way === 'replace',
  })
  const present = await askJson(server, { database, sql, failing }, readPresent)
  if (present.tables.length + present.objects.length + present.largeObjects === 0) return []
  const held = await holdings(planned)
  return [
    ...describeLargeObjects(present, held),
    ...(await findLostTables(present, held, { setting, database, failing })),
    ...listLostObjects(present.objects, held),
  ]
}

function describeLargeObjects({ largeObjects }: Present, { hasLargeObjects }: Holdings): string[] {
  return largeObjects === 0 || hasLargeObjects ? [] : [formatCount(largeObjects, 'large object')]
}

async function findLostTables(
  present: Present,
  { tables }: Holdings,
  { setting, database, failing }: { setting: RestoreSetting; database: string; failing: string },
): Promise<string[]> {
  const known = new Map(tables.map((table) => [makeKey({ type: 'TABLE', ...table }), table]))
  const listed = present.tables.map((table) => ({ ...table, key: makeKey({ type: 'TABLE', ...table }) }))
  const missing = listed.filter(({ key }) => known.get(key)?.hasRows !== true)
  if (missing.length === 0) return []
  const sql = makeCountQuery(missing.slice(0, countedTables))
  const query = { database, sql, failing, kind: 'work' } as const
  const counts = await askJson(setting.server, query, readArray(readCount)).catch((error: unknown) => {
    // A policy that binds even the owner hides rows.
    if (error instanceof BackupError && error.code === 'PGB_PERMISSION') return []
    throw error
  })
  return missing.flatMap(({ schema, name, key }, index) => {
    const rows = counts[index]
    // Of a table that comes back empty only its rows are lost.
    if (known.has(key) && rows === 0) return []
    return [`table ${schema}.${name}${rows === undefined ? '' : ` (${formatCount(rows, 'row')})`}`]
  })
}

/** PURE. Those that the backup does not hold, in words. */
export function listLostObjects(
  present: readonly PresentObject[],
  { objects, tables }: Pick<Holdings, 'objects' | 'tables'>,
): string[] {
  const held = new Set([
    ...objects.map(makeKey),
    // A partitioned one is an entry like any other.
    ...tables.map(({ schema, name }) => makeKey({ type: 'TABLE', schema, name })),
  ])
  return present
    .filter((object) => !held.has(makeKey(object)))
    .map(({ type, schema, name }) => `${type.toLowerCase()} ${schema === '' ? '' : `${schema}.`}${name}`)
}

/** A dump has blanks in the place of line breaks where it names its entries. */
function makeKey({ type, schema, name }: PresentObject): string {
  return `${type}\0${schema}\0${name}`.replace(/[\r\n]/g, ' ')
}

function makeCountQuery(tables: readonly { schema: string; name: string }[]): string {
  const counts = tables.map(
    ({ schema, name }) => `(select count(*) from only ${quoteIdentifier(schema)}.${quoteIdentifier(name)})`,
  )
  return `set local row_security = off; select json_build_array(${counts.join(', ')})`
}

function describeLosses(lost: readonly string[]): string {
  const rest = lost.length - shownLosses
  return `${lost.slice(0, shownLosses).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

function refuseLoss({ target }: PlannedDatabase, names: string): BackupError {
  return new BackupError('PGB_TARGET_NOT_EMPTY', {
    what: `The database "${target}" was not restored, and was left as it is`,
    why: `only a part of a database is restored, by "options" of the backup or of the restore, and the target holds what is not in it: ${names}`,
    whatToDo:
      'Restore the whole of a backup of the whole, or under another name with "target-database", or set `allow-loss: true` if this may go',
  })
}
