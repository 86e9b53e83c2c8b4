import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import * as core from '@actions/core'
import { BackupError } from './errors.ts'
import { createActionsLog, type Log } from './github/log.ts'
import { canBeMasked, redact } from './redaction.ts'

/** What both stories need of the step they run in. */
export interface Run {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Aborted, with PGB_CANCELLED as its reason, when the step is cancelled. */
  readonly signal: AbortSignal
  readonly log: Log
  /** Mode 0700, removed at the end; for what no one else may read. */
  readonly privateDirectory: string
  readonly cores: number
  /** Hides the secrets in the job's log, and in all that this run says or writes from now on. */
  protect(secrets: readonly string[]): void
  redact(text: string): string
  /** Removes the file or directory when this run ends, or in the post step if the run was killed. */
  discardAtEnd(path: string): void
}

/** State by which the post step knows what a killed run left: a JSON array of paths. */
export const discardState = 'discard'

/** Runs one story and ends the step: cancellation, one annotation for an error, and nothing private left behind. */
export async function runStory(story: (run: Run) => Promise<void>): Promise<void> {
  const secrets = new Set<string>()
  const redactSecrets = (text: string): string => redact(text, [...secrets])
  const log = createActionsLog(redactSecrets)
  const cancellation = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      cancellation.abort(makeCancellation(name))
    })
  }
  const discarded: string[] = []
  const discardAtEnd = (path: string): void => {
    discarded.push(path)
    core.saveState(discardState, discarded)
  }
  const protect = (added: readonly string[]): void => {
    for (const secret of added) {
      if (secrets.has(secret)) continue
      secrets.add(secret)
      if (canBeMasked(secret)) log.mask(secret)
    }
  }
  try {
    const privateDirectory = await mkdtemp(
      join(process.env['RUNNER_TEMP'] ?? tmpdir(), 'postgres-backup-private-'),
    )
    discardAtEnd(privateDirectory)
    await story({
      environment: process.env,
      signal: cancellation.signal,
      log,
      privateDirectory,
      cores: availableParallelism(),
      protect,
      redact: redactSecrets,
      discardAtEnd,
    })
  } catch (error) {
    log.error(cancellation.signal.aborted ? cancellation.signal.reason : error)
  } finally {
    await Promise.all(discarded.map((path) => rm(path, { recursive: true, force: true })))
  }
}

function makeCancellation(signal: string): BackupError {
  return new BackupError('PGB_CANCELLED', {
    what: 'The step was stopped before it had finished',
    why: `the runner sent ${signal}, as it does when a workflow is cancelled or a time limit is reached`,
    whatToDo: 'Run the job again, and raise `timeout-minutes` if it was the limit',
  })
}
