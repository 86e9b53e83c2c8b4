import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { devNull } from 'node:os'
import { join } from 'node:path'
import { BackupError } from '../../errors.ts'
import { explainFailure } from '../../postgres/failure/explain-failure.ts'
import { makePsqlCommand, quoteTool } from '../../postgres/psql.ts'
import { makeRestoreArguments } from '../../postgres/restore-arguments.ts'
import { provideSqlFilter } from '../../restoring/filter-program.ts'
import type { OmittedStatements } from '../../postgres/sql/filter/omitted-statements.ts'
import { readToEnd } from '../../process/read-to-end.ts'
import { runPipeline } from '../../process/pipeline.ts'
import type { LackingEntries } from '../../restoring/left-out/lacking-judge.ts'
import type { Command } from '../../process/command.ts'
import { describeSubject } from '../dump/dump-failure.ts'
import type { DumpedFile } from '../dump/dump.ts'
import type { DumpSetting } from '../dump/dump-command.ts'
import { refuseFile } from '../finish.ts'
import { findRestriction } from '../../postgres/client/restriction.ts'
import { completionMarkers } from '../../postgres/sql/filter/filter-rules.ts'
import { isUncontained, type ScratchServer } from '../../drill/scratch/scratch-server.ts'
import { losesTransactionTimeout } from '../../postgres/sql/filter/omitted-statements.ts'

/** What a scratch server has already, and a file of a whole cluster makes too. */
export type Existing = Pick<OmittedStatements, 'existingRoles' | 'existingTablespaces'>

/**
 * Restores a finished file into a scratch database. An error ends it, so it needs no transaction around it.
 * @throws BackupError PGB_VERIFY, PGB_DISK
 */
export async function restoreCopy(
  dumped: DumpedFile,
  setting: DumpSetting,
  scratch: ScratchServer,
  { database, existing, lacking }: CopyTarget,
): Promise<void> {
  const { planned, partialPath } = dumped
  const work = { dumped, setting, scratch, lacking }
  const readers = listReaders(dumped, setting)
  if (planned.format === 'plain') {
    const known = existing ?? { existingRoles: [], existingTablespaces: [] }
    await restoreSql(readers, { database, existing: known }, { ...work, inputFile: partialPath })
  } else if (planned.format === 'directory') {
    await restoreDirectory(database, work)
  } else {
    // An archive that nothing wraps is opened by pg_restore itself, which can then jump about in it.
    const source = readers.length === 0 ? partialPath : undefined
    const input = source === undefined ? { inputFile: partialPath } : {}
    await restoreArchive(database, { ...work, ...input }, { readers, source })
  }
}

/** Where a file is restored for a comparison. */
export interface CopyTarget {
  readonly database: string
  readonly existing?: Existing
  /** Entries of the dump that the scratch server cannot be given. */
  readonly lacking?: LackingEntries | undefined
}

/** What the scratch server lacks is left out of the SQL, on its way to psql. */
async function restoreArchive(
  database: string,
  work: Work,
  { readers, source }: { readers: readonly Command[]; source: string | undefined },
): Promise<void> {
  const restore = makeRestoreCommand(work.lacking === undefined ? database : undefined, work, source)
  if (work.lacking === undefined) {
    await runStages([...readers, restore], work)
    return
  }
  const existing = { existingRoles: [], existingTablespaces: [] }
  const writer = source === undefined ? readToEnd(restore) : restore
  await restoreSql([...readers, writer], { database, existing }, work)
}

/** Names in the source are an enemy's, so its SQL reaches psql as that of a restore does: through the filter. */
async function restoreSql(
  writers: readonly Command[],
  { database, existing }: { database: string; existing: Existing },
  work: Work,
): Promise<void> {
  const { dumped, setting, scratch, lacking } = work
  const { restorer } = scratch
  const proof = randomBytes(24).toString('hex')
  const rules = {
    completionMarker: completionMarkers[dumped.planned.kind === 'database' ? 'database' : 'cluster'],
    transaction: undefined,
    restriction: findRestriction(restorer.client),
    proof,
    omit: {
      ...existing,
      // Who is no superuser owns all that it makes; archives have an option for that.
      owners: isUncontained(scratch),
      ownRole: undefined,
      transactionTimeout: losesTransactionTimeout(restorer.client.major, scratch.major),
    },
  }
  const filter = await provideSqlFilter({ rules, lacking }, setting.stagingDirectory)
  const psql = makePsqlCommand(restorer, database, 'session', '--file=-', `--output=${devNull}`)
  const printed = await runStages([...writers, filter.command, psql], work)
  if (printed.trim() !== proof) throw refuseFile(dumped.planned, 'psql did not read it to its end')
}

