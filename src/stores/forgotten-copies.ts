import type { Log } from '../github/log.ts'
import { formatBytes, formatCount } from '../units.ts'

/** A folder that a copy began and did not end: it has no manifest, so it is no backup, and no restore takes it. */
export interface ForgottenCopy {
  /** As in `s3://bucket/prefix/name`, without what belongs to no folder. */
  readonly folder: string
  /** Bytes of all its files. */
  readonly size: number
}

/** Milliseconds in which a copy that goes on adds a file, also where the next one waits for its dump. */
export const longestSilence = 12 * 3_600_000

/** Folders that a line names: one that names hundreds is read by nobody. */
const mostNamed = 5
/** The characters of a name that this action gives, so that a command with it can be pasted. */
const ownName = /^[A-Za-z0-9!_.'()@=+,~ -]{1,200}\d{8}T\d{6}Z(?:-\d+)?$/

/** PURE. Whether this action gives a folder such a name. */
export function isOwnName(name: string): boolean {
  return ownName.test(name)
}

/**
 * Names what copies have left that did not end. Nothing removes it: it may be all that is left of a database.
 * @param command removes a folder for good, as in `rm -r "/mnt/name"`
 */
export function warnOfForgotten(
  copies: readonly ForgottenCopy[],
  command: (folder: string) => string,
  log: Log,
): void {
  const [first] = copies
  if (first === undefined) return
  const named = copies.slice(0, mostNamed).map(({ folder }) => folder)
  const rest = copies.length - named.length
  const size = copies.reduce((sum, copy) => sum + copy.size, 0)
  log.warning(
    `${formatCount(copies.length, 'folder')} with ${formatBytes(size)}, of copies that did not end, have no manifest, ` +
      `and so are no backups: ${named.join(', ')}${rest > 0 ? `, and ${rest} more` : ''}. ` +
      `Remove what is of no use, as by \`${command(first.folder)}\`.`,
    'Copies without an end',
  )
}
