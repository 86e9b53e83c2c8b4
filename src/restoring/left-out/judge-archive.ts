import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeRestoreArguments } from '../../postgres/restore-arguments.ts'
import type { Archive } from '../archive-file.ts'
import { lookThrough } from '../restore-sql.ts'
import type { RestoreSetting } from '../restore-setting.ts'
import { runStages, type Destination } from '../stages.ts'
import { parseList, type ListLine } from './dump-entry.ts'
import type { DumpReport } from './dump-report.ts'
import { findRefusal } from './refuse-left-out.ts'

/** How pg_restore itself can leave out what is not for the target. */
export interface ListedArchive {
  readonly report: DumpReport
  /** For `--use-list`; undefined where nothing is left out. */
  readonly listPath: string | undefined
  readonly noOwner: boolean
}

/** Arguments with which the entries of an archive cannot be looked at beforehand. */
const incompatible = /^(?:-[aLs]|--(?:data-only|use-list|schema-only|section|strict-names))/

/**
 * Looks through an archive that pg_restore can open by itself.
 * @returns undefined where statements must be changed on their way, which pg_restore cannot do
 * @throws BackupError PGB_PERMISSION where `strict` refuses, PGB_RESTORE where it cannot be read
 */
export async function judgeArchive(
  file: Archive,
  { path, to, setting }: OpenArchive,
): Promise<ListedArchive | undefined> {
  if (setting.options.some((option) => incompatible.test(option))) return undefined
  const report = await lookThroughArchive(file, { path, to, setting })
  const refusal = findRefusal(report, { to, setting })
  if (refusal !== undefined) throw refusal
  const { leftOut, owners, hasOtherOwners, isChanged } = report
  if (isChanged || (hasOtherOwners && owners.length > 0)) return undefined
  if (leftOut.some(({ reason, type }) => reason === 'extension-missing' || type === 'TABLE')) return undefined
  const listPath = leftOut.length === 0 ? undefined : await writeList(file, report, { path, to, setting })
  return { report, listPath, noOwner: owners.length > 0 }
}

/** An archive that pg_restore can open, and where it is to go. */
interface OpenArchive {
  readonly path: string
  readonly to: Destination
  readonly setting: RestoreSetting
}

/** Reads all but the rows. */
export async function lookThroughArchive(
  file: Archive,
  { path, to, setting }: OpenArchive,
): Promise<DumpReport> {
  const args = makeRestoreArguments({
    ...{ database: undefined, format: file.format, source: path, tableJobs: 1 },
    ...{ noOwner: false, noPrivileges: false },
    options: [...setting.options, '--verbose', '--schema-only'],
  })
  const writers = [{ path: setting.server.client.pgRestore, args }]
  return lookThrough(writers, { file, to, setting, inputFile: undefined })
}

/** What stands in the archive's table of contents. */
export async function listEntries(file: Archive, { path, to, setting }: OpenArchive): Promise<ListLine[]> {
  const command = { path: setting.server.client.pgRestore, args: ['--list', `--format=${file.format}`, path] }
  return parseList(await runStages([command], { file, to, setting, inputFile: undefined }))
}

async function writeList(file: Archive, { leftOut }: DumpReport, archive: OpenArchive): Promise<string> {
  const numbers = new Set(leftOut.map(({ number }) => number))
  const lines = (await listEntries(file, archive)).filter(({ id }) => !numbers.has(id))
  const { setting } = archive
  const listPath = join(await mkdtemp(join(setting.run.privateDirectory, 'list-')), 'entries')
  await writeFile(listPath, lines.map(({ line }) => `${line}\n`).join(''), { mode: 0o600, flag: 'wx' })
  return listPath
}
