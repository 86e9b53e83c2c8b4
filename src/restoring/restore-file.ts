import { makeRestoreArguments, type RestoreRequest } from '../postgres/restore-arguments.ts'
import { majorOfVersionNumber } from '../postgres/client/version.ts'
import type { Command } from '../process/command.ts'
import { readToEnd } from '../process/read-to-end.ts'
import type { CheckedFile } from '../restore/check.ts'
import { listReaders } from '../archive/reading/readers.ts'
import { isParallel } from '../restore/plan.ts'
import { losesTransactionTimeout } from '../postgres/sql/omitted-statements.ts'
import { restoreDump, restorePlain } from './restore-sql.ts'
import type { RestoreSetting } from './restore-setting.ts'
import { runStages, type Destination } from './stages.ts'
import { unpackDirectory } from './unpack.ts'

/**
 * Restores the file of one database into a database that is empty.
 * @throws BackupError PGB_RESTORE, or the code that fits what the tools say; the run's reason when it is cancelled
 */
export async function restoreDatabaseFile(
  file: CheckedFile,
  to: Destination,
  setting: RestoreSetting,
): Promise<void> {
  if (!isArchive(file)) await restorePlain(file, to, setting)
  else if (file.format === 'directory') await restoreDirectory(file, to, setting)
  else
    await restoreArchive(file, to, setting, { readers: listReaders(file, setting.readers), path: file.path })
}

/** A file that pg_restore reads. */
type Archive = CheckedFile & Pick<RestoreRequest, 'format'>

function isArchive(file: CheckedFile): file is Archive {
  return file.format !== 'plain'
}

async function restoreDirectory(file: Archive, to: Destination, setting: RestoreSetting): Promise<void> {
  const unpacked = await unpackDirectory(file, setting)
  await restoreArchive(file, to, setting, { readers: [], path: unpacked.path }).finally(unpacked.remove)
}

/** Where an archive lies, and what must read it before pg_restore can. */
interface ArchiveSource {
  readonly readers: readonly Command[]
  readonly path: string
}

/** An archive that nothing wraps is opened by pg_restore itself, which can then jump about in it. */
async function restoreArchive(
  file: Archive,
  to: Destination,
  setting: RestoreSetting,
  { readers, path }: ArchiveSource,
): Promise<void> {
  const isPiped = readers.length > 0
  const inputFile = isPiped ? path : undefined
  const request = { file, setting, source: isPiped ? undefined : path }
  if (needsSql(to, setting)) {
    const command = makeRestoreCommand({ ...request, database: undefined, oneTransaction: false })
    const writer = isPiped ? readToEnd(command) : command
    await restoreDump([...readers, writer], { file, to, setting, inputFile }, false)
    return
  }
  const inParallel = setting.tableJobs > 1 && isParallel(file)
  const command = makeRestoreCommand({ ...request, database: to.database, oneTransaction: !inParallel })
  // Behind the last data of a tar archive stand zeros that pg_restore does not read, and their writer loses its reader.
  await runStages([...readers, command], { file, to, setting, inputFile, onlyLastStageCounts: true })
}

/**
 * Whether pg_restore has to print the SQL for psql: a transaction in a database that is there already needs the filter,
 * since an archive can hold a COMMIT too; and pg_restore itself sets what older servers do not know.
 */
function needsSql({ oneTransaction }: Destination, { server }: RestoreSetting): boolean {
  const serverMajor = majorOfVersionNumber(server.facts.versionNumber)
  return oneTransaction || losesTransactionTimeout(server.client.major, serverMajor)
}

interface CommandRequest {
  readonly file: Archive
  readonly setting: RestoreSetting
  readonly source: string | undefined
  readonly database: string | undefined
  readonly oneTransaction: boolean
}

function makeRestoreCommand({ file, setting, ...request }: CommandRequest): Command {
  const { server, tableJobs, noOwner, options } = setting
  const args = makeRestoreArguments({
    ...request,
    format: file.format,
    tableJobs,
    noOwner,
    noPrivileges: false,
    options,
  })
  return { path: server.client.pgRestore, args }
}
