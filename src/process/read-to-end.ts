import type { Command } from './command.ts'

/** Lets a tool succeed that stops before its input ends, as pg_restore does within a tar archive, and reads the rest. */
export function readToEnd({ path, args }: Command): Command {
  return { path: 'sh', args: ['-c', '"$0" "$@" && cat >/dev/null', path, ...args] }
}
