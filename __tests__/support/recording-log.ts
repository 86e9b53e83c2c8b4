import type { Log } from '../../src/github/log.ts'

/** A log that keeps what it is told, one line for each call: `info: text`. */
export interface RecordingLog extends Log {
  readonly lines: string[]
  /** What `error` was called with. */
  readonly errors: unknown[]
  /** What `mask` was called with. */
  readonly masked: string[]
}

/** Makes a log for tests. It does not touch the exit code. */
export function createRecordingLog(): RecordingLog {
  const lines: string[] = []
  const errors: unknown[] = []
  const masked: string[] = []
  const record = (kind: string) => (text: string) => {
    lines.push(`${kind}: ${text}`)
  }
  return {
    lines,
    errors,
    masked,
    debug: record('debug'),
    info: record('info'),
    warning: (text, title) => {
      lines.push(title === undefined ? `warning: ${text}` : `warning: ${title}: ${text}`)
    },
    error: (error) => {
      errors.push(error)
      lines.push(`error: ${error instanceof Error ? error.message : String(error)}`)
    },
    startGroup: record('group'),
    endGroup: () => {
      lines.push('endgroup')
    },
    mask: (secret) => {
      masked.push(secret)
    },
  }
}
