import { setTimeout as sleep } from 'node:timers/promises'
import { BackupError } from '../../errors.ts'
import { quoteTool } from '../../postgres/psql.ts'
import type { Command } from '../../process/command.ts'
import { runPipeline, type PipelineOptions } from '../../process/pipeline.ts'
import type { ServerPrograms } from './server-programs.ts'

/** A server that is to be made and started. */
export interface ServerRequest {
  readonly programs: ServerPrograms
  /** Absolute, without symbolic links; below it lie the directories `root`, `cluster` and `socket`. */
  readonly base: string
  /** Name of its first superuser. */
  readonly superuser: string
  /** The server's arguments beside those that name its directories. */
  readonly settings: readonly string[]
}

/** Ends a server, and waits for its end. */
export type StopServer = () => Promise<void>

/** A server's process; it may have ended. */
export interface ServerProcess {
  /** What it printed to standard error, when it has ended; never rejects. */
  readonly ended: Promise<string>
  hasEnded(): boolean
}

/** Milliseconds until a new server must take connections; initdb alone takes many seconds on a busy machine. */
const startTimeout = 120_000
const pollInterval = 25

/** PURE. Whether this is the line by which a server says that it takes connections. */
export function saysReady(line: string): boolean {
  return line.includes('database system is ready to accept connections')
}

export function startProcess(command: Command, options: PipelineOptions): ServerProcess {
  let isRunning = true
  const ended = runPipeline([command], options)
    .then(
      ({ stderr }) => stderr,
      () => '',
    )
    .finally(() => {
      isRunning = false
    })
  return { ended, hasEnded: () => !isRunning }
}

/**
 * Waits until the server is ready.
 * @throws BackupError PGB_VERIFY when it ends before, or takes too long
 */
export async function waitUntil(
  isReady: () => boolean,
  server: ServerProcess,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + startTimeout
  while (!isReady()) {
    signal.throwIfAborted()
    if (server.hasEnded()) throw refuseStart(await server.ended)
    if (performance.now() > deadline) throw refuseStart(`it took no connections for ${startTimeout / 1000} s`)
    await sleep(pollInterval)
  }
}

/** The error for a scratch server that did not start. */
export function refuseStart(words: string): BackupError {
  return new BackupError('PGB_VERIFY', {
    what: 'The scratch server for `verify: restore` did not start',
    why: quoteTool(words) ?? 'it ended without a message',
    whatToDo: 'Correct the cause, or name a scratch server in "verify-url"',
  })
}
