import { readOmissions } from '../../archive/omissions.ts'
import { readArray, readCount, readObject } from '../../archive/json-reader.ts'
import type { Manifest } from '../../archive/manifest.ts'
import { BackupError } from '../../errors.ts'
import { askJson, readName } from '../../postgres/answer.ts'
import { quoteIdentifier } from '../../postgres/sql/quote.ts'
import { makeOwnObjects } from '../../restoring/in-place/own-objects.ts'
import type { DumpedTable } from '../../restoring/left-out/dump-report.ts'
import type { RestoreSetting } from '../../restoring/restore-setting.ts'
import type { PlannedDatabase, RestorePlan } from '../plan.ts'
import type { HoldingsReader } from './holdings.ts'

/** A table that is to be dropped and that the backup does not hold. */
interface LostTable {
  /** Qualified and quoted as in SQL. */
  readonly name: string
  /** Null where they were not counted. */
  readonly rows: number | null
}

/** How many lost tables a message names. */
const shownTables = 5
/** How many tables are counted, in one command. */
const countedTables = 100

/**
 * Compares, before anything is touched, what is to be replaced with what the backup holds: who backed up a part of a
 * database would lose the rest; and what was made since a whole backup is named before it goes.
 * @throws BackupError PGB_TARGET_NOT_EMPTY where a backup of a part would wipe the rest
 */
export async function refuseLosses(
  { databases }: RestorePlan,
  { plan }: Manifest,
  { setting, allowLoss, holdings }: { setting: RestoreSetting; allowLoss: boolean; holdings: HoldingsReader },
): Promise<void> {
  const omissions = readOmissions(plan.options)
  for (const planned of databases.filter(({ loses }) => loses)) {
    const lost = await findLostTables(planned, setting, holdings)
    const [first] = lost.shown
    if (first === undefined) continue
    const names = describeTables(lost)
    if ((omissions.objects || omissions.data) && !allowLoss) throw refuseLoss(planned, names)
    setting.run.log.warning(
      `The backup does not hold these tables of "${planned.target}", which will be gone: ${names}.`,
      'Tables that go',
    )
  }
}

interface LostTables {
  readonly shown: readonly LostTable[]
  readonly count: number
}

async function findLostTables(
  planned: PlannedDatabase,
  { server }: RestoreSetting,
  holdings: HoldingsReader,
): Promise<LostTables> {
  const database = planned.target
  const failing = `The database "${database}" was not asked which tables it holds`
  const sql = makeTablesQuery(server.facts.service?.schemas ?? [])
  const present = await askJson(server, { database, sql, failing }, readTables)
  if (present.length === 0) return { shown: [], count: 0 }
  const { tables } = await holdings(planned)
  const known = new Map(tables.map((table) => [makeKey(table), table]))
  const missing = present.filter((table) => known.get(makeKey(table))?.hasRows !== true)
  if (missing.length === 0) return { shown: [], count: 0 }
  const query = {
    database,
    sql: makeCountQuery(missing.slice(0, countedTables)),
    failing,
    kind: 'work',
  } as const
  const counts = await askJson(server, query, readArray(readCount)).catch((error: unknown) => {
    // A policy that binds even the owner hides rows.
    if (error instanceof BackupError && error.code === 'PGB_PERMISSION') return []
    throw error
  })
  const lost = missing.flatMap(({ schema, name }, index) => {
    const rows = counts[index] ?? null
    // Of a table that comes back empty only its rows are lost.
    const isHeld = known.has(makeKey({ schema, name }))
    return isHeld && rows === 0 ? [] : [{ name: `${schema}.${name}`, rows }]
  })
  return { shown: lost.slice(0, shownTables), count: lost.length }
}

const readTables = readArray(readObject({ schema: readName, name: readName }))

/** A dump has blanks in the place of line breaks where it names its entries. */
function makeKey({ schema, name }: Pick<DumpedTable, 'schema' | 'name'>): string {
  return `${schema}\0${name}`.replace(/[\r\n]/g, ' ')
}

/** Those that a restore drops: the role's own, members of extensions aside. */
function makeTablesQuery(serviceSchemas: readonly string[]): string {
  return `with ${makeOwnObjects(serviceSchemas)}
select coalesce(json_agg(json_build_object('schema', nspname, 'name', relname) order by nspname, relname), '[]')
from in_schema i join pg_class c on c.oid = i.id and i.catalog = 'pg_class'::regclass
  join pg_namespace n on n.oid = c.relnamespace
where relkind = 'r' and owner in (select oid from own_role)
  and (space in (select oid from own_schema) or (catalog, id) in (select catalog, id from single))`
}

function makeCountQuery(tables: readonly { schema: string; name: string }[]): string {
  const counts = tables.map(
    ({ schema, name }) => `(select count(*) from only ${quoteIdentifier(schema)}.${quoteIdentifier(name)})`,
  )
  return `set local row_security = off; select json_build_array(${counts.join(', ')})`
}

function describeTables({ shown, count }: LostTables): string {
  const names = shown.map(({ name, rows }) =>
    rows === null ? name : `${name} (${rows === 1 ? 'one row' : `${rows} rows`})`,
  )
  const rest = count - shown.length
  return `${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

function refuseLoss({ target }: PlannedDatabase, names: string): BackupError {
  return new BackupError('PGB_TARGET_NOT_EMPTY', {
    what: `The database "${target}" was not restored, and was left as it is`,
    why: `the backup holds only a part of a database, and the target holds tables that are not in it: ${names}`,
    whatToDo:
      'Restore under another name with "target-database", take a backup of the whole database, or set `allow-loss: true` if these tables may go',
  })
}
