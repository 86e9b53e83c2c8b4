import { selectPast } from '../catalogue/alarm.ts'
import { formatHistory, toHistory, type History } from '../catalogue/charts.ts'
import { seriesOf, timeOf } from '../catalogue/copies.ts'
import type { Copy, Verdict } from '../catalogue/problems.ts'
import { formatWords } from '../github/summary.ts'
import type { ExaminedBackup } from '../stores/store.ts'
import { formatBytes, formatSeconds } from '../units.ts'

/** Backups of which charts are drawn; a fleet has more, and each has its line in the table. */
const mostCharted = 3

/** The earlier backups of their series, of all backups that were judged. */
export type Histories = ReadonlyMap<ExaminedBackup, History>

/** PURE. Finds them among all that were examined. */
export function selectHistories(verdicts: readonly Verdict[], all: readonly ExaminedBackup[]): Histories {
  const judged = new Set(listCopies(verdicts).map(({ backup }) => backup))
  return new Map([...judged].map((backup) => [backup, selectHistory(backup, all)]))
}

function selectHistory(backup: ExaminedBackup, all: readonly ExaminedBackup[]): History {
  const series = seriesOf(backup.manifest)
  const earlier = all.filter((other) => timeOf(other) < timeOf(backup))
  return toHistory({ backups: series === undefined ? [] : selectPast(earlier, series), unseen: [] })
}

/** PURE. Charts of size and rows over the last backups of each series, in Markdown. */
export function formatCharts(histories: Histories): string[] {
  const charts = [...histories].flatMap(([backup, history]) => {
    const chart = formatHistory(backup.manifest, history)
    return chart === undefined ? [] : [{ backup, chart }]
  })
  if (charts.length === 1) return charts.map(({ chart }) => chart)
  return charts.slice(0, mostCharted).flatMap(({ backup, chart }) => [formatWords(backup.address), chart])
}

/** PURE. What the newest copies weigh together, and which took longest to make; undefined for less than two. */
export function formatTotals(verdicts: readonly Verdict[]): string | undefined {
  const copies = listCopies(verdicts)
  const [slowest] = copies.toSorted((a, b) => b.file.durationSeconds - a.file.durationSeconds)
  if (copies.length < 2 || slowest === undefined) return undefined
  const size = copies.reduce((sum, { file }) => sum + file.size, 0)
  const { database, durationSeconds } = slowest.file
  const name = database === null ? 'the cluster' : `"${database}"`
  return `${formatBytes(size)} in all; the slowest was ${name}, in ${formatSeconds(durationSeconds)}.`
}

function listCopies(verdicts: readonly Verdict[]): Copy[] {
  return verdicts.map(({ copy }) => copy).filter((copy) => copy !== undefined)
}
