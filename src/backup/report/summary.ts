import type { FileSubject } from '../../archive/backup-file.ts'
import { manifestName, type Manifest, type ManifestFile } from '../../archive/manifest.ts'
import { nameSubject } from '../../catalogue/copies.ts'
import { formatChange, formatHistory, type History } from '../../catalogue/charts.ts'
import { formatCode, formatCodeBlock, formatTable, formatWords } from '../../github/summary.ts'
import type { UploadedArtifact } from '../../stores/artifact/upload-artifact.ts'
import { formatBytes, formatRows, formatSeconds } from '../../units.ts'
import { formatForecast } from './forecast.ts'
import { formatVerdict } from './verdict.ts'

const header = ['Database', 'Format', 'Before', 'After', 'Change', 'Ratio', 'Rows', 'Time', 'Verified']

/** GitHub takes a summary of one MiB, and shows nothing of a larger one. */
const shownRows = 200
/** Of the commands, which are several lines for each file. */
const shownCommands = 100

/** GitHub's own page, since its numbers are GitHub's to change. */
const allowances = 'https://docs.github.com/en/billing/concepts/product-billing/github-actions'

/** What the manifest does not say of a backup's end. */
export interface BackupEnd {
  /** What the failures of the manifest are about, in its order. */
  readonly failed: readonly FileSubject[]
  /** Undefined where nothing was uploaded. */
  readonly artifact: UploadedArtifact | undefined
  /** Addresses of the copies. */
  readonly copies: readonly string[]
  /** The directory where the files lie on the runner; undefined where nobody will look for it. */
  readonly directory: string | undefined
  /** Earlier backups of the series. */
  readonly history: History
  /** What stopped the step when the files were there; undefined when nothing did. */
  readonly failure?: string
}

/** PURE. The step summary of a backup that has a manifest, in Markdown. */
export function formatSummary(manifest: Manifest, end: BackupEnd): string {
  const { status, server, client, files, failures, warnings } = manifest
  const chart = files.length === 0 ? undefined : formatHistory(manifest, end.history)
  const sections = [
    ...(end.failure === undefined ? [formatHeading(status)] : [formatFailure(end.failure).trimEnd()]),
    ...(files.length === 0 || end.failure !== undefined ? [] : [formatWords(`${formatVerdict(manifest)}.`)]),
    ...(files.length === 0 ? [] : [formatPlaces(end, new Date(manifest.finishedAt))]),
    `Server ${formatWords(server.version)}, client ${formatWords(client.version)}.`,
    ...(files.length === 0 ? [] : formatFiles(files, end.history)),
    ...(chart === undefined ? [] : [chart]),
    ...(failures.length === 0
      ? []
      : [
          formatTable(
            ['Failed', 'Code', 'Reason'],
            failures
              .slice(0, shownRows)
              .map(({ code, reason }, index) => [nameFailed(end.failed[index]), code, reason]),
          ),
          ...countRest(failures.length, shownRows),
        ]),
    ...(warnings.length === 0
      ? []
      : [
          formatTable(
            ['Warning'],
            warnings.map((text) => [text]),
          ),
        ]),
    ...(files.length === 0 ? [] : [formatCommands(files), formatHashes(files)]),
  ]
  return `${sections.join('\n\n')}\n`
}

/** PURE. The step summary of a backup that came to nothing, in Markdown. */
export function formatFailure(failure: string): string {
  return `${formatHeading('failed')}\n\n${formatWords(failure)}\n`
}

function formatHeading(status: string): string {
  return `### PostgreSQL backup: ${status}`
}

function formatPlaces({ artifact, copies, directory }: BackupEnd, madeAt: Date): string {
  const forecast = artifact && formatForecast(artifact, madeAt)
  const places = [
    ...(artifact === undefined ? [] : [formatArtifact(artifact)]),
    ...(forecast === undefined ? [] : [`${forecast} ([what is free](${allowances}))`]),
    ...copies.map((address) => `Copy: ${formatCode(address)}`),
    ...(directory === undefined ? [] : [`Directory of the runner: ${formatCode(directory)}`]),
  ]
  return places.map((place) => `- ${place}`).join('\n')
}

function formatArtifact({ name, url, size, digest, expiresAt }: UploadedArtifact): string {
  const expiry = expiresAt === undefined ? '' : `, until ${expiresAt.toISOString().slice(0, 10)}`
  return `Artifact: [${formatCode(name)}](${url}), ${formatBytes(size)}${expiry}, SHA-256 ${formatCode(digest)}`
}

function nameFailed(failed: BackupEnd['failed'][number] | undefined): string {
  return failed?.database ?? failed?.kind ?? ''
}

function formatFiles(files: readonly ManifestFile[], history: History): string[] {
  const rows = files.slice(0, shownRows).map((file) => formatRow(file, history))
  return [formatTable(header, rows), ...countRest(files.length, shownRows)]
}

/** The manifest is never cut. */
function countRest(all: number, shown: number): string[] {
  return all > shown ? [`… and ${all - shown} more, which are in ${formatCode(manifestName)}.`] : []
}

function formatRow(file: ManifestFile, history: History): string[] {
  const { uncompressedSize: before, size, verification } = file
  const { method, level } = file.compression
  const compression = level === null ? method : `${method}:${level}`
  return [
    file.database ?? file.kind,
    `${file.format}, ${compression}${file.encryption === 'none' ? '' : ', age'}`,
    before === null ? 'not counted' : formatBytes(before),
    formatBytes(size),
    formatChange(file, history),
    before === null ? '' : (before / Math.max(size, 1)).toFixed(1),
    nameSubject(file) === undefined ? '' : formatRows(file.rows),
    formatSeconds(file.durationSeconds),
    verification.method,
  ]
}

function formatCommands(files: readonly ManifestFile[]): string {
  const block = formatCodeBlock('sh', [
    'export PGHOST=… PGPORT=5432 PGUSER=… PGPASSWORD=…   # where to restore',
    'sha256sum --check SHA256SUMS',
    ...files
      .slice(0, shownCommands)
      .flatMap(({ name, restoreCommands }) => ['', `# ${name}`, ...restoreCommands]),
  ])
  return fold('Restore by hand', [block, ...countRest(files.length, shownCommands)])
}

/** As `SHA256SUMS` has them; too wide for the table. */
function formatHashes(files: readonly ManifestFile[]): string {
  const lines = files.slice(0, shownRows).map(({ name, sha256 }) => `${sha256}  ${name}`)
  return fold('SHA-256', [formatCodeBlock('', lines), ...countRest(files.length, shownRows)])
}

function fold(title: string, parts: readonly string[]): string {
  return `<details><summary>${title}</summary>\n\n${parts.join('\n\n')}\n\n</details>`
}
