import { readdirSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { selectToolEnvironment } from '../../postgres/connection/tool-environment.ts'
import type { Client } from '../../postgres/client/find-clients.ts'
import { listClientDirectories } from '../../postgres/client/locations.ts'
import { findExecutable } from '../../process/find-executable.ts'
import { runPipeline } from '../../process/pipeline.ts'
import type { Environment } from '../../process/command.ts'
import type { Run } from '../../step/run.ts'

/** The programs of an installed PostgreSQL server: absolute paths without symbolic links. */
export interface ServerPrograms {
  readonly initdb: string
  readonly postgres: string
  readonly major: number
}

/** First major version whose texts of numbers all later ones share (PostgreSQL 12: shortest-precise output). */
const firstSteadyMajor = 12

/**
 * Finds the programs of a server that can take the client's dumps: the same major version, else the next newer one.
 * @returns undefined where none is installed
 */
export async function findServerPrograms(client: Client, run: Run): Promise<ServerPrograms | undefined> {
  const environment = makeServerEnvironment(run)
  const places = listClientDirectories({
    platform: process.platform,
    environment,
    path: run.environment['PATH'] ?? '',
    root: '/',
    list: listDirectory,
  })
  const directories = [...new Set([dirname(client.pgDump), ...places])]
  const found = await Promise.all(
    directories.map((directory) => inspectDirectory(directory, environment, run)),
  )
  return found
    .filter((programs) => programs !== undefined)
    .filter(
      ({ major }) => major === client.major || (major > client.major && client.major >= firstSteadyMajor),
    )
    .sort((left, right) => left.major - right.major)[0]
}

/** The environment of a throw-away server: nothing of it names another server. */
export function makeServerEnvironment(run: Run): Environment {
  return { ...selectToolEnvironment(withoutServer(run.environment)), LC_ALL: 'C' }
}

/** PURE. An environment without libpq's variables, so that the source's password cannot go to another server. */
export function withoutServer(environment: Run['environment']): Run['environment'] {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^PG/i.test(name)))
}

async function inspectDirectory(
  directory: string,
  environment: Environment,
  { signal }: Run,
): Promise<ServerPrograms | undefined> {
  const [initdb, postgres] = ['initdb', 'postgres'].map((name) => findExecutable(name, directory))
  if (initdb === undefined || postgres === undefined) return undefined
  const { failure, stdout } = await runPipeline([{ path: postgres, args: ['--version'] }], {
    environment,
    signal,
  })
  const major = /^postgres \(PostgreSQL\) (\d+)/m.exec(stdout)?.[1]
  if (failure !== undefined || major === undefined) return undefined
  return { initdb: realpathSync(initdb), postgres: realpathSync(postgres), major: Number(major) }
}

function listDirectory(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}
