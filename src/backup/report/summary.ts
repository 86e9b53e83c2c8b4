import type { Manifest, ManifestFile } from '../../archive/manifest.ts'
import { formatCode, formatCodeBlock, formatTable, formatWords } from '../../github/summary.ts'
import type { UploadedArtifact } from '../../stores/artifact/upload-artifact.ts'
import { formatBytes, formatSeconds } from '../../units.ts'
import type { FailedSubject } from '../produce.ts'
import { formatForecast } from './forecast.ts'
import { formatVerdict } from './verdict.ts'

const header = ['Database', 'Format', 'Before', 'After', 'Ratio', 'Time', 'Verified', 'SHA-256']

/** GitHub's own page, since its numbers are GitHub's to change. */
const allowances = 'https://docs.github.com/en/billing/concepts/product-billing/github-actions'

/** What the manifest does not say of a backup's end. */
export interface BackupEnd {
  /** What the failures of the manifest are about, in its order. */
  readonly failed: readonly Pick<FailedSubject, 'kind' | 'database'>[]
  /** Undefined where nothing was uploaded. */
  readonly artifact: UploadedArtifact | undefined
  /** Addresses of the copies. */
  readonly copies: readonly string[]
  /** The directory where the files lie on the runner; undefined where nobody will look for it. */
  readonly directory: string | undefined
  /** What stopped the step when the files were there; undefined when nothing did. */
  readonly failure?: string
}

/** PURE. The step summary of a backup that has a manifest, in Markdown. */
export function formatSummary(manifest: Manifest, end: BackupEnd): string {
  const { status, server, client, files, failures, warnings } = manifest
  const sections = [
    ...(end.failure === undefined ? [formatHeading(status)] : [formatFailure(end.failure).trimEnd()]),
    ...(files.length === 0 || end.failure !== undefined ? [] : [formatWords(`${formatVerdict(manifest)}.`)]),
    ...(files.length === 0 ? [] : [formatPlaces(end, new Date(manifest.finishedAt))]),
    `Server ${formatWords(server.version)}, client ${formatWords(client.version)}.`,
    ...(files.length === 0 ? [] : [formatTable(header, files.map(formatRow))]),
    ...(failures.length === 0
      ? []
      : [
          formatTable(
            ['Failed', 'Code', 'Reason'],
            failures.map(({ code, reason }, index) => [nameFailed(end.failed[index]), code, reason]),
          ),
        ]),
    ...(warnings.length === 0
      ? []
      : [
          formatTable(
            ['Warning'],
            warnings.map((text) => [text]),
          ),
        ]),
    ...(files.length === 0 ? [] : [formatCommands(files)]),
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

function formatRow(file: ManifestFile): string[] {
  const { uncompressedSize: before, size, verification } = file
  const { method, level } = file.compression
  const compression = level === null ? method : `${method}:${level}`
  return [
    file.database ?? file.kind,
    `${file.format}, ${compression}${file.encryption === 'none' ? '' : ', age'}`,
    before === null ? 'not counted' : formatBytes(before),
    formatBytes(size),
    before === null ? '' : (before / Math.max(size, 1)).toFixed(1),
    formatSeconds(file.durationSeconds),
    verification.method,
    file.sha256,
  ]
}

function formatCommands(files: readonly ManifestFile[]): string {
  const block = formatCodeBlock('sh', [
    'export PGHOST=… PGPORT=5432 PGUSER=… PGPASSWORD=…   # where to restore',
    'sha256sum --check SHA256SUMS',
    ...files.flatMap(({ name, restoreCommands }) => ['', `# ${name}`, ...restoreCommands]),
  ])
  return `<details><summary>Restore by hand</summary>\n\n${block}\n\n</details>`
}
