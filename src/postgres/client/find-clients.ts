import { readdirSync, realpathSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { findExecutable } from '../../process/find-executable.ts'
import { runPipeline } from '../../process/pipeline.ts'
import type { ClientContext } from './client-context.ts'
import { listClientDirectories } from './locations.ts'
import { compareVersions, parseClientVersion } from './version.ts'

/** The programs of one installed PostgreSQL client: absolute paths, all from one directory. */
export interface ClientPrograms {
  readonly pgDump: string
  readonly pgDumpAll: string
  readonly pgRestore: string
  readonly psql: string
}

/** An installed client, with the version that its pg_dump reports. */
export interface Client extends ClientPrograms {
  /** 15, 18; before 10 the first two numbers, as in 9.6. */
  readonly major: number
  /** Without the packager's remarks: `15.18`. */
  readonly version: string
}

/** Program to which Debian's and Ubuntu's /usr/bin/pg_dump leads; it runs the newest client, whatever one asks for. */
const debianWrapper = 'pg_wrapper'

/**
 * Finds the installed clients, newest last. Each is asked for its version, all at once; none is trusted by its path.
 * @throws the signal's reason when it is aborted
 */
export async function findClients(context: ClientContext): Promise<readonly Client[]> {
  const directories = listClientDirectories({ ...context, list: listDirectory })
  const located = directories.map(locatePrograms).filter((programs) => programs !== undefined)
  const distinct = new Map(located.map((programs) => [programs.pgDump, programs]))
  const clients = await Promise.all([...distinct.values()].map((programs) => askVersion(programs, context)))
  return clients
    .filter((client) => client !== undefined)
    .sort((left, right) => compareVersions(left.version, right.version))
}

function listDirectory(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

/** The four programs of a directory, or of the one that its links lead to; undefined unless all are there. */
function locatePrograms(directory: string): ClientPrograms | undefined {
  const pgDump = findExecutable('pg_dump', directory)
  if (pgDump === undefined) return undefined
  const target = realpathSync(pgDump)
  // What stands behind the wrapper lies in /usr/lib/postgresql, where it is found by itself.
  if (basename(target) === debianWrapper) return undefined
  // A shim leads to a program that stands alone, and must be called by the name of its link.
  return collectPrograms(dirname(target)) ?? collectPrograms(directory)
}

function collectPrograms(directory: string): ClientPrograms | undefined {
  const [pgDump, pgDumpAll, pgRestore, psql] = ['pg_dump', 'pg_dumpall', 'pg_restore', 'psql'].map((name) =>
    findExecutable(name, directory),
  )
  if (pgDump === undefined || pgDumpAll === undefined || pgRestore === undefined || psql === undefined)
    return undefined
  return { pgDump, pgDumpAll, pgRestore, psql }
}

async function askVersion(programs: ClientPrograms, context: ClientContext): Promise<Client | undefined> {
  const { environment, signal, log } = context
  const command = { path: programs.pgDump, args: ['--version'] }
  const { failure, stdout } = await runPipeline([command], { environment, signal })
  const version = failure === undefined ? parseClientVersion(stdout) : undefined
  if (version === undefined) {
    log.debug(`${programs.pgDump} does not tell its version, and is passed over`)
    return undefined
  }
  return { ...programs, ...version }
}
