import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readByteCount, type ByteCount } from '../../archive/byte-count.ts'
import type { FileDigest } from '../../archive/checksum.ts'
import { hashGrowingFile, syncGrowingFile } from '../../archive/growing-file.ts'
import { BackupError } from '../../errors.ts'
import { identifyFile, type FileIdentity } from '../../file-identity.ts'
import { isLackOfLocks } from '../../postgres/lock-table.ts'
import { runPipeline } from '../../process/pipeline.ts'
import { findCountPath, hasFilters, listFilters, makeDumpCommand, type DumpSetting } from './dump-command.ts'
import { dumpDirectory } from './dump-directory.ts'
import { checkDump, describeSubject } from './dump-failure.ts'
import type { PlannedFile } from '../plan.ts'
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
  planned: PlannedFile,
  setting: DumpSetting,
  snapshot?: string,
): Promise<DumpedFile> {
  try {
    return await dumpOnce(planned, setting, snapshot)
  } catch (error) {
    if (!isLackOfLocks(error) || planned.format !== 'directory' || setting.tableJobs === 1) throw error
    setting.log.warning(
      `${describeSubject(planned)} is dumped again by one worker: the server has no room for the locks of ` +
        `${setting.tableJobs}. Set "jobs" to 1, or raise max_locks_per_transaction on the server.`,
    )
    return dumpOnce(planned, { ...setting, tableJobs: 1 }, snapshot)
  }
}

async function dumpOnce(
  planned: PlannedFile,
  setting: DumpSetting,
  snapshot: string | undefined,
): Promise<DumpedFile> {
  const partialPath = join(setting.outputDirectory, `${planned.name}.partial`)
  const startedAt = performance.now()
  const progress = watchProgress(planned, partialPath, setting.log)
  const watched = await watchDump(planned, partialPath, setting)
  try {
    const writing = writeDump(planned, partialPath, watched.setting, snapshot)
    const hashing = onlyAppends(planned, setting) ? hashGrowingFile(partialPath, writing) : undefined
    const syncing = syncGrowingFile(partialPath, writing)
    // Waiting for all leaves no reader behind; and the dump is what says why it failed.
    await Promise.allSettled([writing, hashing, syncing])
    await writing
    await syncing
    const durationSeconds = (performance.now() - startedAt) / 1000
    const identity = await identifyFile(partialPath).catch(() => undefined)
    const written = await readWritten(planned, watched.setting)
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
function onlyAppends(planned: PlannedFile, setting: DumpSetting): boolean {
  return planned.format !== 'custom' || hasFilters(planned, setting)
}

async function readWritten(planned: PlannedFile, setting: DumpSetting): Promise<ByteCount | undefined> {
  const path = findCountPath(planned, setting)
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
  planned: PlannedFile,
  partialPath: string,
  setting: DumpSetting,
  snapshot: string | undefined,
): Promise<readonly string[]> {
  if (planned.kind === 'database' && planned.format === 'directory')
    return dumpDirectory(planned, partialPath, setting, snapshot)
  if (planned.kind === 'contents')
    return checkDump(await writeContents(planned, partialPath, setting), planned, setting)
  const command =
    planned.kind === 'properties'
      ? await makePropertiesCommand(setting.databases, setting)
      : makeDumpCommand(planned, setting, { snapshot })
  const stages = [command, ...listFilters(planned, setting)] as const
  const { environment } = setting.server.connection
  const result = await runPipeline(stages, { environment, signal: setting.signal, outputFile: partialPath })
  return checkDump(result, planned, setting)
}
