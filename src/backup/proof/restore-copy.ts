import { stat } from 'node:fs/promises'
import { BackupError } from '../../errors.ts'
import { restoreDatabaseFile } from '../../restoring/restore-file.ts'
import { restoreClusterFile } from '../../restoring/restore-sql.ts'
import type { LocalFile } from '../../restoring/checked-file.ts'
import type { RestoreSetting } from '../../restoring/restore-setting.ts'
import type { Destination } from '../../restoring/stages.ts'
import type { OmittedStatements } from '../../postgres/sql/filter/omitted-statements.ts'
import { isUncontained, type ScratchServer } from '../../drill/scratch/scratch-server.ts'
import type { Run } from '../../step/run.ts'
import { describeSubject } from '../subject.ts'
import type { DumpedFile } from '../dump/dump.ts'
import type { PlannedFile } from '../plan.ts'
import type { PreparedBackup } from '../prepare.ts'

/** What a scratch server has already, and a file of a whole cluster makes too. */
export type Existing = Pick<OmittedStatements, 'existingRoles' | 'existingTablespaces'>

/** A dump that was read to its end, and is to be restored. */
export interface CopyWork {
  readonly dumped: DumpedFile
  /** Bytes before compression and encryption; null where they were not counted. */
  readonly uncompressedSize: number | null
  readonly backup: PreparedBackup
  readonly run: Run
  readonly signal: AbortSignal
}

/**
 * Restores the file of a database into a scratch database, as a restore would. An error ends it, so it needs no
 * transaction around it.
 * @param lacking entries of the dump that the scratch server cannot be given
 * @throws BackupError PGB_VERIFY, PGB_DISK
 */
export async function restoreCopy(
  work: CopyWork,
  scratch: ScratchServer,
  place: Required<Pick<Destination, 'database' | 'renew' | 'lacking'>>,
): Promise<void> {
  const { planned } = work.dumped
  const target = planned.database ?? planned.kind
  const to = { ...place, target, transaction: undefined, facts: undefined }
  await attempt(work, scratch, (file, how) => restoreDatabaseFile(file, to, how))
}

/**
 * Restores a file of pg_dumpall into a scratch server.
 * @throws BackupError PGB_VERIFY, PGB_DISK
 */
export async function restoreClusterCopy(
  work: CopyWork,
  scratch: ScratchServer,
  existing: Existing,
): Promise<void> {
  const omit = { ...existing, owners: false, ownRole: undefined }
  await attempt(work, scratch, (file, how) => restoreClusterFile(file, omit, how, scratch.maintenance))
}

async function attempt(
  work: CopyWork,
  scratch: ScratchServer,
  restore: (file: LocalFile, how: RestoreSetting) => Promise<unknown>,
): Promise<void> {
  const { dumped, uncompressedSize, signal } = work
  const { planned, partialPath } = dumped
  try {
    const { size } = await stat(partialPath)
    await restore({ ...planned, path: partialPath, size, uncompressedSize }, makeSetting(work, scratch))
  } catch (error) {
    signal.throwIfAborted()
    throw error instanceof BackupError && error.code !== 'PGB_DISK'
      ? refuseCopy(error, planned, scratch)
      : error
  }
}

function makeSetting({ dumped, backup, run, signal }: CopyWork, scratch: ScratchServer): RestoreSetting {
  const { decrypter, decompressor } = backup.toolbox
  const { format, compression } = dumped.planned
  const decompressors = new Map(decompressor === undefined ? [] : [[compression.method, decompressor]])
  const isPlain = format === 'plain'
  return {
    server: scratch.restorer,
    readers: { decrypter, decompressors },
    run,
    signal,
    // Who is no superuser owns all that it makes, and cannot give it to others.
    noOwner: isPlain ? isUncontained(scratch) : !scratch.isContained,
    options: isPlain
      ? []
      : [
          ...(scratch.isContained ? [] : ['--no-privileges']),
          ...(scratch.isThrowAway ? [] : ['--no-tablespaces']),
        ],
    tableJobs: backup.plan.tableJobs,
    strict: false,
    memoryOnly: true,
  }
}

/** PURE. Why a dump is not proved. What is missing in the client no other scratch server mends. */
export function refuseCopy(
  { code, explanation }: BackupError,
  planned: PlannedFile,
  scratch: Pick<ScratchServer, 'isThrowAway' | 'isContained'>,
): BackupError {
  const { why, whatToDo } = explanation
  const lacksRights = code === 'PGB_PERMISSION' || refusals.test(why)
  const forServer = isUncontained(scratch) && lacksRights ? adviceForRights : advise(why, scratch.isThrowAway)
  return new BackupError('PGB_VERIFY', {
    what: `${describeSubject(planned)} was dumped, but the file ${planned.name} could not be restored`,
    why,
    whatToDo: code === 'PGB_CLIENT' ? whatToDo : forServer,
  })
}

/** What a server says to a role that is no superuser. */
const refusals = /permission denied|must be (?:superuser|owner|able|member)|only superusers?|only roles with/i

const adviceForRights =
  'Only a superuser can restore this, and nothing here contains one: name a scratch server in "verify-url", run the job where a sandbox can be had, or use `verify: decode`'

function advise(why: string, isThrowAway: boolean): string {
  if (why.includes('does not have the extension'))
    return 'Install the extension on the scratch server, or name one that has it in "verify-url"'
  if (/locale|collation/i.test(why))
    return 'Install that locale on the scratch server, or name one that has it in "verify-url"'
  return isThrowAway
    ? 'Correct the cause; a database that needs settings or software of its own takes a server like it in "verify-url"'
    : 'Correct the cause; the role of "verify-url" should be a superuser, and the server like the source'
}
