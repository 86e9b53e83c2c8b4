import { cpus, totalmem } from 'node:os'
import { median, type Measurement } from './measure.ts'
import type { Subject } from './subjects.ts'

/** One line of the table. */
export interface Row {
  readonly name: string
  readonly base: string
  readonly goal: number | null
  readonly seconds: number
  /** Median time as a multiple of the base's median. */
  readonly ratio: number
  readonly cpuSeconds: number
  readonly outputSize: number
  readonly nodeMemory: number
  readonly memory: number
}

export interface Report {
  readonly machine: string
  readonly server: string
  /** What was dumped or restored, as in `about 1000 MB of dump`. */
  readonly about: string
  readonly rounds: number
  /** Longest run of the floor as a multiple of the shortest. */
  readonly noise: number
  readonly rows: readonly Row[]
}

/** The medians of all rounds. */
export function summarize(
  subjects: readonly Subject[],
  measurements: ReadonlyMap<string, readonly Measurement[]>,
): Row[] {
  const middle = (name: string, pick: (measurement: Measurement) => number): number =>
    median((measurements.get(name) ?? []).map(pick))
  const seconds = (name: string): number => middle(name, (measurement) => measurement.seconds)
  return subjects.map(({ name, base, goal, above }) => ({
    name,
    base,
    goal: goal === undefined ? null : goal + (above === undefined ? 0 : seconds(above) / seconds(base)),
    seconds: seconds(name),
    ratio: seconds(name) / seconds(base),
    cpuSeconds: middle(name, ({ cpuSeconds }) => cpuSeconds),
    outputSize: middle(name, ({ outputSize }) => outputSize),
    nodeMemory: middle(name, ({ nodeMemory }) => nodeMemory),
    memory: middle(name, ({ memory }) => memory),
  }))
}

/** A Markdown table. */
export function formatReport(report: Report): string {
  const megabytes = (bytes: number): string => (bytes === 0 ? '' : (bytes / 1e6).toFixed(0))
  const escape = (name: string): string => name.replaceAll('|', '\\|')
  const lines = report.rows.map((row) =>
    [
      escape(row.name),
      `${row.ratio.toFixed(2)}${row.base === report.rows[0]?.base ? '' : ` of ${escape(row.base)}`}`,
      row.goal === null ? '' : `${row.goal.toFixed(2)}${row.ratio <= row.goal ? '' : ' (missed)'}`,
      row.seconds.toFixed(2),
      row.cpuSeconds.toFixed(1),
      megabytes(row.outputSize),
      megabytes(row.nodeMemory),
      megabytes(row.memory),
    ].join(' | '),
  )
  return [
    `${report.machine}; PostgreSQL ${report.server}; ${report.about}; medians of ${report.rounds} rounds; ` +
      `the first one's longest run took ${report.noise.toFixed(2)} times its shortest.`,
    '',
    '| | times its peer | goal | s | CPU s | output MB | Node MB | all processes MB |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...lines.map((line) => `| ${line} |`),
  ].join('\n')
}

/** Less is noise. */
const tolerance = 1.05

/**
 * What takes longer than in earlier results, as a multiple of its peer of the same run, so that another machine or
 * another day counts for little.
 */
export function listSlower(earlier: Pick<Report, 'rows'>, { rows }: Pick<Report, 'rows'>): string[] {
  return rows.flatMap(({ name, base, ratio }) => {
    const before = earlier.rows.find((row) => row.name === name && row.base === base)?.ratio
    if (before === undefined || name === base || ratio <= before * tolerance) return []
    const percent = Math.round((ratio / before - 1) * 100)
    return [`${name}: ${ratio.toFixed(2)} times "${base}", before ${before.toFixed(2)} (${percent}% slower)`]
  })
}

/** Rows of text as a Markdown table. */
export function formatRows(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, header.map(() => '---'), ...rows]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

export function describeMachine(): string {
  const [cpu] = cpus()
  return `${cpus().length} cores (${cpu?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`
}

/** A bar chart of the ratios to the floor, as SVG. */
export function drawChart(report: Report): string {
  const rows = report.rows.filter(({ base }) => base === report.rows[0]?.base)
  const longest = Math.max(...rows.map(({ ratio }) => ratio))
  const bars = rows.map(({ name, ratio }, index) => {
    const y = 30 + index * 22
    const width = Math.max(1, (ratio / longest) * 420)
    const color = name.startsWith('pg_dump') ? '#8c959f' : '#2f6f9f'
    return (
      `<text x="210" y="${y + 12}" text-anchor="end">${escapeXml(name)}</text>` +
      `<rect x="220" y="${y}" width="${width.toFixed(1)}" height="16" fill="${color}"/>` +
      `<text x="${(226 + width).toFixed(1)}" y="${y + 12}">${ratio.toFixed(2)}</text>`
    )
  })
  const height = 40 + rows.length * 22
  return `<svg xmlns="http://www.w3.org/2000/svg" width="700" height="${height}" font-family="sans-serif" font-size="12">
<rect width="700" height="${height}" fill="#ffffff"/>
<text x="10" y="18" font-weight="bold">Time as a multiple of a bare pg_dump (shorter is better)</text>
${bars.join('\n')}
</svg>
`
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
