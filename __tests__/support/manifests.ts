import type { FileKind } from '../../src/archive/backup-file.ts'
import { manifestSchema, type Manifest, type ManifestFile } from '../../src/archive/manifest.ts'

/** What a test changes of a file; its kind and its database need not fit each other, as in a forged manifest. */
export type FileChange = Partial<Omit<ManifestFile, 'kind' | 'database'>> & {
  kind?: FileKind
  database?: string | null
}

/** A good file of a backup, but for what the test changes. */
export function makeFile(change: FileChange = {}): ManifestFile {
  const file = {
    name: 'shop_20261104T020000Z.sql.gz',
    database: 'shop',
    kind: 'database',
    format: 'plain',
    compression: { method: 'gzip', level: 1, inside: false },
    encryption: 'none',
    size: 1234,
    uncompressedSize: 12345,
    sha256: '0123456789abcdef'.repeat(4),
    durationSeconds: 1.25,
    verification: { method: 'decode', compared: [], notCompared: [], rowCounts: null },
    restoreCommands: [],
    rows: null,
    partitions: [],
    ...change,
  }
  return file as ManifestFile
}

/** The manifest of a good backup, but for what the test changes. */
export function makeManifest(change: Partial<Manifest> = {}): Manifest {
  return {
    schema: manifestSchema,
    action: { name: 'postgres-backup', version: '1.0.0' },
    startedAt: '2026-11-04T02:00:00.000Z',
    finishedAt: '2026-11-04T02:00:09Z',
    status: 'complete',
    server: { version: '15.18' },
    client: { version: '15.18' },
    plan: {
      databases: ['shop'],
      all: false,
      globals: false,
      format: 'plain',
      compression: { method: 'gzip', level: 1 },
      encryption: 'none',
      options: [],
      jobs: 2,
    },
    files: [makeFile()],
    failures: [],
    warnings: [],
    series: null,
    alarm: [],
    ...change,
  }
}
