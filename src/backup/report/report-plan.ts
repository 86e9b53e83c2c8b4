import { BackupError } from '../../errors.ts'
import { setOutputs } from '../../github/outputs.ts'
import { formatTable, writeSummary } from '../../github/summary.ts'
import type { OpenServer } from '../../postgres/open-server.ts'
import type { Run } from '../../step/run.ts'
import { formatBackupAddress } from '../../stores/store-address.ts'
import { formatBytes, formatCount } from '../../units.ts'
import { describeSubject } from '../dump/dump-failure.ts'
import type { BackupInputs } from '../inputs.ts'
import type { BackupPlan, PlannedFile } from '../plan.ts'
import type { FailedSubject, Production } from '../produce.ts'
import { makeStoreName } from '../storing/stored-places.ts'

/** Of a plan's table: GitHub drops a summary of more than 1 MiB, and a row may have 500 bytes. */
const mostRows = 1000

/** The failed dumps, and the databases that were asked for by name and do not exist. */
export function toFailures({ missing }: BackupPlan, { failures }: Production): FailedSubject[] {
  const makeError = (database: string): BackupError =>
    new BackupError('PGB_NO_DATABASE', {
      what: `${describeSubject({ kind: 'database', database })} was not dumped`,
      why: 'the server has no database of that name',
      whatToDo: 'Correct the input "databases"; names are case-sensitive',
    })
  return [
    ...failures,
    ...missing.map((database) => ({
      kind: 'database' as const,
      database,
      error: makeError(database),
      wasStopped: false,
    })),
  ]
}

/** PURE. How much is dumped at once, and why, for the log. */
export function describeJobs(
  { concurrency, tableJobs, jobsReason = '' }: BackupPlan,
  format: BackupInputs['format'],
): string {
  const workers = format === 'directory' ? `, each by ${formatCount(tableJobs, 'worker')}` : ''
  return `At once: ${formatCount(concurrency, 'file')}${workers} (${jobsReason})`
}

/** Says what a backup would do. */
export async function reportPlan(
  plan: BackupPlan,
  inputs: BackupInputs,
  server: OpenServer,
  run: Run,
): Promise<void> {
  const rows = listRows(plan)
  run.log.info(`Server ${server.facts.version}, client ${server.client.version} (${server.client.pgDump})`)
  for (const [subject = '', name = '', size = ''] of rows) {
    run.log.info(`${subject}: would be written to ${name}; on the server it takes ${size}`)
  }
  run.log.info(`Artifact: ${inputs.upload ? plan.artifactName : 'none'}`)
  for (const store of inputs.copyTo) {
    run.log.info(`Copy: ${formatBackupAddress({ store, name: makeStoreName(plan) })}`)
  }
  await writeSummary(run.redact(formatPlan(plan)))
  for (const { error } of toFailures(plan, { files: [], failures: [] })) run.log.error(error)
  setOutputs({ status: 'planned', databases: listDatabases(plan, plan.files) })
}

/** PURE. The step summary of a plan, in Markdown. */
export function formatPlan(plan: Pick<BackupPlan, 'files'>): string {
  const rows = listRows(plan)
  const table = formatTable(['Database', 'File', 'Size on the server'], rows.slice(0, mostRows))
  const rest = rows.length > mostRows ? `\n${rows.length - mostRows} more stand in the log.\n` : ''
  return `### PostgreSQL backup: plan\n\n${table}\n${rest}`
}

function listRows({ files }: Pick<BackupPlan, 'files'>): string[][] {
  return files.map((file) => [
    file.database ?? file.kind,
    file.name,
    file.sizeOnServer === null ? 'unknown' : formatBytes(file.sizeOnServer),
  ])
}

/** The databases that the files hold. */
export function listDatabases({ clusterDatabases }: BackupPlan, files: readonly PlannedFile[]): string[] {
  return files.flatMap(({ kind, database }) => {
    if (kind === 'cluster') return [...clusterDatabases]
    return database === null ? [] : [database]
  })
}
