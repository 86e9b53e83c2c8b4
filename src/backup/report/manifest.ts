import { compressionLevel } from '../../archive/compression/compression.ts'
import { hideRoles, manifestSchema } from '../../archive/manifest.ts'
import type { BackupStatus, Manifest, ManifestFailure, ManifestFile } from '../../archive/manifest.ts'
import { pickSubject, type EncryptionKind } from '../../archive/backup-file.ts'
import { listRestoreCommands } from '../../archive/restore-commands.ts'
import { BackupError } from '../../errors.ts'
import { majorOfVersionNumber } from '../../postgres/client/version.ts'
import { losesTransactionTimeout } from '../../postgres/sql/filter/omitted-statements.ts'
import type { Run } from '../../step/run.ts'
import { version } from '../../version.ts'
import type { FailedSubject } from '../subject.ts'
import type { ProducedBackup } from '../produce.ts'
import { describeSeries } from './series.ts'
import { describeWarnings } from '../warnings/warnings.ts'
import type { FinishedDump } from '../finish.ts'

/** The manifest of a backup that has ended. */
export function describeManifest(backup: ProducedBackup, status: BackupStatus, run: Run): Manifest {
  const { plan, inputs, server, files, failures, warnings } = backup
  const { encryption } = plan
  const serverMajor = majorOfVersionNumber(server.facts.versionNumber)
  const losesTimeout = losesTransactionTimeout(server.client.major, serverMajor)
  const tables = files.reduce((sum, { verification }) => sum + (verification.rowCounts?.length ?? 0), 0)
  // Names and sizes of tables are part of what encryption hides.
  const listsTables = encryption === 'none' && tables <= mostTables
  return {
    schema: manifestSchema,
    action: { name: 'postgres-backup', version },
    startedAt: plan.startedAt.toISOString(),
    // The clock may have been set back meanwhile.
    finishedAt: new Date(Math.max(Date.now(), plan.startedAt.getTime())).toISOString(),
    status,
    server: { version: server.facts.version },
    client: { version: server.client.version },
    plan: {
      databases: [...plan.databases, ...plan.clusterDatabases],
      all: inputs.all,
      globals: inputs.globals,
      format: inputs.format,
      compression: { method: inputs.compression.method, level: compressionLevel(inputs.compression) ?? null },
      encryption,
      options: hideRoles(inputs.options),
      jobs: plan.concurrency,
    },
    files: files.map((file) => describeFile(file, { listsTables, losesTimeout })),
    failures: failures.map((failure) => describeFailure(failure, encryption, run)),
    warnings: describeWarnings(warnings, encryption !== 'none').map((text) => run.redact(text)),
    series: describeSeries(server, run.environment) ?? null,
    alarm: [],
  }
}

/** Tables whose rows stand in a manifest, which checks and later backups read by the dozen: about a megabyte. */
const mostTables = 10_000

function describeFile(
  file: FinishedDump,
  { listsTables, losesTimeout }: { listsTables: boolean; losesTimeout: boolean },
): ManifestFile {
  const { planned, verification } = file
  const { name, format, compression, encryption } = planned
  const rowCounts = listsTables ? verification.rowCounts : null
  return {
    ...{ name, ...pickSubject(planned), format, compression, encryption },
    size: file.size,
    uncompressedSize: file.uncompressedSize,
    sha256: file.sha256,
    durationSeconds: Number(file.durationSeconds.toFixed(3)),
    verification: { ...verification, rowCounts },
    restoreCommands: listRestoreCommands(planned, losesTimeout),
    rows: file.rows,
    partitions: listsTables ? file.partitions : [],
  }
}

/** What tools say can name hosts and users, so an encrypted backup keeps the code alone. */
function describeFailure(
  { database, error }: FailedSubject,
  encryption: EncryptionKind,
  run: Run,
): ManifestFailure {
  const known = error instanceof BackupError ? error : undefined
  const reason = encryption === 'none' ? known?.explanation.why : undefined
  return {
    database,
    code: known?.code ?? 'PGB_DUMP',
    reason: run.redact(reason ?? 'see the log of the run'),
  }
}
