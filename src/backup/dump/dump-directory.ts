import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { compressionSuffix } from '../../archive/compression.ts'
import { openFifo } from '../../process/fifo.ts'
import { runPipeline } from '../../process/pipeline.ts'
import { runAtOnce } from '../../process/run-at-once.ts'
import { listFilters, makeDumpCommand, type DumpSetting } from './dump-command.ts'
import { checkDump } from './dump-failure.ts'
import type { PlannedFile } from '../plan.ts'

/** A directory archive on its way to one tar file. */
interface DirectoryDump {
  readonly planned: PlannedFile
  readonly partialPath: string
  readonly snapshot: string | undefined
  /** Empty at first. */
  readonly archive: string
  /** Takes the names of files that are complete. */
  readonly names: Writable
  /** Where tar reads those names. */
  readonly namesPath: string
  /** Fulfilled when tar reads, or has ended. */
  readonly reading: PromiseWithResolvers<undefined>
}

/**
 * pg_dump writes a directory with several workers, while tar takes up each table's file as soon as it is complete
 * and removes it: the bytes are hot, and they need space only once.
 * @throws BackupError PGB_DUMP, or the code that fits what the tools say
 */
export async function dumpDirectory(
  planned: PlannedFile,
  partialPath: string,
  setting: DumpSetting,
  snapshot: string | undefined,
): Promise<void> {
  const staging = await mkdtemp(join(setting.stagingDirectory, 'directory-'))
  const archive = join(staging, 'archive')
  const namesPath = join(staging, 'names')
  // Without named pipes tar begins when pg_dump has ended.
  const atOnce = process.platform !== 'win32'
  const { environment } = setting.server.connection
  try {
    await mkdir(archive)
    const names = atOnce
      ? await openFifo(namesPath, { environment, signal: setting.signal })
      : createWriteStream(namesPath)
    const reading = Promise.withResolvers<undefined>()
    if (!atOnce) reading.resolve(undefined)
    const dump = { planned, partialPath, snapshot, archive, names, namesPath, reading }
    await runAtOnce([fillDirectory, packDirectory], atOnce ? 2 : 1, setting.signal, (step, signal) =>
      step(dump, { ...setting, signal }),
    ).finally(() => names.destroy())
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

async function fillDirectory(dump: DirectoryDump, setting: DumpSetting): Promise<void> {
  const { planned, snapshot, archive, names, reading } = dump
  const announced = new Set<string>()
  const announce = (name: string): void => {
    if (announced.has(name)) return
    announced.add(name)
    names.write(`./${name}\n`)
  }
  const takeErrorLine = (line: string): boolean => {
    const name = findFinishedFile(line, planned)
    if (name !== undefined && existsSync(join(archive, name))) announce(name)
    return isProgress(line)
  }
  const { environment } = setting.server.connection
  const command = makeDumpCommand(planned, setting, { snapshot, directory: archive })
  const result = await runPipeline([command], { environment, signal: setting.signal, takeErrorLine })
  await checkDump(result, planned, setting)
  for (const name of await readdir(archive)) announce(name)
  await reading.promise
  names.end()
  await finished(names)
}

/** GNU tar takes two files with one inode number for hard links, and a removed file's is soon given to the next. */
const gnuOptions = ['--remove-files', '--hard-dereference']

async function packDirectory(dump: DirectoryDump, setting: DumpSetting): Promise<void> {
  const { planned, partialPath, archive, namesPath, reading } = dump
  const tar = {
    path: 'tar',
    args: [
      '--create',
      '--file=-',
      `--directory=${archive}`,
      '--files-from=-',
      ...(setting.toolbox.hasGnuTar ? gnuOptions : []),
    ],
  }
  const result = await runPipeline([tar, ...listFilters(planned, setting)], {
    environment: setting.server.connection.environment,
    signal: setting.signal,
    inputFile: namesPath,
    outputFile: partialPath,
    onStart: () => {
      reading.resolve(undefined)
    },
  }).finally(() => {
    reading.resolve(undefined)
  })
  await checkDump(result, planned, setting)
}

/** The file of a table whose worker has done it (pg_backup_archiver.c: mark_dump_job_done, with --verbose). */
function findFinishedFile(line: string, { compressedInside, compression }: PlannedFile): string | undefined {
  const id = /^pg_dump: finished item (\d+) TABLE DATA /.exec(line)?.[1]
  return id === undefined
    ? undefined
    : `${id}.dat${compressedInside ? compressionSuffix(compression.method) : ''}`
}

/** What `--verbose` adds, which is neither a warning nor an error. */
function isProgress(line: string): boolean {
  return /^pg_dump: (last built-in OID|reading|finding|identifying|flagging|saving|executing|dumping|finished) /.test(
    line,
  )
}
