import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { serializeContents } from '../../archive/contents.ts'
import { openFifo } from '../../process/fifo.ts'
import { runPipeline, type PipelineResult } from '../../process/pipeline.ts'
import { listFilters, type DumpSetting } from './dump-command.ts'
import type { PlannedFile } from '../plan.ts'

/** Writes the contents file the way of a dump. The names of tables touch no disk in the clear where there are named pipes. */
export async function writeContents(
  planned: PlannedFile,
  partialPath: string,
  setting: DumpSetting,
): Promise<PipelineResult> {
  const { signal, stagingDirectory, contents } = setting
  if (contents === undefined)
    throw new Error('the contents are not known before all other files are finished')
  const { environment } = setting.server.connection
  const path = join(await mkdtemp(join(stagingDirectory, 'contents-')), 'pipe')
  const text = serializeContents(contents)
  const pipe = process.platform === 'win32' ? undefined : await openFifo(path, { environment, signal })
  if (pipe === undefined) await writeFile(path, text, { mode: 0o600, flag: 'wx' })
  const stages = [{ path: 'cat', args: [] }, ...listFilters(planned, setting)] as const
  // A pipe keeps what was written only as long as somebody has it open.
  const onStart = (): void => {
    pipe?.end(text)
  }
  return runPipeline(stages, {
    environment,
    signal,
    inputFile: path,
    outputFile: partialPath,
    onStart,
  }).finally(() => pipe?.destroy())
}
