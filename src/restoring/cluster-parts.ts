import { listReaders, type Readers } from '../archive/reading/readers.ts'
import { selectToolEnvironment } from '../postgres/connection/tool-environment.ts'
import { completionMarkers, type SqlFilterRules } from '../postgres/sql/filter/filter-rules.ts'
import { quoteIdentifier } from '../postgres/sql/quote.ts'
import type { Command } from '../process/command.ts'
import { runPipeline } from '../process/pipeline.ts'
import type { Run } from '../step/run.ts'
import type { CheckedFile } from './checked-file.ts'
import { provideSqlFilter } from './filter-program.ts'
import type { DumpReport } from './left-out/dump-report.ts'
import { explainRestoreFailure, refuseOtherReading } from './restore-failure.ts'

/**
 * Reads a file of the whole cluster to its end, and tells which databases it holds. `template1` is not among them, nor a
 * database `postgres` of which the file makes nothing.
 * @throws BackupError PGB_RESTORE where it cannot be read
 */
export async function listHeldDatabases(
  file: CheckedFile,
  reading: { readers: Readers; run: Run },
): Promise<string[]> {
  const held = (await listDatabases(file, reading)).filter(
    ({ name, isEmpty }) => name !== 'template1' && !(name === 'postgres' && isEmpty),
  )
  return held.map(({ name }) => name)
}

/** PURE. The roles and tablespaces of a file of the whole cluster, as a file of their own. */
export function takeGlobals(cluster: CheckedFile): CheckedFile {
  return { ...cluster, kind: 'globals', database: null, part: { database: undefined } }
}

/** PURE. One database of a file of the whole cluster, as a file of its own. */
export function takeDatabase(
  cluster: CheckedFile,
  database: string,
): { database: string; file: CheckedFile } {
  const verification = { ...cluster.verification, rowCounts: takeRows(cluster, database) }
  const part = { database: toBytes(database) }
  return { database, file: { ...cluster, kind: 'database', database, rows: null, verification, part } }
}

/** Of a cluster the tables' names are followed by their database's. */
function takeRows({ verification }: CheckedFile, database: string): CheckedFile['verification']['rowCounts'] {
  const ending = ` in ${quoteIdentifier(database)}`
  const own = verification.rowCounts?.filter(({ table }) => table.endsWith(ending))
  return own?.map(({ table, rows }) => ({ table: table.slice(0, -ending.length), rows })) ?? null
}

/** One character for each byte, as the filter reads. */
function toBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

async function listDatabases(
  file: CheckedFile,
  { readers, run }: { readers: Readers; run: Run },
): Promise<DumpReport['databases']> {
  const rules: SqlFilterRules = {
    completionMarker: completionMarkers.cluster,
    transaction: undefined,
    part: { database: undefined },
    restriction: 'tight',
    proof: 'none',
    omit: {
      owners: false,
      transactionTimeout: false,
      existingRoles: [],
      existingTablespaces: [],
      ownRole: undefined,
    },
  }
  const filter = await provideSqlFilter({ rules, onlyLooks: true }, run.privateDirectory)
  const stages = [...listReaders(file, readers), filter.command]
  const { failure, stderr } = await runPipeline(stages as [Command, ...Command[]], {
    environment: selectToolEnvironment(run.environment),
    signal: run.signal,
    inputFile: file.path,
  })
  const action = 'The file of the cluster was not restored'
  const context = { parameters: {}, database: file.name, action, service: undefined }
  if (failure !== undefined) throw explainRestoreFailure(failure, stderr, context)
  const report = await filter.readReport()
  if (report === undefined) throw refuseOtherReading(file)
  return report.databases
}
