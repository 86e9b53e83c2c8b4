import { formatChange } from '../catalogue/charts.ts'
import { databaseOf } from '../catalogue/copies.ts'
import { isGood } from '../catalogue/judge.ts'
import type { Problem } from '../catalogue/problems.ts'
import { BackupError } from '../errors.ts'
import { setOutputs } from '../github/outputs.ts'
import { formatTable, formatWords, writeSummary } from '../github/summary.ts'
import type { Run } from '../step/run.ts'
import type { ExaminedBackup } from '../stores/store.ts'
import { formatAge, formatBytes, formatCount, formatRows, formatSeconds } from '../units.ts'
import { formatCharts, formatTotals, selectHistories, type Histories } from './history.ts'
import type { CheckMethod } from './inputs.ts'
import { listProblems } from './list-problems.ts'
import { describePassedOver, warnOfPassedOver, type PassedOver } from './passed-over.ts'
import type { ProvenJudgement, ProvenVerdict } from './proof/proven.ts'
import type { WorkflowRemarks } from './workflows.ts'

/** Rows of the summary's table, and errors: GitHub shows a summary up to 1 MiB, and ten annotations of a step. */
const mostRows = 500
const mostErrors = 20

/** What the report tells beside the judgement. */
export interface Surroundings {
  readonly workflows: WorkflowRemarks
  /** All that were examined. */
  readonly backups: readonly ExaminedBackup[]
  /** Databases of the server of `url` of which no verdict tells. */
  readonly passedOver: readonly PassedOver[]
}

/** Says what the check found: outputs, summary, one error for each problem, and a last line. */
export async function reportCheck(judgement: ProvenJudgement, seen: Surroundings, run: Run): Promise<void> {
  const { workflows, passedOver } = seen
  const { verdicts } = judgement
  const ages = verdicts.map(({ ageSeconds }) => ageSeconds).filter((age) => age !== undefined)
  setOutputs({
    databases: verdicts.map(describeVerdict),
    'restore-seconds': roundSeconds(judgement.restoreSeconds),
    'oldest-age': ages.length === 0 ? undefined : Math.max(...ages),
  })
  await writeSummary(run.redact(formatCheck(judgement, seen)))
  for (const warning of listReplaced(verdicts)) run.log.warning(warning, 'Server replaced')
  for (const warning of workflows.warnings) run.log.warning(warning, 'Workflow disabled')
  for (const remark of workflows.remarks) run.log.info(remark)
  const warning = warnOfPassedOver(passedOver)
  if (warning !== undefined) run.log.warning(`${warning}.`, 'Database not looked at')
  for (const sentence of describePassedOver(passedOver)) run.log.info(sentence)
  const problems = listProblems(judgement)
  for (const problem of problems.slice(0, mostErrors)) run.log.error(toError(problem))
  if (problems.length > mostErrors) run.log.info(`${problems.length - mostErrors} more problems of this kind`)
  for (const line of listUnseen(verdicts).flatMap((text) => text.split('\n'))) run.log.info(line)
  run.log.info(formatConclusion(judgement))
}

const header = ['Database', 'Backup', 'Age', 'Size', 'Change', 'Verified', 'Rows', 'Verdict']

/** PURE. The step summary of a check, in Markdown. */
export function formatCheck(
  judgement: ProvenJudgement,
  { workflows, backups, passedOver }: Surroundings,
): string {
  const { verdicts } = judgement
  const problems = listProblems(judgement)
  const histories = selectHistories(verdicts, backups)
  const rows = verdicts.slice(0, mostRows).map((verdict) => formatRow(verdict, histories))
  const totals = formatTotals(verdicts)
  const sections = [
    `### PostgreSQL backup check: ${isGood(judgement) ? 'good' : 'bad'}`,
    formatWords(`${formatConclusion(judgement)}.`),
    ...(rows.length === 0 ? [] : [formatTable(header, rows)]),
    ...(verdicts.length > mostRows ? [`And ${verdicts.length - mostRows} more.`] : []),
    ...(totals === undefined ? [] : [formatWords(totals)]),
    ...formatCharts(histories),
    ...[...listReplaced(verdicts), ...workflows.warnings, ...workflows.remarks].map(formatWords),
    ...describePassedOver(passedOver).map((sentence) => formatWords(`${sentence}.`)),
    ...listUnseen(verdicts),
    ...problems.slice(0, mostErrors).map((problem) => `- ${formatWords(toError(problem).message)}`),
  ]
  return `${sections.join('\n\n')}\n`
}

