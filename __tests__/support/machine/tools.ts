import { join } from 'node:path'
import { makeScratchDirectory } from './scratch.ts'
import { findClient } from '../postgres/server-binaries.ts'
import { writeScript } from './stand-ins.ts'

/** A client whose pg_dump does what a test says; its other programs are the real ones. */
export interface Tools {
  directory: string
  /** PATH on which the action finds it, and takes it, since it claims to be newer than Debian's. */
  path: string
}

/** Writes such a client; `body` is shell, in which `$pg_dump` is the real pg_dump. */
export async function writeTools(body: string): Promise<Tools> {
  const directory = await makeScratchDirectory('tools')
  const answer = (name: string): string =>
    `[ "$1" = --version ] && { echo "${name} (PostgreSQL) 15.99"; exit; }`
  for (const name of ['psql', 'pg_restore', 'pg_dumpall'])
    await writeScript(directory, name, `${answer(name)}\nexec ${join(findClient(), name)} "$@"`)
  await writeScript(
    directory,
    'pg_dump',
    `${answer('pg_dump')}\npg_dump=${join(findClient(), 'pg_dump')}\n${body}`,
  )
  return { directory, path: `${directory}:${process.env['PATH'] ?? ''}` }
}
