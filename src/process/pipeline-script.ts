import type { Command } from './command.ts'

/** Where a pipeline's bytes come from and go to; the shell opens both files, so they never pass through Node. */
export interface Redirections {
  /** File on the first stage's standard input; nothing when undefined. */
  readonly inputFile: string | undefined
  /** File for the last stage's standard output, created by this pipeline alone; captured when undefined. */
  readonly outputFile: string | undefined
}

/** What the script reports on its standard output, around what the last stage printed. */
export interface ScriptReport {
  readonly processGroup: number | undefined
  /** Exit code of each stage, 128 + n for signal n; undefined when the pipeline was killed as a whole. */
  readonly exitCodes: readonly number[] | undefined
  readonly stdout: string
}

/**
 * Bash arguments that run the stages, joined by kernel pipes, in a process group of their own.
 *
 * Argument vectors travel as positional parameters, so nothing is ever quoted or expanded. The standard input is
 * a lifeline: it reaches its end when this process dies, however it dies, and then the group is ended too.
 * The group's leader outlives SIGTERM, so that it reaps the stages and nothing lingers as a zombie.
 * The shell itself keeps silent, since it would tell when a quick job is done. Only bash 3, which macOS has, does not
 * know a subshell's process id.
 */
export function makePipelineArguments(stages: readonly Command[], redirections: Redirections): string[] {
  const { inputFile, outputFile } = redirections
  const parameters: string[] = [inputFile ?? '/dev/null', outputFile ?? '']
  const references = stages.map(({ path, args }) => {
    const reference = `"\${@:${parameters.length + 1}:${args.length + 1}}"`
    parameters.push(path, ...args)
    return reference
  })
  const output = outputFile === undefined ? '' : ' >"$2"'
  const script = `
set -m
umask 077
exec 3>&2 2>/dev/null
{
  set +m -o noclobber
  trap : TERM
  if [ -n "$BASHPID" ]; then echo "$BASHPID"; else sh -c 'echo "$PPID"'; fi
  ${references.join(' | ')}${output}
  codes="\${PIPESTATUS[*]}"
  printf '\\n%s' "$codes"
} 2>&3 3>&- <"$1" &
group=$!
{
  read -r
  kill -TERM -- "-$group"
  for _ in {1..20}; do
    sleep 0.1
    kill -0 -- "-$group" || exit
  done
  kill -KILL -- "-$group"
} >/dev/null 3>&- &
lifeline=$!
exec 3>&-
wait "$group" || kill -KILL -- "-$group"
kill -KILL -- "-$lifeline"`
  return ['--norc', '-c', script, 'pipeline', ...parameters]
}

/** The process group in what the script has printed so far; undefined before it has printed it. */
export function parseProcessGroup(output: string): number | undefined {
  const firstLine = /^(\d+)\r?\n/.exec(output)?.[1]
  return firstLine === undefined ? undefined : Number(firstLine)
}

/** Reads the whole output of the script; a killed pipeline has no exit codes. */
export function parseScriptReport(output: string, stageCount: number): ScriptReport {
  const processGroup = parseProcessGroup(output)
  const body = output.slice(output.indexOf('\n') + 1)
  const lastBreak = body.lastIndexOf('\n')
  const lastLine = body.slice(lastBreak + 1)
  const exitCodes = /^\d+( \d+)*$/.test(lastLine) ? lastLine.split(' ').map(Number) : []
  if (processGroup === undefined || lastBreak < 0 || exitCodes.length !== stageCount) {
    return { processGroup, exitCodes: undefined, stdout: body }
  }
  return { processGroup, exitCodes, stdout: body.slice(0, lastBreak) }
}
