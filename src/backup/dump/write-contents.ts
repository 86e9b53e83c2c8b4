import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { serializeContents, type Contents } from '../../archive/contents.ts'
import type { Log } from '../../github/log.ts'
import { openFifo } from '../../process/fifo.ts'
import { runPipeline } from '../../process/pipeline.ts'
import { findPartialPath } from '../output-directory.ts'
import type { PlannedFile } from '../plan.ts'
import type { PreparedBackup } from '../prepare.ts'
import { listFilters } from './dump-command.ts'
import { checkDump } from './dump-failure.ts'

/**
 * Writes the contents file the way of a dump. The names of tables touch no disk in the clear where there are named pipes.
 * @throws BackupError as {@link checkDump} does
 */
export async function writeContents(
  planned: PlannedFile,
  contents: Contents,
  backup: PreparedBackup,
  log: Log,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { environment } = backup.server.connection
  const path = join(await mkdtemp(join(backup.output.stagingDirectory, 'contents-')), 'pipe')
  const text = serializeContents(contents)
  const pipe = process.platform === 'win32' ? undefined : await openFifo(path, { environment, signal })
  if (pipe === undefined) await writeFile(path, text, { mode: 0o600, flag: 'wx' })
  const stages = [{ path: 'cat', args: [] }, ...listFilters(planned, backup)] as const
  // A pipe keeps what was written only as long as somebody has it open.
  const onStart = (): void => {
    pipe?.end(text)
  }
  const result = await runPipeline(stages, {
    environment,
    signal,
    inputFile: path,
    outputFile: findPartialPath(planned, backup.output.outputDirectory),
    onStart,
  }).finally(() => pipe?.destroy())
  return checkDump(result, planned, backup, log)
}
