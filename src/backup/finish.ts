import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hashFile, type FileDigest } from '../archive/checksum.ts'
import { markFinished, type FinishedFile } from '../archive/finished-file.ts'
import type { Verification } from '../archive/manifest.ts'
import { BackupError } from '../errors.ts'
import { identifyFile, isSame, isSameRenamed, type FileIdentity } from '../file-identity.ts'
import type { Partition } from '../postgres/sql/rows/dump-rows.ts'
import type { DumpedFile } from './dump/dump.ts'
import type { PlannedFile } from './plan.ts'
import { describeSubject } from './subject.ts'

/** What reading a file back has shown. */
export interface Proof {
  /** Bytes before compression and encryption; null where they were not counted. */
  readonly uncompressedSize: number | null
  /** Of all its tables; null where they are not known. */
  readonly rows: number | null
  /** Of the tables whose rows are known. */
  readonly partitions: readonly Partition[]
  /** Nothing that was to be dumped is in it, as far as it was read. */
  readonly isEmpty: boolean
  readonly verification: Verification
}

/** A finished file: complete, verified as asked for, synced, and under its own name. Only such are uploaded. */
export interface FinishedDump
  extends FinishedFile, Proof, Pick<DumpedFile, 'planned' | 'durationSeconds' | 'warnings'> {
  /** To tell whether the file changed afterwards. */
  readonly identity: FileIdentity
}

/** The proof of a file that was not to be verified. */
export const unread: Proof = {
  uncompressedSize: null,
  rows: null,
  partitions: [],
  isEmpty: false,
  verification: {
    method: 'none',
    compared: [],
    notCompared: ['The file was not read back'],
    rowCounts: null,
  },
}

/** Makes sure that a dump is on the disk, and takes its checksum where that was not done while it was written. */
export async function sealFile(
  { partialPath, digest }: DumpedFile,
  signal: AbortSignal,
): Promise<FileDigest> {
  const [sealed] = await Promise.all([digest ?? hashFile(partialPath, signal), syncFile(partialPath)])
  return sealed
}

/**
 * Gives a dump that is proved and sealed its own name.
 * @throws BackupError PGB_VERIFY for one that is empty, or not any more what was dumped
 */
export async function finishFile(
  dumped: DumpedFile,
  proof: Proof,
  { sha256, size }: FileDigest,
  outputDirectory: string,
): Promise<FinishedDump> {
  const { planned, partialPath, durationSeconds, warnings, identity: before } = dumped
  if (size === 0) throw refuseFile(planned, 'it is empty')
  const path = join(outputDirectory, planned.name)
  await rename(partialPath, path)
  const identity = await identifyFile(path).catch(() => undefined)
  if (identity?.size !== size || !isSameRenamed(before, identity)) {
    await rm(path, { force: true })
    throw refuseFile(planned, 'the file was changed or removed while it was verified')
  }
  const file = { name: planned.name, path, size, sha256 }
  return markFinished({ ...file, planned, identity, durationSeconds, warnings, ...proof })
}

/**
 * Makes sure that the files are still those that were verified.
 * @throws BackupError PGB_VERIFY
 */
export async function checkUnchanged(files: readonly FinishedDump[]): Promise<void> {
  for (const file of files) {
    if (isSame(file.identity, await identifyFile(file.path).catch(() => undefined))) continue
    // Nothing bad keeps a finished file's name.
    await rename(file.path, `${file.path}.changed`).catch(() => undefined)
    throw refuseFile(file.planned, 'the file was changed or removed after it was verified')
  }
}

/** The error for a file that is not what it should be. */
export function refuseFile(planned: PlannedFile, why: string): BackupError {
  return new BackupError('PGB_VERIFY', {
    what: `${describeSubject(planned)} was dumped, but the file ${planned.name} is not good`,
    why,
    whatToDo: 'Run the job again; if the error stays, look for a full or failing disk',
  })
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
