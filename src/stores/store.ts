import type { FinishedFile } from '../archive/finished-file.ts'
import type { Manifest } from '../archive/manifest.ts'

/**
 * A place where backups lie: the artifacts of a repository, `s3://bucket/prefix`, or a directory of the machine.
 *
 * A backup is a folder of files, `SHA256SUMS` and `manifest.json`; the manifest is written last and removed first,
 * so that what has none is no backup. Each method throws a BackupError that says what to do, after the transient
 * failures of the store were retried.
 */
export interface Store {
  /** As logs and the output `stored-at` name it, as in `s3://bucket/prefix`; holds no secret. */
  readonly address: string
  /** Whether a fetch costs the whole backup, however few of its files are wanted. */
  readonly comesWhole: boolean
  /** Whether a backup could be put here, as far as can be told without writing; throws where it could not. */
  check(signal: AbortSignal): Promise<void>
  /**
   * All backups whose name fits, in no order: a name says nothing about time. What may be a backup and cannot be looked into
   * is one of them, and examining it says why.
   */
  list(query: StoreQuery, signal: AbortSignal): Promise<ListedBackup[]>
  /** What a backup says of itself and what of it is there, without fetching its files. */
  examine(backup: ListedBackup, signal: AbortSignal): Promise<ExaminedBackup>
  /** Fetches the named files into the directory, which exists; sizes are checked, checksums are the caller's. */
  fetch(backup: ListedBackup, names: readonly string[], directory: string, signal: AbortSignal): Promise<void>
  /**
   * Begins to take a backup, never over another one: where the name is taken already, a number is added to it. Nothing is
   * asked or written before the first file comes.
   * @param name ends in the time stamp of the run
   */
  begin(name: string): BackupCopy
  /** Removes the manifest first, then the rest; a backup that is gone already is no failure. */
  remove(backup: ListedBackup, signal: AbortSignal): Promise<void>
}

/**
 * A backup on its way into a store. Until it is complete it has no manifest, and so is no backup. What is asked of it while
 * something else is under way waits its turn.
 */
export interface BackupCopy {
  /** Takes a file before the backup is complete. One that failed can come again, at the latest by `complete`. */
  put(file: FinishedFile, signal: AbortSignal): Promise<void>
  /** Takes what is not there yet, and the manifest last. */
  complete(backup: NewBackup, signal: AbortSignal): Promise<StoredBackup>
  /** Takes back what was put, where the backup will never be complete; the log names what cannot be taken back. */
  abandon(signal: AbortSignal): Promise<void>
}

/** A finished backup on this machine's disk. */
export interface NewBackup {
  readonly files: readonly FinishedFile[]
  readonly checksums: FinishedFile
  readonly manifest: FinishedFile
}

/** Where a store has put a backup. */
export interface StoredBackup {
  readonly name: string
  /** For people and for the output `stored-at`; holds no secret. */
  readonly address: string
}

export interface StoreQuery {
  /** A backup's name, or a pattern in which `*` stands for any characters. */
  readonly name: string
  /** Called where the store does not tell of all, with the time before which it may have more. */
  readonly onCut?: (time: Date) => void
}

/** A backup that a store lists: its manifest is still unread. */
export interface ListedBackup {
  readonly name: string
  /** As in `s3://bucket/prefix/name`; for people and for `stored-at`. */
  readonly address: string
  /** The store's own time of the manifest: a manifest that claims to be younger is not believed. */
  readonly storedAt: Date
  /** Whether the store holds but a link to what lies elsewhere: `keep` neither counts nor removes it. */
  readonly isLink?: boolean
}

/** A backup whose manifest was read. */
export interface ExaminedBackup extends ListedBackup {
  readonly manifest: Manifest
  /** The files that the store holds of it, with their sizes in bytes; the manifest and `SHA256SUMS` among them. */
  readonly files: ReadonlyMap<string, number>
}

/** A backup whose manifest could not be read. */
export interface UnreadBackup {
  readonly backup: ListedBackup
  /** As in `its manifest is not JSON`. */
  readonly why: string
}

/** Milliseconds by which the clocks of stores and machines may differ, and stores round. */
export const clockTolerance = 5 * 60_000
