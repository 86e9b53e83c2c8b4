import { listReaders, type Readers } from '../archive/reading/readers.ts'
import { selectToolEnvironment } from '../postgres/connection/tool-environment.ts'
import { completionMarkers, type SqlFilterRules } from '../postgres/sql/filter/filter-rules.ts'
import type { Command } from '../process/command.ts'
import { runPipeline } from '../process/pipeline.ts'
import { provideSqlFilter } from '../restoring/filter-program.ts'
import type { DumpReport } from '../restoring/left-out/dump-report.ts'
import { explainRestoreFailure, refuseOtherReading } from '../restoring/restore-failure.ts'
import type { Log } from '../github/log.ts'
import type { Run } from '../step/run.ts'
import type { CheckedFile } from '../restoring/checked-file.ts'
import type { CheckedBackup, CheckedDatabase } from './check.ts'
import type { RestoreChoice } from './inputs.ts'
import { refuseName } from './select.ts'
import type { RestoreTarget } from './target/target.ts'

/**
 * Reads a file of the whole cluster to its end, and tells its roles and each of its databases as files of their own, of
 * which the file holds a part. The contents of `template1` are not among them, nor a database `postgres` of which the
 * file makes nothing.
 * @returns the same for a backup without such a file
 * @throws BackupError PGB_RESTORE where it cannot be read, PGB_NO_DATABASE where it lacks the one asked for
 */
export async function unfoldCluster(
  backup: CheckedBackup,
  target: RestoreTarget,
  choice: RestoreChoice,
  reading: { readers: Readers; run: Run },
): Promise<CheckedBackup> {
  const { cluster } = backup
  if (cluster === undefined) return backup
  const held = (await listDatabases(cluster, reading)).filter(
    ({ name, isEmpty }) => name !== 'template1' && !(name === 'postgres' && isEmpty),
  )
  const names = held.map(({ name }) => name)
  const { database, targetDatabase } = choice
  if (database !== undefined && !names.includes(database)) {
    throw refuseName(
      `The database "${database}" is not in the backup`,
      names.map((name) => `"${name}"`),
    )
  }
  const wanted = database === undefined ? names : [database]
  return {
    ...backup,
    cluster: undefined,
    globals: choosesGlobals(choice, target, reading.run.log) ? takeGlobals(cluster) : undefined,
    databases: wanted.map((name) => ({ ...takeDatabase(cluster, name), target: targetDatabase ?? name })),
  }
}

/** They come with all of a cluster, from a role that may create some; who asks for them is told if that fails. */
function choosesGlobals({ database, globals }: RestoreChoice, target: RestoreTarget, log: Log): boolean {
  if (globals || database !== undefined) return globals
  if (target.mayCreateRoles) return true
  log.warning(
    `The roles of the backup are not restored, since the role "${target.role}" may not create any.`,
    'Left out',
  )
  return false
}

function takeGlobals(cluster: CheckedFile): CheckedFile {
  return { ...cluster, kind: 'globals', database: null, part: { database: undefined } }
}

function takeDatabase(cluster: CheckedFile, database: string): Omit<CheckedDatabase, 'target'> {
  return { database, file: { ...cluster, kind: 'database', database, part: { database: toBytes(database) } } }
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
