import type { Log } from '../../github/log.ts'
import { setOutputs } from '../../github/outputs.ts'
import { formatTable, writeSummary } from '../../github/summary.ts'
import type { Run } from '../../step/run.ts'
import { formatBackupAddress } from '../../stores/store-address.ts'
import { formatBytes, formatCount } from '../../units.ts'
import { listMissing } from '../subject.ts'
import type { BackupPlan, PlannedBackup, PlannedFile } from '../plan.ts'
import { makeStoreName } from '../storing/stored-places.ts'

/** Of a plan's table: GitHub drops a summary of more than 1 MiB, and a row may have 500 bytes. */
const mostRows = 1000

/** Says what of the server is not backed up though nothing failed. */
export function announcePassedOver({ server, plan }: PlannedBackup, log: Log): void {
  if (plan.passedOver.length === 0) return
  const names = plan.passedOver.map((name) => `"${name}"`).join(', ')
  log.info(`Passed over, as they are the service's own or closed to "${server.facts.role}": ${names}`)
}

/** Says how much is dumped at once, and why, where that was left to us. */
export function announceJobs({ inputs, plan }: PlannedBackup, log: Log): void {
  const { concurrency, tableJobs, jobsReason } = plan
  if (jobsReason === undefined) return
  const workers = inputs.format === 'directory' ? `, each by ${formatCount(tableJobs, 'worker')}` : ''
  log.info(`At once: ${formatCount(concurrency, 'file')}${workers} (${jobsReason})`)
}

/** Says what a backup would do. */
export async function reportPlan({ inputs, server, plan }: PlannedBackup, run: Run): Promise<void> {
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
  for (const { error } of listMissing(plan)) run.log.error(error)
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
