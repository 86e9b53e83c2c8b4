import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const clientPrograms = ['pg_dump', 'pg_dumpall', 'pg_restore', 'psql']

/** Writes programs that do nothing but tell a version, as a client's four do. Returns their directory. */
export async function writeClient(
  directory: string,
  version: string,
  programs: string[] = clientPrograms,
): Promise<string> {
  for (const name of programs)
    await writeScript(directory, name, `echo "${name} (PostgreSQL) ${version} (stand-in)"`)
  return directory
}

/** Writes an executable shell script. */
export async function writeScript(directory: string, name: string, body: string): Promise<string> {
  await mkdir(directory, { recursive: true })
  const file = join(directory, name)
  await writeFile(file, `#!/bin/sh\n${body}\n`)
  await chmod(file, 0o755)
  return file
}

/** Package managers that note how they are called, and then do what `body` says; `sudo` only passes on. */
export interface Recorder {
  /** Holds the stand-ins. */
  directory: string
  /** The calls up to now: name and arguments. */
  calls(): Promise<string[]>
}

/** Writes one such stand-in for each name; `body` is shell that may use `$count`, the number of the call. */
export async function writeRecorder(directory: string, bodies: Record<string, string>): Promise<Recorder> {
  const notes = join(directory, 'calls')
  for (const [name, body] of Object.entries(bodies)) {
    const note = `echo "${name} $*" >>"${notes}"; count=$(grep -c '^${name} ' "${notes}")`
    await writeScript(directory, name, `${note}\n${body}`)
  }
  await writeScript(directory, 'sudo', '[ "$1" = -n ] || exit 64\nshift\nexec "$@"')
  const calls = async (): Promise<string[]> =>
    existsSync(notes) ? (await readFile(notes, 'utf8')).trimEnd().split('\n') : []
  return { directory, calls }
}
