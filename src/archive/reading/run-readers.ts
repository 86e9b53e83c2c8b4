import type { BackupError } from '../../errors.ts'
import { quoteTool } from '../../postgres/psql.ts'
import type { Command, Environment } from '../../process/command.ts'
import { runPipeline, type PipelineOptions, type PipelineResult } from '../../process/pipeline.ts'

/** How a file is read. */
export interface DecodeSetting {
  /** Gets the counts of bytes. */
  readonly directory: string
  readonly environment: Environment
  readonly signal: AbortSignal
  /** The error for a file that is not good. */
  readonly refuse: (why: string) => BackupError
}

/**
 * Runs stages that read a file back.
 * @throws BackupError of the setting, where one of them fails
 */
export async function runReaders(
  stages: readonly Command[],
  setting: DecodeSetting,
  extra: Partial<PipelineOptions> = {},
): Promise<PipelineResult> {
  const result = await runPipeline(stages as [Command, ...Command[]], {
    environment: { ...setting.environment, LC_ALL: 'C' },
    signal: setting.signal,
    ...extra,
  })
  // Whoever cut it knows why it failed.
  return result.isCut === true ? result : checkResult(result, setting)
}

function checkResult(result: PipelineResult, { refuse }: DecodeSetting): PipelineResult {
  if (result.failure === undefined) return result
  const { path, args } = result.failure.command
  const tool = (path === 'sh' ? (args[2] ?? '') : path).split(/[\\/]/).at(-1) ?? ''
  throw refuse(`${tool} could not read it back (${quoteTool(result.stderr) ?? 'without a message'})`)
}
