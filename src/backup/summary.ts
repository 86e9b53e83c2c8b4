import type { Manifest, ManifestFile } from '../archive/manifest.ts'
import { formatCodeBlock, formatTable, formatWords } from '../github/summary.ts'
import { formatBytes, formatSeconds } from '../units.ts'

const header = ['Database', 'Format', 'Before', 'After', 'Ratio', 'Time', 'Verified', 'SHA-256']

/** PURE. The step summary of a backup, in Markdown. */
export function formatSummary(manifest: Manifest): string {
  const { status, server, client, files, failures, warnings } = manifest
  const sections = [
    `### PostgreSQL backup: ${status}`,
    `Server ${formatWords(server.version)}, client ${formatWords(client.version)}.`,
    ...(files.length === 0 ? [] : [formatTable(header, files.map(formatRow))]),
    ...(failures.length === 0
      ? []
      : [
          formatTable(
            ['Failed', 'Code', 'Reason'],
            failures.map(({ database, code, reason }) => [database ?? 'cluster', code, reason]),
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
