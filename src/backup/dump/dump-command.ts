import { join } from 'node:path'
import { countBytes } from '../../archive/byte-count.ts'
import type { Contents } from '../../archive/contents.ts'
import type { Log } from '../../github/log.ts'
import type { Duration } from '../../inputs/duration.ts'
import { makeDumpAllArguments, makeDumpArguments } from '../../postgres/dump-arguments.ts'
import type { OpenServer } from '../../postgres/open-server.ts'
import type { Command } from '../../process/command.ts'
import type { PlannedDump, PlannedFile } from '../plan.ts'
import type { Place } from './space.ts'
import type { Toolbox } from '../toolbox.ts'

/** All that dumping needs beside the file that is planned. */
export interface DumpSetting {
  readonly server: OpenServer
  readonly toolbox: Toolbox
  readonly outputDirectory: string
  /** Exists, and is private; the files of a directory archive stand there until they are in its tar file. */
  readonly stagingDirectory: string
  /** The two directories, with the space that they had. */
  readonly places: readonly Place[]
  /** Databases that have a file of their own. */
  readonly databases: readonly string[]
  /** Databases that a dump of the whole cluster leaves out. */
  readonly excluded: readonly string[]
  readonly tableJobs: number
  readonly lockWaitTimeout: string
  /** How long a dump may bring no byte before the server is asked about it. */
  readonly stallTimeout: Duration
  readonly options: readonly string[]
  /** Written to the contents file; undefined as long as the other files are not finished. */
  readonly contents?: Contents | undefined
  /** Whether bytes are counted before a filter gets them, to be compared with what is read back. */
  readonly counts: boolean
  readonly signal: AbortSignal
  readonly log: Log
}

/** PURE. The command that dumps what is planned: to its standard output, or into a directory that it makes. */
export function makeDumpCommand(
  planned: PlannedDump,
  setting: DumpSetting,
  { snapshot, directory }: { snapshot: string | undefined; directory?: string },
): Command {
  const { client, facts } = setting.server
  const { lockWaitTimeout, options, tableJobs } = setting
  if (planned.kind !== 'database') {
    // The user's options are for the cluster; the globals take none of them.
    const own = planned.kind === 'cluster' ? options : []
    const { database, mayReadPasswords } = facts
    const { kind } = planned
    const request = { kind, lockWaitTimeout, database, excluded: setting.excluded, mayReadPasswords }
    return { path: client.pgDumpAll, args: makeDumpAllArguments({ ...request, options: own }) }
  }
  const { compression } = planned
  const args = makeDumpArguments({
    database: planned.database,
    format: planned.format,
    compression: compression.inside ? compression : { method: 'none', level: null },
    clientMajor: client.major,
    lockWaitTimeout,
    tableJobs,
    directory,
    snapshot,
    options,
  })
  return { path: client.pgDump, args }
}

/** Where the count of the bytes goes that the filters get; undefined where there are none, or nothing is counted. */
export function findCountPath(planned: PlannedFile, setting: DumpSetting): string | undefined {
  if (!setting.counts || !hasFilters(planned, setting)) return undefined
  return join(setting.stagingDirectory, `${planned.name}.written`)
}

/** Bytes on the server of a database whose dump is large. */
const largeSize = 32 * 1024 * 1024

/** PURE. Whether a dump is worth the start of programs that are fast with many bytes. */
export function isLarge({ sizeOnServer }: PlannedFile): boolean {
  return sizeOnServer === null || sizeOnServer >= largeSize
}

/** PURE. Whether a program stands between pg_dump and the file. */
export function hasFilters(planned: PlannedFile, setting: DumpSetting): boolean {
  return listConverters(planned, setting).length > 0
}

/** PURE. What the dump's bytes pass on their way to the file: a count, the compressor, the encrypter. */
export function listFilters(planned: PlannedFile, setting: DumpSetting): readonly Command[] {
  const countPath = findCountPath(planned, setting)
  const counters = countPath === undefined ? [] : [countBytes(countPath, isLarge(planned))]
  return [...counters, ...listConverters(planned, setting)]
}

function listConverters(planned: PlannedFile, { toolbox }: DumpSetting): readonly Command[] {
  const { compressor, encrypter } = toolbox
  return [isPacked(planned) ? compressor : undefined, encrypter].filter((filter) => filter !== undefined)
}

/** PURE. Whether a compressor stands between pg_dump and the file. */
export function isPacked({ compression }: PlannedFile): boolean {
  return compression.method !== 'none' && !compression.inside
}
