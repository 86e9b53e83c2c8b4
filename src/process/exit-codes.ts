/**
 * Exit code of a process that wrote to a pipe whose reader was gone (128 + SIGPIPE): a consequence of the reader's end,
 * never the cause of a failure.
 */
export const brokenPipeExitCode = 128 + 13
