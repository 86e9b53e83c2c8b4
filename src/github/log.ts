import * as core from '@actions/core'
import { BackupError } from '../errors.ts'

/** Where the stories say what they do. */
export interface Log {
  debug(text: string): void
  info(text: string): void
  warning(text: string, title?: string): void
  /** Shows one error annotation and lets the step fail. */
  error(error: unknown): void
  startGroup(title: string): void
  endGroup(): void
  /** Hides a secret in all that the job prints from now on. */
  mask(secret: string): void
}

function describeUnexpected(error: unknown): string {
  const why = error instanceof Error ? error.message : String(error)
  return (
    `The action failed because of a fault of its own: ${why.replace(/[\s.]+$/, '')}. ` +
    'Run the job again with debug logging, and report the error with its log as an issue of the action.'
  )
}

/**
 * The runner obeys a line that begins with `::` or holds `##[`. Other commands are escaped by @actions/core; plain
 * text is not, and it holds names of databases and what servers say.
 */
function defuse(text: string): string {
  return text.replace(/^(\s*):(?=:)/gm, '$1: ').replaceAll('##[', '## [')
}

/** A log into the job's output, by workflow commands; every text passes `redact` first. */
export function createActionsLog(redact: (text: string) => string): Log {
  return {
    debug: (text) => {
      core.debug(redact(text))
    },
    info: (text) => {
      core.info(defuse(redact(text)))
    },
    warning: (text, title) => {
      core.warning(redact(text), title === undefined ? {} : { title: redact(title) })
    },
    error: (error) => {
      const known = error instanceof BackupError
      const stack = error instanceof Error ? error.stack : undefined
      if (stack !== undefined) core.debug(redact(stack))
      core.error(redact(known ? error.message : describeUnexpected(error)), {
        title: known ? error.code : 'Unexpected error',
      })
      process.exitCode = core.ExitCode.Failure
    },
    startGroup: (title) => {
      core.startGroup(redact(title))
    },
    endGroup: () => {
      core.endGroup()
    },
    mask: (secret) => {
      if (secret !== '') core.setSecret(secret)
    },
  }
}
