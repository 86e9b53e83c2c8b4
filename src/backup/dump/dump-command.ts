import { join } from 'node:path'
import { countBytes } from '../../archive/byte-count.ts'
import { makeDumpAllArguments, makeDumpArguments } from '../../postgres/dump-arguments.ts'
import type { Command } from '../../process/command.ts'
import type { ConnectedBackup } from '../connect.ts'
import type { PlannedBackup, PlannedDump, PlannedFile } from '../plan.ts'
import type { PreparedBackup } from '../prepare.ts'

/** PURE. The command that dumps what is planned: to its standard output, or into a directory that it makes. */
export function makeDumpCommand(
  planned: PlannedDump,
  { inputs, server, plan }: PlannedBackup,
  { snapshot, directory }: { snapshot: string | undefined; directory?: string },
): Command {
  const { client, facts } = server
  const { lockWaitTimeout, options } = inputs
  if (planned.kind !== 'database') {
    // The user's options are for the cluster; the globals take none of them.
    const own = planned.kind === 'cluster' ? options : []
    const { database, mayReadPasswords } = facts
    const { kind } = planned
    const request = { kind, lockWaitTimeout, database, excluded: plan.passedOver, mayReadPasswords }
    return { path: client.pgDumpAll, args: makeDumpAllArguments({ ...request, options: own }) }
  }
  const { compression } = planned
  const args = makeDumpArguments({
    database: planned.database,
    format: planned.format,
    compression: compression.inside ? compression : { method: 'none', level: null },
    clientMajor: client.major,
    lockWaitTimeout,
    tableJobs: plan.tableJobs,
    directory,
    snapshot,
    options,
  })
  return { path: client.pgDump, args }
}

/** Where the count of the bytes goes that the filters get; undefined where there are none, or nothing is counted. */
export function findCountPath(planned: PlannedFile, backup: PreparedBackup): string | undefined {
  if (!isReadBack(backup) || !hasFilters(planned, backup)) return undefined
  return join(backup.output.stagingDirectory, `${planned.name}.written`)
}

/** What is not read back need not be counted on its way to the file. */
function isReadBack({ inputs }: ConnectedBackup): boolean {
  return inputs.verify !== 'none'
}

/** Bytes on the server of a database whose dump is large. */
const largeSize = 32 * 1024 * 1024

/** PURE. Whether a dump is worth the start of programs that are fast with many bytes. */
export function isLarge({ sizeOnServer }: PlannedFile): boolean {
  return sizeOnServer === null || sizeOnServer >= largeSize
}

/** PURE. Whether a program stands between pg_dump and the file. */
export function hasFilters(planned: PlannedFile, backup: PreparedBackup): boolean {
  return listConverters(planned, backup).length > 0
}

/** PURE. What the dump's bytes pass on their way to the file: a count, the compressor, the encrypter. */
export function listFilters(planned: PlannedFile, backup: PreparedBackup): readonly Command[] {
  const countPath = findCountPath(planned, backup)
  const counters = countPath === undefined ? [] : [countBytes(countPath, isLarge(planned))]
  return [...counters, ...listConverters(planned, backup)]
}

function listConverters(planned: PlannedFile, { toolbox }: PreparedBackup): readonly Command[] {
  const { compressor, encrypter } = toolbox
  return [isPacked(planned) ? compressor : undefined, encrypter].filter((filter) => filter !== undefined)
}

/** PURE. Whether a compressor stands between pg_dump and the file. */
export function isPacked({ compression }: PlannedFile): boolean {
  return compression.method !== 'none' && !compression.inside
}