/** Servers that are not expected any more, since another one took their place: whether it is so only people know. */
function listReplaced(verdicts: readonly ProvenVerdict[]): string[] {
  const replaced = verdicts.slice(0, mostRows).flatMap(({ replaced }) => replaced)
  const newest = [...new Set(replaced.map(({ backup }) => backup))]
  return newest.map(
    ({ address, manifest }) =>
      `The server of ${address} was taken for replaced by another one, which the same job backed up later (its last backup is of ${manifest.startedAt}). If that server is still in use, it is not backed up; give each server a job of its own.`,
  )
}

/** What a drill did not look at. */
function listUnseen(verdicts: readonly ProvenVerdict[]): string[] {
  if (!verdicts.some(({ verified }) => verified === 'restore')) return []
  const own = verdicts
    .slice(0, mostRows)
    .flatMap(({ subject, unseen = [] }) => unseen.map((sentence) => ({ subject, sentence })))
  const lines = [...Map.groupBy(own, ({ sentence }) => sentence)].map(([sentence, of]) => {
    const subjects = of.slice(0, shownSubjects).map(({ subject }) => subject)
    const rest = of.length > shownSubjects ? ` and ${of.length - shownSubjects} more` : ''
    return `- ${formatWords(`${subjects.join(', ')}${rest}: ${sentence}.`)}`
  })
  return [`Not looked at: ${unseenByAll.join('; ')}.`, ...(lines.length === 0 ? [] : [lines.join('\n')])]
}

/** Databases that are named of those that share a sentence. */
const shownSubjects = 5

const unseenByAll = [
  'passwords of roles, and where tablespaces lie',
  'contents of rows, large objects and definitions, beyond what the checks ask',
  'settings and privileges of the databases',
  'the version of the source’s collations, which no backup tells',
]

/** Tenths, which are exact enough for a plan. */
function roundSeconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(seconds * 10) / 10
}

function toError({ code, ...explanation }: Problem): BackupError {
  return new BackupError(code, explanation)
}

const proofs: Readonly<Record<CheckMethod, string>> = {
  manifest: 'there at full size and not read',
  decode: 'fetched and read to its end',
  restore: 'fetched and restored',
}

function formatConclusion(judgement: ProvenJudgement): string {
  const { verdicts } = judgement
  if (isGood(judgement)) {
    const least = verdicts.find(({ verified }) => verified === 'manifest') ?? verdicts[0]
    return `${formatCount(verdicts.length, 'database')} with a good backup, ${proofs[least?.verified ?? 'manifest']}`
  }
  const bad = verdicts.filter(({ problems }) => problems.length > 0).length
  return `${bad} of ${formatCount(verdicts.length, 'database')} without a good backup, ${formatCount(listProblems(judgement).length, 'problem')} in all`
}

/** One entry of the output `databases`. */
function describeVerdict({
  subject,
  copy,
  ageSeconds,
  problems,
  verified,
  restoreSeconds,
  rows,
}: ProvenVerdict): Record<string, unknown> {
  return {
    name: databaseOf(subject) ?? 'cluster',
    backup: copy?.backup.name ?? null,
    address: copy?.backup.address ?? null,
    age: ageSeconds ?? null,
    size: copy?.file.size ?? null,
    rows: rows ?? copy?.file.rows ?? null,
    verified: verified ?? null,
    restoreSeconds: roundSeconds(restoreSeconds) ?? null,
    verdict: problems[0]?.code ?? 'good',
  }
}

function formatRow(verdict: ProvenVerdict, histories: Histories): string[] {
  const { subject, copy, ageSeconds, problems, verified, restoreSeconds, rows } = verdict
  const history = copy === undefined ? undefined : histories.get(copy.backup)
  const codes = [...new Set(problems.map(({ code }) => code))]
  return [
    databaseOf(subject) ?? subject,
    copy?.backup.address ?? 'none',
    ageSeconds === undefined ? '' : formatAge(ageSeconds * 1000),
    copy === undefined ? '' : formatBytes(copy.file.size),
    copy === undefined || history === undefined ? '' : formatChange(copy.file, history),
    restoreSeconds === undefined ? (verified ?? '') : `${verified ?? ''}, ${formatSeconds(restoreSeconds)}`,
    copy === undefined ? '' : formatRows(rows ?? copy.file.rows),
    codes.length === 0 ? 'good' : codes.join(', '),
  ]
}
