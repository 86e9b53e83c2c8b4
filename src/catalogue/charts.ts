import type { Manifest, ManifestFile } from '../archive/manifest.ts'
import { formatCodeBlock, formatWords } from '../github/summary.ts'
import type { ExaminedBackup } from '../stores/store.ts'
import { listSubjects, nameSubject } from './copies.ts'

/** Earlier backups of the series as a summary needs them. */
export interface History {
  /** Newest first. */
  readonly past: readonly Manifest[]
  /** What was not seen, and why, without final stop. */
  readonly unseen: readonly string[]
}

/** PURE. The history that examined backups tell, the newest first. */
export function toHistory({
  backups,
  unseen,
}: {
  readonly backups: readonly Pick<ExaminedBackup, 'manifest'>[]
  readonly unseen: readonly string[]
}): History {
  return { past: backups.map(({ manifest }) => manifest), unseen }
}

/** Backups that a chart shows, the new one among them. */
const shownBackups = 30

/**
 * PURE. Charts of the size, and of the rows where they are known, over the last complete backups of the same databases,
 * as GitHub draws them; or the line that says why there are none. They hold numbers and dates alone.
 * @returns undefined after a first backup
 */
export function formatHistory(manifest: Manifest, { past, unseen }: History): string | undefined {
  const shown = [manifest, ...selectComparable(manifest, past)].slice(0, shownBackups).reverse()
  const [first] = shown
  if (shown.length < 2 || first === undefined) {
    return unseen[0] === undefined ? undefined : formatWords(`No history: ${unseen[0]}.`)
  }
  const days = [first, manifest].map(({ startedAt }) => startedAt.slice(0, 10))
  const axis = `x-axis "${[...new Set(days)].join(' to ')}" [${shown.map((_, index) => index + 1).join(', ')}]`
  const sizes = shown.map(({ files }) => files.reduce((sum, { size }) => sum + size, 0))
  const rows = shown.map(countRows)
  const known = rows.filter((count) => count !== undefined)
  const charts = [
    formatChart('Size', axis, scale(sizes, ['B', 'kB', 'MB', 'GB', 'TB'])),
    ...(known.length < rows.length
      ? []
      : [formatChart('Rows', axis, scale(known, ['rows', 'thousand', 'million', 'billion']))]),
  ]
  return charts.join('\n\n')
}

/** PURE. How much larger or smaller a file is than the last one of the same, as in `3.2 % more`; empty where there is none. */
export function formatChange(file: ManifestFile, { past }: Pick<History, 'past'>): string {
  const subject = nameSubject(file)
  if (subject === undefined) return ''
  const isSame = (other: ManifestFile): boolean => nameSubject(other) === subject
  const earlier = past.find(({ files }) => files.some(isSame))?.files.find(isSame)
  if (earlier === undefined || earlier.size === 0) return ''
  const share = (100 * (file.size - earlier.size)) / earlier.size
  return `${Math.abs(share).toFixed(1)} % ${share < 0 ? 'less' : 'more'}`
}

/** The jobs of a matrix share a series, and each has databases of its own. */
function selectComparable(manifest: Manifest, past: readonly Manifest[]): Manifest[] {
  const describe = (of: Manifest): string => JSON.stringify(listSubjects(of).sort())
  return past.filter((other) => other.status === 'complete' && describe(other) === describe(manifest))
}

function countRows({ files }: Manifest): number | undefined {
  const counted = files.filter((file) => nameSubject(file) !== undefined).map(({ rows }) => rows)
  const known = counted.filter((rows) => rows !== null)
  return known.length < counted.length ? undefined : known.reduce((sum, rows) => sum + rows, 0)
}

interface Scaled {
  readonly unit: string
  readonly values: readonly number[]
}

/** Numbers of the greatest one's unit, of which each is a thousand of the one before. */
function scale(values: readonly number[], units: readonly string[]): Scaled {
  const digits = Math.floor(Math.log10(Math.max(1, ...values)) / 3)
  const exponent = Math.min(digits, units.length - 1)
  return { unit: units[exponent] ?? '', values: values.map((value) => value / 1000 ** exponent) }
}

/** Mermaid's own bars are so pale that they cannot be seen on white; this blue stands out on white and on black. */
const colours = '%%{init: {"themeVariables": {"xyChart": {"plotColorPalette": "#3b82f6"}}}}%%'

function formatChart(what: string, axis: string, { unit, values }: Scaled): string {
  const numbers = values.map((value) => Number(value.toFixed(2)))
  const top = Math.max(...numbers)
  return formatCodeBlock('mermaid', [
    colours,
    'xychart-beta',
    // The unit stands here, since Mermaid 11 writes the title of the y-axis over its numbers.
    `  title "${what} of the last ${values.length} backups${unit === 'rows' ? '' : `, in ${unit}`}"`,
    `  ${axis}`,
    `  y-axis 0 --> ${top > 0 ? top : 1}`,
    `  bar [${numbers.join(', ')}]`,
  ])
}
