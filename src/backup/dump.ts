import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { BackupError } from '../errors.ts'
import type { Log } from '../github/log.ts'
import { makeDumpAllArguments, makeDumpArguments } from '../postgres/arguments.ts'
import { explainFailure } from '../postgres/failure.ts'
import type { OpenServer } from '../postgres/open-server.ts'
import { quoteTool } from '../postgres/psql.ts'
import { runPipeline, type Command, type PipelineResult } from '../process/pipeline.ts'
import type { PlannedFile } from './plan.ts'
import { watchProgress } from './progress.ts'
import type { Toolbox } from './toolbox.ts'

/** All that dumping needs beside the file that is planned. */
export interface DumpSetting {
  readonly server: OpenServer
  readonly toolbox: Toolbox
  readonly outputDirectory: string
  /** Exists, and is private; a directory archive stands there until it is one tar file. */
  readonly stagingDirectory: string
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

/** What a file or a failure is about, as sentences name it. */
export function describeSubject({ kind, database }: Pick<PlannedFile, 'kind' | 'database'>): string {
  if (kind === 'database') return `The database "${database ?? ''}"`
  return kind === 'cluster' ? 'The cluster' : 'The globals'
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
    checkDump(result, planned, setting)
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
  checkDump(result, planned, setting)
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

/** Every stage counts, and so does an error that a tool prints before it ends with 0. */
function checkDump({ failure, stderr }: PipelineResult, planned: PlannedFile, setting: DumpSetting): void {
  if (failure === undefined && !/^pg_dump(all)?: error:/m.test(stderr)) {
    const remarks = quoteTool(stderr)
    if (remarks !== undefined) setting.log.info(remarks)
    return
  }
  const { database } = planned
  const action = `${describeSubject(planned)} was not dumped`
  const { parameters } = setting.server.connection
  const known = explainFailure(stderr, { parameters, database, action })
  if (known !== undefined) throw known
  const tool = failure?.command.path.split(/[\\/]/).at(-1) ?? 'pg_dump'
  const end = failure === undefined ? 'printed an error' : `ended with ${failure.exitCode ?? 'a signal'}`
  throw new BackupError('PGB_DUMP', {
    what: action,
    why: `${tool} ${end}${formatWords(stderr)}`,
    whatToDo: 'Read what it says, correct the cause, and run the job again',
  })
}

function formatWords(stderr: string): string {
  const words = quoteTool(stderr)
  return words === undefined ? '' : ` (${words})`
}
