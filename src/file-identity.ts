import { stat } from 'node:fs/promises'

/** What changes with a file: a change of its bytes that leaves the size and sets back the time shows in `changed`. */
export interface FileIdentity {
  readonly inode: number
  /** Bytes. */
  readonly size: number
  /** Milliseconds since the epoch. */
  readonly modified: number
  /** Milliseconds since the epoch; nobody can set it, and renaming sets it too. */
  readonly changed: number
}

/** @throws Node's error when the file is not there */
export async function identifyFile(path: string): Promise<FileIdentity> {
  const { ino, size, mtimeMs, ctimeMs } = await stat(path)
  return { inode: ino, size, modified: mtimeMs, changed: ctimeMs }
}

/** Whether both are the same file, unchanged. */
export function isSame(one: FileIdentity | undefined, other: FileIdentity | undefined): boolean {
  return isSameRenamed(one, other) && one?.changed === other?.changed
}

/** Whether both are the same file with the same bytes, as far as can be told when it was renamed in between. */
export function isSameRenamed(one: FileIdentity | undefined, other: FileIdentity | undefined): boolean {
  return (
    one !== undefined &&
    one.inode === other?.inode &&
    one.size === other.size &&
    one.modified === other.modified
  )
}