interface Work {
  readonly dumped: DumpedFile
  readonly setting: DumpSetting
  readonly scratch: ScratchServer
  readonly lacking: LackingEntries | undefined
  readonly inputFile?: string
}

async function restoreDirectory(database: string, work: Work): Promise<void> {
  const { dumped, setting } = work
  const directory = await mkdtemp(join(setting.stagingDirectory, 'copy-'))
  try {
    const untar = { path: 'tar', args: ['--extract', '--file=-', `--directory=${directory}`] }
    await runStages([...listReaders(dumped, setting), untar], { ...work, inputFile: dumped.partialPath })
    await restoreArchive(database, work, { readers: [], source: directory })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function makeRestoreCommand(
  database: string | undefined,
  { dumped, setting, scratch }: Work,
  source: string | undefined,
): Command {
  const { format } = dumped.planned
  const args = makeRestoreArguments({
    database,
    format: format === 'plain' ? 'custom' : format,
    source,
    tableJobs: setting.tableJobs,
    // Who may be no superuser cannot give things to others.
    noOwner: !scratch.isContained,
    noPrivileges: !scratch.isContained,
    options: scratch.isThrowAway ? [] : ['--no-tablespaces'],
  })
  return { path: scratch.restorer.client.pgRestore, args }
}

function listReaders({ planned }: DumpedFile, { toolbox }: DumpSetting): Command[] {
  const readers = [toolbox.decrypter, planned.compression.inside ? undefined : toolbox.decompressor]
  return readers.filter((reader) => reader !== undefined)
}

async function runStages(stages: readonly Command[], work: Work): Promise<string> {
  const { dumped, setting, scratch, inputFile } = work
  const { failure, stdout, stderr } = await runPipeline(stages as [Command, ...Command[]], {
    environment: scratch.restorer.connection.environment,
    signal: setting.signal,
    // Every stage was proved when the file was decoded, and pg_restore leaves the zeros at a tar archive's end.
    onlyLastStageCounts: true,
    ...(inputFile === undefined ? {} : { inputFile }),
  })
  if (failure !== undefined) throw explain(stderr, dumped, scratch)
  return stdout
}

function explain(stderr: string, { planned }: DumpedFile, scratch: ScratchServer): BackupError {
  const action = `${describeSubject(planned)} was dumped, but the file ${planned.name} could not be restored`
  const { parameters } = scratch.restorer.connection
  const known = explainFailure(stderr, { parameters, database: planned.database ?? undefined, action })
  if (known?.code === 'PGB_DISK') return known
  return new BackupError('PGB_VERIFY', {
    what: action,
    why: quoteTool(withoutData(stderr)) ?? 'the restore ended without a word',
    whatToDo:
      isUncontained(scratch) && lacksRights(stderr) ? adviceForRights : advise(stderr, scratch.isThrowAway),
  })
}

/** These lines quote rows, which are nobody's business in a log. */
function withoutData(stderr: string): string {
  return stderr.replace(/^.*(?:DETAIL|CONTEXT): .*$/gm, '')
}

/** By the words of a server to a role that is no superuser. */
function lacksRights(stderr: string): boolean {
  return /permission denied|must be (?:superuser|owner|able|member)|only superusers?|only roles with/i.test(
    stderr,
  )
}

const adviceForRights =
  'Only a superuser can restore this, and nothing here contains one: name a scratch server in "verify-url", run the job where a sandbox can be had, or use `verify: decode`'

function advise(stderr: string, isThrowAway: boolean): string {
  const extension = /extension (?:control file|"([^"\n]+)" is not available)/.exec(stderr)
  if (extension !== null) {
    return 'Install the extension on the scratch server, or name one that has it in "verify-url"'
  }
  if (/locale|collation/i.test(stderr)) {
    return 'Install that locale on the scratch server, or name one that has it in "verify-url"'
  }
  return isThrowAway
    ? 'Correct the cause; a database that needs settings or software of its own takes a server like it in "verify-url"'
    : 'Correct the cause; the role of "verify-url" should be a superuser, and the server like the source'
}
