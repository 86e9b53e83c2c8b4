import { rm } from 'node:fs/promises'
import { readByteCount, type ByteCount } from '../../archive/byte-count.ts'
import type { FileDigest } from '../../archive/checksum.ts'
import type { Contents } from '../../archive/contents.ts'
import { hashGrowingFile, syncGrowingFile } from '../../archive/growing-file.ts'
import { BackupError } from '../../errors.ts'
import { identifyFile, type FileIdentity } from '../../file-identity.ts'
import type { Log } from '../../github/log.ts'
import { isLackOfLocks } from '../../postgres/lock-table.ts'
import { runPipeline } from '../../process/pipeline.ts'
import { findPartialPath } from '../output-directory.ts'
import type { PlannedData, PlannedFile } from '../plan.ts'
import type { PreparedBackup } from '../prepare.ts'
import { describeSubject } from '../subject.ts'
import { findCountPath, hasFilters, listFilters, makeDumpCommand } from './dump-command.ts'
import { dumpDirectory } from './dump-directory.ts'
import { checkDump } from './dump-failure.ts'
import { makePropertiesCommand } from './properties-command.ts'
import { watchProgress } from './progress.ts'
import { watchDump } from './stall.ts'
import { writeContents } from './write-contents.ts'

/** A dump that ended well, still under its partial name. */
export interface DumpedFile {
  readonly planned: PlannedFile
  readonly partialPath: string
  /** To tell whether the file changed afterwards; undefined where it is gone already. */
  readonly identity: FileIdentity | undefined
  /** Taken while the file was written; undefined where its writer does not only append. */
  readonly digest: FileDigest | undefined
  /** Of the bytes before they were compressed and encrypted; undefined where they were not counted. */
  readonly written: ByteCount | undefined
  /** Of the dump alone. */
  readonly durationSeconds: number
  /** What pg_dump warned of. */
  readonly warnings: readonly string[]
}

/**
 * Dumps into a file under a partial name. What a failed dump left is removed. Where the server has no room for the locks
 * of several workers, which lock each table once more, one does it all.
 * @param snapshot to dump, from `pg_export_snapshot()`
 * @throws BackupError PGB_DUMP, or the code that fits what the tools say
 */
export async function dumpFile(
  planned: PlannedData,
  backup: PreparedBackup,
  log: Log,
  signal: AbortSignal,
  snapshot?: string,
): Promise<DumpedFile> {
  const write: Writer = (backup, signal) => writeDump(planned, backup, snapshot, log, signal)
  const { tableJobs } = backup.plan
  try {
    return await makeFile(planned, backup, log, signal, write)
  } catch (error) {
    if (!isLackOfLocks(error) || planned.format !== 'directory' || tableJobs === 1) throw error
    log.warning(
      `${describeSubject(planned)} is dumped again by one worker: the server has no room for the locks of ` +
        `${tableJobs}. Set "jobs" to 1, or raise max_locks_per_transaction on the server.`,
    )
    return makeFile(planned, { ...backup, plan: { ...backup.plan, tableJobs: 1 } }, log, signal, write)
  }
}

/**
 * Writes the contents file under a partial name, as a dump is written.
 * @throws BackupError as {@link dumpFile} does
 */
export async function dumpContents(
  planned: PlannedFile,
  contents: Contents,
  backup: PreparedBackup,
  log: Log,
  signal: AbortSignal,
): Promise<DumpedFile> {
  return makeFile(planned, backup, log, signal, (backup, signal) =>
    writeContents(planned, contents, backup, log, signal),
  )
}

/** Fills a file; by the given backup and signal, since the dump is watched. Returns what pg_dump warned of. */
type Writer = (backup: PreparedBackup, signal: AbortSignal) => Promise<readonly string[]>

async function makeFile(
  planned: PlannedFile,
  backup: PreparedBackup,
  log: Log,
  signal: AbortSignal,
  write: Writer,
): Promise<DumpedFile> {
  const partialPath = findPartialPath(planned, backup.output.outputDirectory)
  const startedAt = performance.now()
  const progress = watchProgress(planned, partialPath, log)
  const watched = await watchDump(planned, backup, log, signal)
  try {
    const writing = write(watched.backup, watched.signal)
    const hashing = onlyAppends(planned, backup) ? hashGrowingFile(partialPath, writing) : undefined
    const syncing = syncGrowingFile(partialPath, writing)
    // Waiting for all leaves no reader behind; and the dump is what says why it failed.
    await Promise.allSettled([writing, hashing, syncing])
    await writing
    await syncing
    const durationSeconds = (performance.now() - startedAt) / 1000
    const identity = await identifyFile(partialPath).catch(() => undefined)
    const written = await readWritten(planned, watched.backup)
    const warnings = await writing
    return { planned, partialPath, identity, digest: await hashing, written, durationSeconds, warnings }
  } catch (error) {
    await rm(partialPath, { force: true })
    throw error
  } finally {
    progress.stop()
    await watched.stop()
  }
}

/**
 * pg_dump goes back to the head of a custom archive, where it can, to write where each table begins
 * (pg_backup_custom.c: _CloseArchive).
 */
function onlyAppends(planned: PlannedFile, backup: PreparedBackup): boolean {
  return planned.format !== 'custom' || hasFilters(planned, backup)
}

async function readWritten(planned: PlannedFile, backup: PreparedBackup): Promise<ByteCount | undefined> {
  const path = findCountPath(planned, backup)
  if (path === undefined) return undefined
  const written = await readByteCount(path)
  if (written !== undefined) return written
  throw new BackupError('PGB_DUMP', {
    what: `${describeSubject(planned)} was not dumped`,
    why: 'the bytes of the dump could not be counted',
    whatToDo: 'Look for a full disk below RUNNER_TEMP, and run the job again',
  })
}

/** @returns what pg_dump warned of */
async function writeDump(
  planned: PlannedData,
  backup: PreparedBackup,
  snapshot: string | undefined,
  log: Log,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (planned.kind === 'database' && planned.format === 'directory')
    return dumpDirectory(planned, backup, snapshot, log, signal)
  const command =
    planned.kind === 'properties'
      ? await makePropertiesCommand(backup)
      : makeDumpCommand(planned, backup, { snapshot })
  const stages = [command, ...listFilters(planned, backup)] as const
  const { environment } = backup.server.connection
  const outputFile = findPartialPath(planned, backup.output.outputDirectory)
  const result = await runPipeline(stages, { environment, signal, outputFile })
  return checkDump(result, planned, backup, log)
}
