import { open, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { hashFile } from '../archive/checksum.ts'
import type { Verification } from '../archive/manifest.ts'
import { BackupError } from '../errors.ts'
import { decodeFile } from './decode.ts'
import { describeSubject, type DumpedFile, type DumpSetting } from './dump.ts'
import type { VerifyMethod } from './inputs.ts'
import type { PlannedFile } from './plan.ts'

/** A finished file: complete, verified as asked for, synced, and under its own name. Only such are uploaded. */
export interface VerifiedFile {
  readonly planned: PlannedFile
  readonly path: string
  readonly size: number
  /** 64 lower-case hex digits. */
  readonly sha256: string
  /** Milliseconds since the epoch, to tell whether the file changed afterwards. */
  readonly modified: number
  /** Bytes before compression and encryption; null where they were not counted. */
  readonly uncompressedSize: number | null
  /** Of the dump alone. */
  readonly durationSeconds: number
  readonly verification: Verification
}

/** What reading a file back has shown. */
export interface Proof {
  readonly uncompressedSize: number | null
  readonly verification: Verification
}

const unread: Proof = {
  uncompressedSize: null,
  verification: {
    method: 'none',
    compared: [],
    notCompared: ['The file was not read back'],
    rowCounts: null,
  },
}

/**
 * Verifies a dump and gives it its own name.
 * @throws BackupError PGB_VERIFY
 */
export async function verifyFile(
  dumped: DumpedFile,
  method: VerifyMethod,
  setting: DumpSetting,
): Promise<VerifiedFile> {
  const { planned, partialPath, durationSeconds } = dumped
  const [proof, { sha256, size }] = await Promise.all([
    method === 'none' ? unread : decodeFile(dumped, setting),
    hashFile(partialPath, setting.signal),
  ])
  if (size === 0) throw refuseFile(planned, 'it is empty')
  await syncFile(partialPath)
  const path = join(setting.outputDirectory, planned.name)
  await rename(partialPath, path)
  const { mtimeMs: modified } = await stat(path)
  return { planned, path, size, sha256, modified, durationSeconds, ...proof }
}

/**
 * Makes sure that the files are still those that were verified.
 * @throws BackupError PGB_VERIFY
 */
export async function checkUnchanged(files: readonly VerifiedFile[]): Promise<void> {
  for (const file of files) {
    const found = await stat(file.path).catch(() => undefined)
    if (found?.size === file.size && found.mtimeMs === file.modified) continue
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
