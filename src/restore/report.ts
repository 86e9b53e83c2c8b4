import type { Manifest } from '../archive/manifest.ts'
import { setOutputs } from '../github/outputs.ts'
import { formatCode, formatTable, formatWords, writeSummary } from '../github/summary.ts'
import type { Run } from '../step/run.ts'
import { formatBytes, formatCount, formatSeconds } from '../units.ts'
import { formatPhases, type PhaseTimes } from './phases.ts'
import type { RestorePlan, RestoreWay } from './plan.ts'
import type { RestoredDatabase } from './restore-databases.ts'
import { describeLeftOut, isWhole, listLeftOut } from '../restoring/left-out/describe-left-out.ts'
import type { RestoreTarget } from './target/target.ts'

/** All that is known at the end of a restore. */
export interface RestoreResult {
  readonly manifest: Manifest
  readonly plan: RestorePlan
  readonly target: RestoreTarget
  readonly restored: readonly RestoredDatabase[]
  /** Databases that a file of the whole cluster made. */
  readonly fromCluster: readonly string[]
  readonly durationSeconds: number
  readonly phases: PhaseTimes
}

const ways: Readonly<Record<RestoreWay, string>> = {
  create: 'created',
  replace: 'replaced',
  fill: 'filled in place',
  'in-place': 'replaced in place',
}

/** PURE. The names of all databases that were restored. */
export function listRestored({
  restored,
  fromCluster,
}: Pick<RestoreResult, 'restored' | 'fromCluster'>): string[] {
  return [...restored.map(({ planned }) => planned.target), ...fromCluster]
}

/** Sets the outputs and writes the step summary. */
export async function reportRestore(result: RestoreResult, run: Run): Promise<void> {
  const { restored } = result
  setOutputs({
    status: 'complete',
    databases: listRestored(result),
    'left-out': restored.flatMap(({ planned, report }) => listLeftOut(planned.target, report.leftOut)),
  })
  warnOfLeftOut(result, run)
  await writeSummary(run.redact(formatRestoreSummary(result)))
}

/** One warning for each database of which something was left out. */
function warnOfLeftOut({ restored, target }: RestoreResult, { log }: Run): void {
  const { role, service } = target.server.facts
  for (const { planned, report } of restored) {
    const text = describeLeftOut(planned.target, report, { role, service })
    if (text === undefined) continue
    if (isWhole(report)) log.info(text)
    else log.warning(text, 'Left out')
  }
}

/** PURE. The step summary, in Markdown. */
function formatRestoreSummary({ manifest, plan, target, restored, ...rest }: RestoreResult): string {
  const rows = restored.map((database) => {
    const { planned, contents, durationSeconds } = database
    return [
      planned.target,
      ways[planned.way],
      planned.file.name,
      formatBytes(planned.file.size),
      contents === undefined ? 'unknown' : formatBytes(contents.size),
      describeRows(database),
      formatSeconds(durationSeconds),
    ]
  })
  const table = formatTable(['Database', 'How', 'From', 'File', 'On the server', 'Rows', 'Time'], rows)
  const globals = plan.globals && `Roles and tablespaces were restored from ${formatCode(plan.globals.name)}.`
  const cluster =
    plan.cluster &&
    `The cluster was restored from ${formatCode(plan.cluster.name)}: ${rest.fromCluster.map(formatCode).join(', ')}.`
  const server = `From PostgreSQL ${formatWords(manifest.server.version)} (backup of ${formatWords(manifest.startedAt)}) into PostgreSQL ${formatWords(target.server.facts.version)}, in ${formatSeconds(rest.durationSeconds)} (${formatPhases(rest.phases)}).`
  const { role, service } = target.server.facts
  const leftOut = restored.flatMap(({ planned, report }) => {
    const text = describeLeftOut(planned.target, report, { role, service })
    return text === undefined ? [] : [formatWords(text)]
  })
  const database = rows.length > 0 ? table : undefined
  const parts = ['### PostgreSQL restore', globals, cluster, database, ...leftOut, server]
  return `${parts.filter((part) => part !== undefined).join('\n\n')}\n`
}

function describeRows({ planned, contents }: RestoredDatabase): string {
  if (contents === undefined) return 'unknown'
  const counted = [...contents.rows.values()].filter((rows) => rows !== null)
  const total = counted.reduce((sum, rows) => sum + rows, 0)
  const text = `${total} in ${formatCount(contents.rows.size, 'table')}`
  return planned.file.verification.rowCounts === null ? text : `${text}, as backed up`
}
