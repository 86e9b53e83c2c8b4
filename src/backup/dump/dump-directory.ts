import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../../github/log.ts'
import { openFifo } from '../../process/fifo.ts'
import { canListOpenFiles, listOpenFiles } from '../../process/open-files.ts'
import { runPipeline } from '../../process/pipeline.ts'
import { runAtOnce } from '../../process/run-at-once.ts'
import { findPartialPath } from '../output-directory.ts'
import type { PlannedDatabase } from '../plan.ts'
import type { PreparedBackup } from '../prepare.ts'
import { listFilters, makeDumpCommand } from './dump-command.ts'
import { checkDump } from './dump-failure.ts'
import { refuseRewritten, watchWholeFiles } from './whole-files.ts'

/** A directory archive on its way to one tar file. */
interface DirectoryDump {
  readonly planned: PlannedDatabase
  readonly backup: PreparedBackup
  readonly snapshot: string | undefined
  /** Empty at first. */
  readonly archive: string
  /** Takes the names of files that are complete. */
  readonly names: Writable
  /** Where tar reads those names. */
  readonly namesPath: string
  readonly log: Log
  /** What pg_dump warned of. */
  readonly warnings: string[]
  /** pg_dump's process group; undefined when it did not start. */
  readonly group: PromiseWithResolvers<number | undefined>
  /** Fulfilled when pg_dump has written all. */
  readonly filled: PromiseWithResolvers<undefined>
  /** Fulfilled when tar reads, or has ended. */
  readonly reading: PromiseWithResolvers<undefined>
}

/**
 * pg_dump writes a directory with several workers, while tar takes up each table's file as soon as it is complete
 * and removes it: the bytes are hot, and they need space only once. Where the kernel does not tell which files are
 * complete, or tar cannot remove what it has taken, tar begins when pg_dump has ended.
 * @returns what pg_dump warned of
 * @throws BackupError PGB_DUMP, or the code that fits what the tools say
 */
export async function dumpDirectory(
  planned: PlannedDatabase,
  backup: PreparedBackup,
  snapshot: string | undefined,
  log: Log,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const staging = await mkdtemp(join(backup.output.stagingDirectory, 'directory-'))
  const archive = join(staging, 'archive')
  const namesPath = join(staging, 'names')
  const atOnce = backup.toolbox.hasGnuTar && canListOpenFiles()
  const { environment } = backup.server.connection
  try {
    await mkdir(archive)
    const names = atOnce ? await openFifo(namesPath, { environment, signal }) : createWriteStream(namesPath)
    const dump: DirectoryDump = {
      planned,
      backup,
      snapshot,
      archive,
      names,
      namesPath,
      log,
      warnings: [],
      group: Promise.withResolvers(),
      filled: Promise.withResolvers(),
      reading: Promise.withResolvers(),
    }
    if (!atOnce) dump.reading.resolve(undefined)
    const steps = atOnce
      ? [fillDirectory, tellNames, packDirectory]
      : [fillDirectory, tellRest, packDirectory]
    await runAtOnce(steps, atOnce ? steps.length : 1, signal, (step, signal) => step(dump, signal)).finally(
      () => names.destroy(),
    )
    const [left] = atOnce ? await readdir(archive) : []
    if (left !== undefined) throw refuseRewritten(planned, left)
    return dump.warnings
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

async function fillDirectory(dump: DirectoryDump, signal: AbortSignal): Promise<void> {
  const { planned, backup, snapshot, archive, log, group, filled } = dump
  const { environment } = backup.server.connection
  const command = makeDumpCommand(planned, backup, { snapshot, directory: archive })
  const onStart = group.resolve
  const result = await runPipeline([command], { environment, signal, onStart }).finally(() => {
    group.resolve(undefined)
  })
  dump.warnings.push(...(await checkDump(result, planned, backup, log)))
  filled.resolve(undefined)
}

/** Milliseconds between two looks for complete files. */
const lookInterval = 100

/** A look takes longer where there are very many processes or files; then looks are rarer, to take a tenth of a core. */
const lookShare = 10

/** Tells tar the names of files while pg_dump writes others, and the rest when it has ended. */
async function tellNames(dump: DirectoryDump, signal: AbortSignal): Promise<void> {
  const { planned, archive, names, group, filled, reading } = dump
  const processGroup = await group.promise
  if (processGroup === undefined) return
  const files = watchWholeFiles(planned, archive, () => listOpenFiles(processGroup))
  const tell = (told: readonly string[]): void => {
    for (const name of told) names.write(`./${name}\n`)
  }
  const isFilled = (milliseconds: number): Promise<boolean> =>
    Promise.race([filled.promise.then(() => true), sleep(milliseconds, false, { ref: false })])
  let pause = lookInterval
  while (!(await isFilled(pause))) {
    signal.throwIfAborted()
    const startedAt = performance.now()
    tell(await files.look())
    pause = Math.max(lookInterval, lookShare * (performance.now() - startedAt))
  }
  tell(await files.finish())
  await reading.promise
  names.end()
  await finished(names)
}

/** Writes the names of all files, when pg_dump has ended. */
async function tellRest({ archive, names }: DirectoryDump): Promise<void> {
  for (const name of await readdir(archive)) names.write(`./${name}\n`)
  names.end()
  await finished(names)
}

/** GNU tar takes two files with one inode number for hard links, and a removed file's is soon given to the next. */
const gnuOptions = ['--remove-files', '--hard-dereference']

async function packDirectory(dump: DirectoryDump, signal: AbortSignal): Promise<void> {
  const { planned, backup, archive, namesPath, log, reading } = dump
  const tar = {
    path: 'tar',
    args: [
      '--create',
      '--file=-',
      `--directory=${archive}`,
      '--files-from=-',
      ...(backup.toolbox.hasGnuTar ? gnuOptions : []),
    ],
  }
  const result = await runPipeline([tar, ...listFilters(planned, backup)], {
    environment: backup.server.connection.environment,
    signal,
    inputFile: namesPath,
    outputFile: findPartialPath(planned, backup.output.outputDirectory),
    onStart: () => {
      reading.resolve(undefined)
    },
  }).finally(() => {
    reading.resolve(undefined)
  })
  await checkDump(result, planned, backup, log)
}
