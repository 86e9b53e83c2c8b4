import { exec } from '@actions/exec'
import { stopProcessGroup } from './process-group.ts'
import { makePipelineArguments, parseProcessGroup, parseScriptReport } from './pipeline-script.ts'
import { findBash } from './bash.ts'
import type { Command, Environment } from './command.ts'
import { brokenPipeExitCode } from './exit-codes.ts'
import { emptyBehind, takeOutput } from './pipeline-output.ts'

export interface PipelineOptions {
  readonly environment: Environment
  /** Ends the whole process group when aborted; the promise then rejects with the signal's reason. */
  readonly signal: AbortSignal
  readonly inputFile?: string
  /** Must not exist yet; created with mode 0600. Without it the last stage's output is captured. */
  readonly outputFile?: string
  readonly onStart?: (processGroup: number) => void
  /** Bytes that the last stage may print where that is captured; one that prints more is stopped, and has failed. */
  readonly outputLimit?: number
  /** Gets all that the last stage has printed so far, whenever it prints; for stages that print little. */
  readonly onOutput?: (printed: string) => void
  /** Gets what the last stage prints, piece by piece, and nothing of it is kept for the result. */
  readonly consume?: (bytes: Buffer) => void
  /** Gets each line that is printed to standard error, as soon as it is whole. */
  readonly onErrorLine?: (line: string) => void
  /** For a last stage that stops reading early: the stages before it lose their reader, and do not count. */
  readonly onlyLastStageCounts?: boolean
}

export interface StageFailure {
  readonly command: Command
  /** 128 + n for signal n; undefined when the whole pipeline was killed from outside. */
  readonly exitCode: number | undefined
}

export interface PipelineResult {
  /** The stage that failed first; undefined when every stage ended with 0. */
  readonly failure: StageFailure | undefined
  /** What the last stage printed, if it was captured. */
  readonly stdout: string
  /** What all stages printed to standard error, the last 64 KiB of it. */
  readonly stderr: string
  /** It printed more than `outputLimit`, and was stopped. */
  readonly isCut?: true
}

const stderrLimit = 64 * 1024
const tooMuch = 'it printed more than an answer can have'

/**
 * Runs the stages, each one's standard output joined to the next one's standard input by a kernel pipe.
 * A failed stage does not throw: callers know best what it means.
 * @throws the signal's reason when it is aborted before the pipeline ends
 */
export async function runPipeline(
  stages: readonly [Command, ...Command[]],
  options: PipelineOptions,
): Promise<PipelineResult> {
  const { environment, signal, inputFile, outputFile, onStart } = options
  signal.throwIfAborted()
  const output = takeOutput(options.consume, options.outputLimit)
  const stderr = collectStderr(options.onErrorLine)
  let processGroup: number | undefined
  let stopping: Promise<void> | undefined
  const stop = (): void => {
    if (processGroup !== undefined) stopping ??= stopProcessGroup(processGroup)
  }
  const recogniseGroup = (): void => {
    processGroup = parseProcessGroup(output.text())
    if (processGroup === undefined) return
    if (signal.aborted) stop()
    else onStart?.(processGroup)
  }
  const onStdout = (chunk: Buffer): void => {
    output.add(chunk)
    if (processGroup === undefined) recogniseGroup()
    if (output.isTooMuch()) stop()
    else options.onOutput?.(withoutFirstLine(output.text()))
  }
  signal.addEventListener('abort', stop)
  await exec(findBash(), makePipelineArguments(stages, { inputFile, outputFile }), {
    env: environment,
    silent: true,
    ignoreReturnCode: true,
    listeners: { stdout: emptyBehind(onStdout), stderr: emptyBehind(stderr.add) },
  })
  signal.removeEventListener('abort', stop)
  await stopping
  signal.throwIfAborted()
  const report = parseScriptReport(output.end(), stages.length)
  // Whoever killed the shell may have left its stages running.
  if (report.exitCodes === undefined && processGroup !== undefined) await stopProcessGroup(processGroup)
  const counting = options.onlyLastStageCounts === true ? -1 : 0
  const failure = findFailure(stages.slice(counting), report.exitCodes?.slice(counting))
  const result = { failure, stdout: report.stdout, stderr: stderr.text() }
  return output.isTooMuch() ? { ...result, stderr: tooMuch, isCut: true } : result
}

function collectStderr(onLine?: (line: string) => void): {
  readonly add: (chunk: Buffer) => void
  readonly text: () => string
} {
  const decoder = new TextDecoder()
  let kept = ''
  let lastLine = ''
  return {
    add: (chunk) => {
      const text = decoder.decode(chunk, { stream: true })
      kept = (kept + text).slice(-stderrLimit)
      if (onLine === undefined) return
      const lines = (lastLine + text).split('\n')
      lastLine = (lines.pop() ?? '').slice(-stderrLimit)
      lines.forEach(onLine)
    },
    text: () => kept,
  }
}

/** The first line is the script's own, and names the process group. */
function withoutFirstLine(text: string): string {
  return text.slice(text.indexOf('\n') + 1)
}

/** The first stage that failed by itself; a stage that died of SIGPIPE lost its reader and is not the culprit. */
export function findFailure(
  stages: readonly Command[],
  exitCodes: readonly number[] | undefined,
): StageFailure | undefined {
  const failures = stages
    .map((command, index) => ({ command, exitCode: exitCodes?.[index] }))
    .filter(({ exitCode }) => exitCode !== 0)
  return failures.find(({ exitCode }) => exitCode !== brokenPipeExitCode) ?? failures[0]
}
