import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../github/log.ts'
import { makeDumpAllArguments, makeDumpArguments } from '../postgres/arguments.ts'
import type { OpenServer } from '../postgres/open-server.ts'
import { runPipeline, type Command } from '../process/pipeline.ts'
import { checkDump } from './dump-failure.ts'
import type { PlannedFile } from './plan.ts'
import type { Place } from './space.ts'
import { watchProgress } from './progress.ts'
import type { Toolbox } from './toolbox.ts'

/** All that dumping needs beside the file that is planned. */
export interface DumpSetting {
  readonly server: OpenServer
  readonly toolbox: Toolbox
  readonly outputDirectory: string
  /** Exists, and is private; a directory archive stands there until it is one tar file. */
  readonly stagingDirectory: string
  /** The two directories, with the space that they had. */
  readonly places: readonly Place[]
  readonly tableJobs: number
  readonly lockWaitTimeout: string
  readonly options: readonly string[]
  readonly signal: AbortSignal
  readonly log: Log
}

/** A dump that ended well, still under its partial name. */
export interface DumpedFile {
  readonly planned: PlannedFile
  readonly partialPath: string
  readonly durationSeconds: number
}

/**
 * Dumps into a file under a partial name. What a failed dump left is removed.
 * @param snapshot to dump, from `pg_export_snapshot()`
 * @throws BackupError PGB_DUMP, or the code that fits what the tools say
 */
export async function dumpFile(
  planned: PlannedFile,
  setting: DumpSetting,
  snapshot?: string,
): Promise<DumpedFile> {
  const partialPath = join(setting.outputDirectory, `${planned.name}.partial`)
  const startedAt = performance.now()
  const progress = watchProgress(planned, partialPath, setting.log)
  try {
    if (planned.format === 'directory') await dumpDirectory(planned, partialPath, setting, snapshot)
    else await dumpStream([makeDumpCommand(planned, setting, { snapshot })], planned, partialPath, setting)
  } catch (error) {
    await rm(partialPath, { force: true })
    throw error
  } finally {
    progress.stop()
  }
  return { planned, partialPath, durationSeconds: (performance.now() - startedAt) / 1000 }
}

/** pg_dump writes the directory with several workers, and tar makes it one file. */
async function dumpDirectory(
  planned: PlannedFile,
  partialPath: string,
  setting: DumpSetting,
  snapshot: string | undefined,
): Promise<void> {
  const staging = await mkdtemp(join(setting.stagingDirectory, 'directory-'))
  const directory = join(staging, 'archive')
  try {
    const dump = makeDumpCommand(planned, setting, { snapshot, directory })
    const { environment } = setting.server.connection
    const result = await runPipeline([dump], { environment, signal: setting.signal })
    await checkDump(result, planned, setting)
    const tar = { path: 'tar', args: ['--create', '--file=-', `--directory=${directory}`, '.'] }
    await dumpStream([tar], planned, partialPath, setting)
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

async function dumpStream(
  [source]: readonly [Command],
  planned: PlannedFile,
  partialPath: string,
  setting: DumpSetting,
): Promise<void> {
  const { compressor, encrypter } = setting.toolbox
  const filters = [planned.compressedInside ? undefined : compressor, encrypter]
  const stages = [source, ...filters.filter((filter) => filter !== undefined)] as const
  const { environment } = setting.server.connection
  const result = await runPipeline(stages, { environment, signal: setting.signal, outputFile: partialPath })
  await checkDump(result, planned, setting)
}

function makeDumpCommand(
  planned: PlannedFile,
  setting: DumpSetting,
  { snapshot, directory }: { snapshot: string | undefined; directory?: string },
): Command {
  const { client } = setting.server
  const { lockWaitTimeout, options, tableJobs } = setting
  if (planned.kind !== 'database') {
    // The user's options are for the cluster; the globals take none of them.
    const own = planned.kind === 'cluster' ? options : []
    return { path: client.pgDumpAll, args: makeDumpAllArguments(planned.kind, lockWaitTimeout, own) }
  }
  const args = makeDumpArguments({
    database: planned.database ?? '',
    format: planned.format,
    compression: planned.compressedInside ? planned.compression : { method: 'none', level: undefined },
    clientMajor: client.major,
    lockWaitTimeout,
    tableJobs,
    directory,
    snapshot,
    options,
  })
  return { path: client.pgDump, args }
}
