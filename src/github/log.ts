import * as core from '@actions/core'
import { BackupError } from '../errors.ts'
import { escapeControls } from './escape-controls.ts'

/** Where the stories say what they do. Each text is one line; in debugging alone line breaks stay. */
export interface Log {
  debug(text: string): void
  info(text: string): void
  warning(text: string, title?: string): void
  /** Shows one error annotation, outside of every group, and lets the step fail. */
  error(error: unknown): void
  /** Interrupts a group that is open, which goes on behind this one's end: GitHub knows no group inside another. */
  startGroup(title: string): void
  endGroup(): void
  /** Hides a secret in all that the job prints from now on. */
  mask(secret: string): void
}

/** What people are told of an error, on one line. */
export function describeError(error: unknown): string {
  if (error instanceof BackupError) return error.message
  const why = error instanceof Error ? error.message : String(error)
  return (
    `The action failed because of a fault of its own: ${why.replace(/[\s.]+$/, '')}. ` +
    'Run the job again with debug logging, and report the error with its log as an issue of the action.'
  )
}

/**
 * The runner obeys a line that begins with `::` behind blanks, or holds `##[`. Other commands are escaped by
 * @actions/core; plain text is not, and it holds names of databases and what servers say.
 */
function defuse(line: string): string {
  return line.replace(/^( *):(?=:)/, '$1: ').replaceAll('##[', '## [')
}

/** A log into the job's output, by workflow commands; every text passes `redact` first, and then is one line. */
export function createActionsLog(redact: (text: string) => string): Log {
  const show = (text: string): string => escapeControls(redact(text))
  const openGroups: string[] = []
  const endGroup = (): void => {
    if (openGroups.pop() !== undefined) core.endGroup()
  }
  const showLines = (text: string): string => redact(text).split('\n').map(escapeControls).join('\n')
  return {
    debug: (text) => {
      core.debug(showLines(text))
    },
    info: (text) => {
      core.info(defuse(show(text)))
    },
    warning: (text, title) => {
      core.warning(defuse(show(text)), title === undefined ? {} : { title: defuse(show(title)) })
    },
    error: (error) => {
      const known = error instanceof BackupError
      const stack = error instanceof Error ? error.stack : undefined
      if (stack !== undefined) core.debug(showLines(stack))
      endGroup()
      openGroups.length = 0
      core.error(defuse(show(describeError(error))), {
        title: known ? error.code : 'Unexpected error',
      })
      process.exitCode = core.ExitCode.Failure
    },
    startGroup: (title) => {
      if (openGroups.length > 0) core.endGroup()
      openGroups.push(show(title))
      core.startGroup(show(title))
    },
    endGroup: () => {
      endGroup()
      const interrupted = openGroups.at(-1)
      if (interrupted !== undefined) core.startGroup(interrupted)
    },
    mask: (secret) => {
      if (secret !== '') core.setSecret(secret)
    },
  }
}
