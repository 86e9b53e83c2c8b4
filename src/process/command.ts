/** One program and its argument vector; never a shell's command line. */
export interface Command {
  /** Name or absolute path of the executable. */
  readonly path: string
  readonly args: readonly string[]
}

/** The whole environment of a child process; nothing is inherited beside it. */
export type Environment = Readonly<Record<string, string>>
