import { constants } from 'node:os'

/**
 * Exit code of a process that wrote to a pipe whose reader was gone (128 + SIGPIPE): a consequence of the reader's end,
 * never the cause of a failure.
 */
export const brokenPipeExitCode = 128 + 13

/** PURE. The signal that ended a process, by its exit code as a shell tells it; undefined where it ended by itself. */
export function nameSignal(exitCode: number): string | undefined {
  return Object.entries(constants.signals).find(([, number]) => number === exitCode - 128)?.[0]
}
